"""The photograph by which a resident knows who stands at the door."""
