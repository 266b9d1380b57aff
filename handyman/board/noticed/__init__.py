"""What members have noticed in homes, until somebody of the office has seen to it."""
