"""A text is read: what stands around an address, its forms, the flat, the keys that typed it."""
