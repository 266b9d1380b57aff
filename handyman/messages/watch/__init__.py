"""How sending goes, for a person and for a monitor."""
