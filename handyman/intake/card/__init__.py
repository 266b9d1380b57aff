"""The card of a resident, put right without a call."""
