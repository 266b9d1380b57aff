"""Where a request lies, put right after the call."""
