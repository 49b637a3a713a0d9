"""Draw the pictures of the guide: run the story on a sample in a workspace of its own and photograph every screen.

`python scripts/screenshots.py [FOLDER]` writes to docs/img, or to FOLDER. Needs Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.common import ROOT, server
from benchmarks.screens import BEST, IDLE, PAGES, browser_page, sample_project, train_and_explain

HEIGHTS = {"explain": 1420, "results": 1080}


def main(out: Path) -> None:
    """Write the pictures to ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project, dataset = sample_project(folder)
        run = train_and_explain(folder, project, dataset)
        query = f"project={project}&dataset={dataset}&run={run}&model={BEST}"
        with server(folder) as (port, _), browser_page() as page:
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                for screen in PAGES:
                    page.set_viewport_size({"width": 1440, "height": HEIGHTS.get(screen, 900)})
                    page.goto(f"http://127.0.0.1:{port}/{'' if screen == 'home' else screen}?{query}")
                    page.locator("h1").first.wait_for()
                    page.locator(IDLE).wait_for(state="attached")
                    page.wait_for_timeout(1500)  # charts draw after the script has ended
                    page.screenshot(path=out / f"{screen}-{scheme}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "img")
