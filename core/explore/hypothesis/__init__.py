"""Tests of hypotheses: declared as data, carried out on the stored table, answered in plain words."""
