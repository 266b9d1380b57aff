"""Where coordinators word the texts."""
