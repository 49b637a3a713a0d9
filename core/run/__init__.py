"""Runs: the recipe and the one function that carries it out."""
