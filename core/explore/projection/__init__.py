"""Projections: many columns as a map of points. They run in workers; the server reads what they left."""
