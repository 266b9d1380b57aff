"""The report in four short steps, each kept as soon as it is said."""
