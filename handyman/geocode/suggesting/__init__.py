"""What the address box offers while it is typed."""
