"""What a resident sees of a visit, and what they answer; who stands at a door, for whoever asks."""
