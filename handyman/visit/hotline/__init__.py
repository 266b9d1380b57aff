"""Who is expected at a door, for whoever asks."""
