"""Rows in, dispatch rules asked, rows out: propose, book, assign, move, cancel."""
