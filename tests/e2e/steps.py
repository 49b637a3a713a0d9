"""What a person does on the screens, by the keys of the widgets."""

from __future__ import annotations

import re

IDLE = "[data-testid='stApp'][data-test-script-state='notRunning']"


def by_key(page, key):
    """The element whose key is ``key``, or starts with it where it ends in a dot."""
    name = re.sub(r"[^a-zA-Z0-9_-]", "-", key)
    return page.locator(f"[class*='st-key-{name}']" if key.endswith(".") else f".st-key-{name}").first


def settle(page):
    """Wait until the script has run to its end and nothing has gone wrong."""
    page.locator(IDLE).wait_for(state="attached")
    assert page.get_by_test_id("stException").count() == 0, page.get_by_test_id("stException").first.inner_text()


def press(page, key):
    by_key(page, key).locator("button").first.click()
    settle(page)


def visit(page, title):
    page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
    page.locator("h1").first.wait_for()
    settle(page)


def choose(page, key, text):
    """Pick an option of a select box by typing it."""
    box = by_key(page, key).locator("input").first
    box.click()
    box.fill(text)
    page.get_by_role("option").filter(has_text=text).first.click()
    settle(page)


def upload(page, key, path):
    by_key(page, key).locator("input[type=file]").set_input_files(str(path))


def tick_models(page, keys):
    press(page, "train.preset.none")
    page.get_by_text("Tick at least one model.").wait_for()
    start = by_key(page, "train.start").locator("button")
    for count, key in enumerate(keys, start=2):
        model = by_key(page, f"train.model.{key}")
        # The button is drawn before the list: a click on a box that is still ticked from before would take it away.
        model.locator("input:not(:checked)").wait_for(state="attached")
        settle(page)
        model.locator("label").first.click()
        start.filter(has_text=f"Train {count} models").wait_for()


def start_with(page, server, path, target):
    """From an empty workspace to the Train page."""
    page.goto(server.url)
    page.locator("h1").first.wait_for()
    press(page, "home.own")
    upload(page, "upload.file.", path)
    by_key(page, "data.use").locator("button").wait_for()
    press(page, "data.use")
    by_key(page, "data.next").locator("button").wait_for()
    visit(page, "Goal")
    choose(page, "goal.target.", target)
    by_key(page, "goal.kind.").wait_for()
    settle(page)
    visit(page, "Train")
    by_key(page, "train.start").wait_for()
