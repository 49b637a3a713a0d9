"""Evaluation: metrics, intervals, ties, curves."""
