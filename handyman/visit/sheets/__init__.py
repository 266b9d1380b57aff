"""Sheets of the day on paper: for members without a smartphone, and for the day the network is down."""
