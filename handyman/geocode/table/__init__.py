"""The addresses and what else is known of the ground: in SQLite, shipped or imported."""
