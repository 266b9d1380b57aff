"""What we claim about speed, each claim measured beside a baseline."""
