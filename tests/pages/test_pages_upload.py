"""A file is looked over, asked about and taken, whatever it holds."""

from __future__ import annotations

import random

import pytest
from streamlit.testing.v1 import AppTest

from core.data.catalog import DatasetCatalog
from core.data.schema import Dataset
from core.store.projects import Project
from core.store.workspace import Workspace
from tests.pages.screens import APP, PEOPLE, bring, texts, visit


def test_an_empty_project_offers_uploader_and_samples(project: Project) -> None:
    at = visit("data", project=project.id)
    assert not at.exception
    assert len(at.get("file_uploader")) == 1
    assert len([b for b in at.button if str(b.key).startswith("sample.")]) >= 3
    assert at.button(key="data.next").disabled


def test_a_file_is_looked_over_changed_and_taken(workspace: Workspace, project: Project) -> None:
    at = visit("data", project=project.id)
    at.file_uploader(key="upload.file.0").upload("semi.csv", PEOPLE.replace(",", ";").encode(), "text/csv").run()
    assert not at.exception
    assert at.title[0].value == "Look over semi.csv"
    assert at.selectbox(key="parse.delimiter").value == ";"
    at.selectbox(key="parse.delimiter").select(",").run()
    assert not at.exception
    at.selectbox(key="parse.delimiter").select(";").run()
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert (stored.rows, len(stored.columns)) == (120, 5)
    assert at.title[0].value == "Upload"
    assert not list(workspace.folder("incoming").iterdir())


def test_settings_that_cannot_read_the_file_block_its_use(project: Project) -> None:
    at = visit("data", project=project.id)
    at.file_uploader(key="upload.file.0").upload(
        "umlaut.csv", PEOPLE.replace("Bern", "Z\u00fcrich").encode(), "text/csv"
    ).run()
    at.selectbox(key="parse.encoding").select("utf-16").run()
    assert not at.exception
    assert len(at.error) == 1
    assert at.button(key="data.use").disabled
    at.selectbox(key="parse.encoding").select("utf-8").run()
    assert not at.button(key="data.use").disabled


def test_a_table_is_read_again_with_other_settings(workspace: Workspace, project: Project, dataset: Dataset) -> None:
    at = visit("data", project=project.id, dataset=dataset.id)
    at.button(key="table.reread").click().run()
    assert not at.exception
    assert at.title[0].value.startswith("Look over ")
    at.button(key="data.use").click().run()
    assert not at.exception
    first, second = DatasetCatalog(workspace).list(project.id)
    assert first.id != second.id
    assert first.fingerprint == second.fingerprint


def test_a_waiting_file_survives_a_refresh(project: Project) -> None:
    at = visit("data", project=project.id)
    at.file_uploader(key="upload.file.0").upload("people.csv", PEOPLE.encode(), "text/csv").run()
    fresh = visit("data", project=project.id)
    assert fresh.title[0].value == "Look over people.csv"
    fresh.button(key="data.drop").click().run()
    assert fresh.title[0].value == "Upload"


def test_rows_that_cannot_be_read_are_counted_and_listed_before_and_after(project: Project) -> None:
    rows = "".join(f"{i},name {i},DE\n" for i in range(100))
    at = bring(visit("data", project=project.id), "t.csv", f"id,name,country\n{rows}1,2,3,4,5,6,7,8\n{rows}".encode())
    assert "**1 row could not be read**" in texts(at)
    [listed] = [d.value for d in at.dataframe if "Line" in d.value.columns]
    assert listed["Line"].tolist() == [102]
    assert listed["As it stands"].tolist() == ["1,2,3,4,5,6,7,8"]
    at.button(key="data.use").click().run()
    assert not at.exception
    dataset = at.session_state["lathe.place.dataset"]
    at.toggle(key=f"rejected.show.{dataset}").set_value(True).run()
    assert "**1 row could not be read**" in texts(at)


def test_what_only_the_person_knows_is_asked_and_answered(workspace: Workspace, project: Project) -> None:
    rows = "".join(f"{i},{('DE', 'NA', 'FR', 'US', 'IT')[i % 5]}\n" for i in range(60))
    at = bring(visit("data", project=project.id), "t.csv", f"id,country\n{rows}".encode())
    assert "**1 question only you can answer**" in texts(at)
    at.button(key="parse.answer.missing.country.1").click().run()
    assert not at.exception
    assert "only you can answer" not in texts(at)
    at.button(key="data.use").click().run()
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.column("country").missing == 0
    assert "NA" in stored.column("country").examples


def test_settings_of_one_column_are_kept_and_used(workspace: Workspace, project: Project) -> None:
    content = "when,country\n" + "".join(f"0{1 + i % 9}/0{1 + i % 7}/2026,{('DE', 'NA')[i % 2]}\n" for i in range(60))
    at = bring(visit("data", project=project.id), "t.csv", content.encode())
    at.selectbox(key="parse.column").select("country").run()
    at.multiselect(key="parse.column_missing.country").set_value(["", "?"]).run()
    at.selectbox(key="parse.column").select("when").run()
    at.selectbox(key="parse.column_day_first.when").select(True).run()
    assert not at.exception
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.parse.column_missing == {"country": ("", "?")}
    assert stored.parse.column_day_first == {"when": True}
    assert stored.column("country").missing == 0


def test_a_changed_setting_says_who_chose_it(project: Project) -> None:
    at = bring(visit("data", project=project.id), "t.csv", PEOPLE.encode())
    at.selectbox(key="parse.quote").select("'").run()
    at.number_input(key="parse.skip_lines").set_value(2).run()
    assert not at.exception
    assert texts(at).count("Chosen by you.") == 2
    assert at.dataframe[0].value.columns.tolist()[1] == "21"


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x00" * 500, bytes(range(256)) * 40, b"PK\x03\x04 not a zip", b"%PDF-1.7 x"]
)
def test_what_holds_no_table_gets_a_message_and_leaves_nothing(
    workspace: Workspace, project: Project, content: bytes
) -> None:
    at = bring(visit("data", project=project.id), "t.csv", content)
    assert not at.exception
    assert len(at.error) == 1
    assert at.title[0].value == "Upload"
    assert not list(workspace.folder("incoming").iterdir())


@pytest.mark.parametrize("seed", range(6))
def test_random_bytes_are_answered_calmly(project: Project, seed: int) -> None:
    content = random.Random(seed).randbytes(3000)
    text = bytes(b % 95 + 32 if seed % 2 else b for b in content)
    at = bring(visit("data", project=project.id), "noise.csv", text)
    assert not at.exception
    assert at.title[0].value in ("Upload", "Look over noise.csv")


HOSTILE = ("<b>bold</b>", "=1+1", "\U0001f600", "x" * 10_000, "", "dup", "dup", "**md** [a](http://x)", "$x$ :red[c]")


def test_hostile_names_are_shown_as_text(workspace: Workspace, project: Project) -> None:
    line = ",".join(f'"{name}"' for name in HOSTILE)
    content = f"{line}\n" + "".join(",".join(str(i * j) for j in range(len(HOSTILE))) + "\n" for i in range(30))
    at = bring(visit("data", project=project.id), "t.csv", content.encode())
    assert not at.exception
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.column_names[:4] == HOSTILE[:4]
    assert len(set(stored.column_names)) == len(HOSTILE)
    for name in stored.column_names:
        at.session_state[f"lathe.columns.picked.{stored.id}"] = (name,)
        at.run()
        assert not at.exception
    assert not any("<b>bold" in str(m.value) for m in at.markdown)


def test_one_row_and_five_thousand_columns_both_work(workspace: Workspace, project: Project) -> None:
    content = ",".join(f"c{i}" for i in range(5000)) + "\n" + ",".join(str(i) for i in range(5000)) + "\n"
    at = AppTest.from_file(APP, default_timeout=120)
    at.query_params["project"] = project.id
    at.run()
    at.switch_page("pages/data.py").run()
    bring(at, "wide.csv", content.encode())
    assert not at.exception
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert (stored.rows, len(stored.columns)) == (1, 5000)
    at.text_input(key=f"columns.search.{stored.id}").input("c4999").run()
    assert at.dataframe[0].value["Column"].tolist() == ["c4999"]
