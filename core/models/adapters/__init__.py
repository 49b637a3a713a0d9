"""Estimators that wrap a framework in scikit-learn's interface."""
