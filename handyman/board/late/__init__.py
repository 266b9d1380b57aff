"""What members pressed without signal and what no longer fitted, until somebody of the office has read it."""
