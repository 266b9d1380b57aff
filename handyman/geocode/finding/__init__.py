"""What was read is looked for: by road, by lot, by name, mended, or estimated."""
