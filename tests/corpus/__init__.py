"""Messy files with known clean answers: tables, faults put into them, and a score of what a reader makes of them."""
