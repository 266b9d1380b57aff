"""Which step follows which. Alone in calling several steps; each function here is one transaction."""
