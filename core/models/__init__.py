"""Models: declarations, registry, adapters, fitted models."""
