"""Members on stand-by: nothing is planned for them on that day until somebody calls them."""
