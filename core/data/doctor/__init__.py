"""Delimited text as people have it: how lines are divided, and rows that are broken mended where the evidence is clear."""
