"""Lathe's engine: headless, importable and testable without any screen."""

__version__ = "0.1.0"
