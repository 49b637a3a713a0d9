"""One screen a file: read the state, call core, draw."""
