"""One box that finds people: by what they are called, their number, or where they live."""
