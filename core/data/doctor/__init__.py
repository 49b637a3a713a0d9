"""Delimited text as people have it: how lines are divided, and broken rows mended where the evidence is clear."""
