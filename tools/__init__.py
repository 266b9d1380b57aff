"""Scripts that install what the product and its tests need. They import the standard library alone."""
