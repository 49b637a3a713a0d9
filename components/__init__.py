"""Streamlit pieces that draw and return plain values; the only place with session keys."""
