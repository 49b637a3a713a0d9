"""Explanations of fitted models, global and local."""
