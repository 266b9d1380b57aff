"""The office's own roll of members: who they are, what they can do, and when they work."""
