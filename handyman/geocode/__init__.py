"""The words of an address become a place, a point and a grade."""
