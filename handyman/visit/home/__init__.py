"""What a resident sees of a visit, and what they answer."""
