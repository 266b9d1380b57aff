"""The month counted, for the district and for the co-operative."""
