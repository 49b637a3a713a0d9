"""Steps that shape a table before anything is learned from it: filter, join, compute, reshape."""
