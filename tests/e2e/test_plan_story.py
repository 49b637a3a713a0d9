"""A plan of preparation in a real browser: looked at, changed, undone, followed column by column, and trained with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.e2e.steps import by_key, choose, press, settle, upload, visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def flats(tmp_path):
    draws = np.random.default_rng(3)
    n = 240
    size = draws.gamma(6, 14, n).round()
    frame = pd.DataFrame(
        {
            "size": np.where(draws.random(n) < 0.15, np.nan, size),
            "town": draws.choice(["Bern", "Basel", "Chur", "Olten"], n),
            "rent": (300 + 14 * size + draws.normal(0, 90, n)).round(),
        }
    )
    path = tmp_path / "flats.csv"
    frame.to_csv(path, index=False)
    return path


def test_a_plan_is_seen_changed_undone_and_used(page, server, flats):
    page.goto(server.url)
    page.locator("h1").first.wait_for()
    press(page, "home.own")
    upload(page, "upload.file.", flats)
    by_key(page, "data.use").locator("button").first.wait_for()
    press(page, "data.use")
    by_key(page, "data.next").locator("button").first.wait_for()
    visit(page, "Goal")
    choose(page, "goal.target.", "rent")
    by_key(page, "prepare.next").locator("button:enabled").first.wait_for()
    press(page, "prepare.next")

    # Before and after of a suggested step, drawn in the browser.
    steps = page.get_by_test_id("stMainBlockContainer")
    steps.get_by_text("The suggested plan").wait_for()
    press(page, "plan.look.1")
    page.get_by_text("size: missing").first.wait_for()
    page.locator(".js-plotly-plot").first.wait_for()

    # A step from the catalogue, tried before it is added, undone, redone after a refresh.
    press(page, "plan.add")
    by_key(page, "plan.find").locator("input").fill("logarithm")
    by_key(page, "plan.add.log_numbers").locator("button").first.wait_for()
    press(page, "plan.add.log_numbers")
    steps.get_by_role("button", name="All of them").click()
    by_key(page, "plan.apply").locator("button:enabled").first.wait_for()
    press(page, "plan.apply")
    steps.get_by_text("Take the logarithm").first.wait_for()
    press(page, "plan.undo")
    steps.get_by_text("Take the logarithm").first.wait_for(state="detached")
    page.reload()
    by_key(page, "plan.redo").locator("button:enabled").first.wait_for()
    press(page, "plan.redo")
    steps.get_by_text("Take the logarithm").first.wait_for()

    # What happens to a column from raw to features; a click shows it.
    page.get_by_role("tab", name="Columns").click()
    table = page.get_by_test_id("stDataFrame").first
    table.wait_for()
    settle(page)
    table.click(position={"x": 15, "y": 50})
    page.get_by_text("as linear models get it").wait_for()

    press(page, "plan.next")
    by_key(page, "train.start").wait_for()
