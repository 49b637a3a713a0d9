"""What the tests of pages do and read, in one place: open a page, press, read its words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

from components.draft import Draft, read_draft, write_draft
from components.plan_edit import new_goal
from core.data.ingest import ingest
from core.data.schema import Dataset
from core.store.projects import ProjectStore
from core.store.workspace import Workspace

APP = str(Path(__file__).parents[2] / "app.py")
CITIES, ANSWERS = ("Bern", "Basel", "Chur"), ("no", "yes")
PEOPLE = "id,age,city,spend,left\n" + "".join(
    f"{1000 + i},{20 + i % 50 if i % 9 else ''},{CITIES[i % 3]},{i * 1.37:.2f},{ANSWERS[i % 4 == 0]}\n"
    for i in range(120)
)


def visit(page: str, *, timeout_s: float = 120, **place: str) -> AppTest:
    """Open a page at the place in the address."""
    at = AppTest.from_file(APP, default_timeout=timeout_s)
    for name, value in place.items():
        at.query_params[name] = value
    at.run()
    if page != "home":
        at.switch_page(f"pages/{page}.py").run()
    assert not at.exception
    return at


def at_table(page: str, dataset: Dataset) -> AppTest:
    """Open a page with the table open."""
    return visit(page, project=dataset.project_id, dataset=dataset.id)


def press(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def texts(at: AppTest) -> str:
    """All words of the page as markdown, with its backslashes."""
    parts = [*at.title, *at.subheader, *at.markdown, *at.caption, *at.error, *at.warning, *at.success]
    return "\n".join(str(part.value) for part in parts)


def words(at: AppTest) -> str:
    """All words of the page as a person reads them."""
    return texts(at).replace("\\", "")


def store_table(
    workspace: Workspace, project_id: str, folder: Path, table: str | pd.DataFrame, name: str = "people.csv"
) -> Dataset:
    """Read a table into a project."""
    path = folder / name
    path.write_text(table if isinstance(table, str) else table.to_csv(index=False), encoding="utf-8")
    return ingest(workspace, path, project_id=project_id, name=name)


def stored_draft(workspace: Workspace, dataset: Dataset) -> Draft:
    return read_draft(ProjectStore(workspace).get(dataset.project_id).draft, dataset)


def put_draft(workspace: Workspace, dataset: Dataset, draft: Draft) -> None:
    ProjectStore(workspace).save_draft(dataset.project_id, write_draft({}, dataset.id, draft))


def set_goal(workspace: Workspace, dataset: Dataset, target: str = "left") -> None:
    """Choose what to predict, with the plan and the split that are proposed."""
    task, plan = new_goal(dataset, target)
    put_draft(workspace, dataset, Draft(task=task, plan=plan))


def bring(at: AppTest, name: str, content: bytes) -> AppTest:
    """Upload a file; what it was told is on the page then."""
    return at.file_uploader[0].upload(name, content, "text/csv").run()
