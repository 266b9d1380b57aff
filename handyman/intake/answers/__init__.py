"""What the call page is told while somebody is on the line."""
