"""Who waits for a place, and the page's way onto the list."""
