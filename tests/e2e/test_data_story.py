"""From a messy file to a clean table that one understands, in a real browser."""

from __future__ import annotations

import numpy as np
import pytest

from tests.e2e.steps import by_key, press, settle, upload, visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def messy(tmp_path):
    """Semicolons, decimal commas, Windows letters, lines before and after the table, Namibia, a repeated row."""
    draws = np.random.default_rng(7)
    countries = ["DE", "FR", "NA", "AT", "CH", "SE"]
    rows = [
        f"{k};{countries[k % 6]};{draws.normal(20, 4):.2f};{draws.integers(100, 900)}".replace(".", ",")
        for k in range(120)
    ]
    head = ["Umsätze der Läden", "erstellt am 1. Mai", "Laden;Land;Größe;Umsatz"]
    text = "\r\n".join([*head, *rows, rows[-1], "", "Quelle: eigene Zählung"])
    path = tmp_path / "läden.csv"
    path.write_bytes(text.encode("cp1252"))
    return path


def test_a_messy_file_becomes_a_clean_table_and_is_looked_at(page, server, messy, tmp_path):
    page.goto(server.url)
    page.locator("h1").first.wait_for()
    press(page, "home.own")
    upload(page, "upload.file.", messy)

    # How it was read is shown, and what only a person knows is asked.
    page.get_by_text("only you can answer").wait_for()
    question = by_key(page, "parse.questions")
    question.get_by_role("button", name="Namibia").click()
    settle(page)
    press(page, "data.use")
    by_key(page, "data.next").locator("button").wait_for()
    assert page.get_by_text("121 rows").first.is_visible()

    visit(page, "Quality")
    assert page.get_by_text("stands for missing").count() == 0  # The question has been answered.
    page.get_by_role("button", name="Drop 1 repeated row").click()
    by_key(page, "quality.effect").wait_for()
    press(page, "quality.apply")
    page.get_by_text("120 rows").first.wait_for()

    visit(page, "Clean and shape")
    press(page, "shape.add")
    press(page, "shape.add.compute")
    form = page.get_by_test_id("stMainBlockContainer")
    form.get_by_role("textbox", name="Name of the column").fill("Umsatz je Größe")
    form.get_by_role("textbox", name="Formula").fill("Umsatz / Größe")
    page.keyboard.press("Control+Enter")
    by_key(page, "shape.apply").locator("button:enabled").wait_for()
    press(page, "shape.apply")
    page.get_by_text("Compute Umsatz je Größe").first.wait_for()
    page.reload()
    page.get_by_text("Compute Umsatz je Größe").first.wait_for()
    press(page, "shape.undo")
    page.get_by_text("Compute Umsatz je Größe").first.wait_for(state="detached")

    visit(page, "Overview")
    page.get_by_text("Missing cells").first.wait_for()

    visit(page, "Charts")
    page.locator(".js-plotly-plot").first.wait_for()
    page.get_by_role("button", name="Table and files").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PNG").first.click()
    target = tmp_path / "chart.png"
    waiting.value.save_as(target)
    assert target.read_bytes().startswith(b"\x89PNG")
    assert target.stat().st_size > 5_000
