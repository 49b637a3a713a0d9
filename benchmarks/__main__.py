"""Run every benchmark, each in a process of its own, and print one table."""

import subprocess
import sys

MODULES = (
    "import_core", "server_memory", "page_draw", "click_to_progress", "engine_overhead",
    "messy_files", "ingest_speed", "overview_speed", "quality_speed", "chart_speed", "prepare_speed",
    "preview_speed", "category_speed", "number_steps", "run_history", "board_speed",
)  # fmt: skip

if __name__ == "__main__":
    for module in MODULES:
        print(f"\n## {module}\n", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{module}"], check=False)
