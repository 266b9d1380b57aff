"""Check visits that come again: rules, and the requests that they become in time."""
