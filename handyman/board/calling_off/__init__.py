"""A visit, or all of a request, is called off: first a page says who would be told of it."""
