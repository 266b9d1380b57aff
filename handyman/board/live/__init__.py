"""Pages that stay open show what has changed meanwhile, without being loaded again."""
