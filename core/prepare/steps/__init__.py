"""The preparation steps, declared as data: one file a group of the catalogue."""
