"""What is measured. `python -m benchmarks` runs all; each module runs alone (`python -m benchmarks.import_core`)."""
