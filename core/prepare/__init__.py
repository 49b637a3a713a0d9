"""Preparation: plans as data, compiled to one scikit-learn pipeline."""
