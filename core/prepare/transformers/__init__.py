"""Our own scikit-learn transformers: what the library does not have, or does not do safely on raw tables."""
