"""The server only draws: what it imports stays free of training libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "tensorflow", "keras", "shap", "lime", "umap", "skops", "lightgbm", "sklearn")

SCRIPT = """
import ast, importlib, pathlib, sys
root = pathlib.Path({root!r})
sys.path.insert(0, str(root))
for file in sorted((root / "components").glob("*.py")):
    importlib.import_module(f"components.{{file.stem}}" if file.stem != "__init__" else "components")
# A page draws when it is imported, so only its imports are run.
for file in [*sorted((root / "pages").glob("*.py")), root / "app.py"]:
    tree = ast.parse(file.read_text())
    lines = [n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))]
    exec(compile(ast.Module(lines, []), str(file), "exec"), {{}})
print(",".join(n for n in {heavy!r} if n in sys.modules))
"""


def test_importing_every_screen_and_component_brings_in_no_training_library() -> None:
    code = SCRIPT.format(root=str(ROOT), heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_no_screen_or_component_writes_raw_html() -> None:
    files = [*(ROOT / "components").glob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    assert len(files) > 10
    for file in files:
        text = file.read_text()
        assert "unsafe_allow_html" not in text, file
        assert "st.html(" not in text, file
