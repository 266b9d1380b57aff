"""Sign-in, roles, and the question that every route asks."""
