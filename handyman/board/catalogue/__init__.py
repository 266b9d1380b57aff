"""The catalogue: what the office offers, seen and changed on one page."""
