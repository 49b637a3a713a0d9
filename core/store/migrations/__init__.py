"""Alembic migrations. ``HEAD`` is the newest revision: comparing with it needs no Alembic."""

HEAD = "0003"
