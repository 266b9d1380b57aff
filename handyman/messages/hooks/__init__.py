"""What providers call in with."""
