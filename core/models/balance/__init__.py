"""Rare classes and the target: what a plan asks of the fit itself."""
