"""What the Korean hub calls in with."""
