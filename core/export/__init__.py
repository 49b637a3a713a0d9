"""The passport: a model that proves itself elsewhere."""
