"""Texts: written with the booking, sent when due, receipts taken in."""
