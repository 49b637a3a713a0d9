"""The checks of a table, a small file each; `core.quality.registry` lists them."""
