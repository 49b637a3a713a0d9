"""The overview of a table: missing cells, the target, what stands out, the report."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from overview_tables import HOSTILE, mixed, store

from core.data.catalog import DatasetCatalog
from core.data.profile import stored_profile
from core.data.schema import Dataset
from core.errors import LatheError
from core.explore.charts import chart_data
from core.explore.missing import missing_map
from core.explore.overview import Overview, overview
from core.explore.report import write_report
from core.explore.standouts import MOST_OF_A_KIND, StandOutKind
from core.explore.target import against_target
from core.jobs.inline import InlineExecutor
from core.jobs.job import JobRequest
from core.store.workspace import Workspace
from core.types import ColumnKind, JobState


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return store(workspace, mixed(), {"left": ColumnKind.BOOLEAN})


@pytest.fixture
def found(workspace: Workspace, dataset: Dataset) -> Overview:
    return overview(workspace, dataset)


def kinds_about(found: Overview, column: str) -> set[StandOutKind]:
    return {one.kind for one in found.stand_outs if column in one.columns}


# Missing cells


def test_the_missing_map_counts_every_row(workspace: Workspace) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"full": rng.normal(size=997), "late": rng.normal(size=997), "some": rng.normal(size=997)})
    frame.loc[500:, "late"] = np.nan
    frame.loc[rng.random(997) < 0.1, "some"] = np.nan
    found = missing_map(workspace, store(workspace, frame))
    assert found.columns == ("late", "some")
    assert found.totals == tuple(frame[["late", "some"]].isna().sum())
    assert len(found.starts) == 200
    assert set(found.shares[0][:100]) == {0.0}
    assert set(found.shares[0][101:]) == {1.0}
    sizes = np.diff([*found.starts, 997])
    assert (np.array(found.shares[1]) @ sizes) == pytest.approx(frame["some"].isna().sum())


def test_columns_missing_together_and_what_that_depends_on_are_named(workspace: Workspace) -> None:
    frame = mixed()
    frame["answer"] = pd.Series(np.where(frame["group"] == "red", None, "said"), dtype=object)
    found = missing_map(workspace, store(workspace, frame))
    [group] = found.groups
    assert group.columns == ("gone_a", "gone_b")
    assert group.rows == frame["gone_a"].isna().sum()
    [link] = found.links
    assert (link.column, link.other) in {("answer", "group"), ("answer", "level")}
    assert "100 %" in link.sentence


def test_nothing_missing_gives_an_empty_map(workspace: Workspace) -> None:
    assert missing_map(workspace, store(workspace, pd.DataFrame({"a": [1.0, 2.0]}))).columns == ()


# The target


def test_columns_are_ranked_by_what_they_tell_about_the_target(workspace: Workspace) -> None:
    frame = mixed()
    frame["answer"] = np.where(frame["group"] == "red", "yes", "no")
    ranked = against_target(workspace, store(workspace, frame), "answer")
    strength = {one.column: one.strength for one in ranked}
    assert strength["group"] == pytest.approx(1, abs=0.01)
    assert strength["level"] > 0.8
    assert strength["noise"] < 0.15
    assert strength["one"] == 0
    assert [one.strength for one in ranked] == sorted(strength.values(), reverse=True)
    assert "answer" not in strength
    group = next(one for one in ranked if one.column == "group")
    assert "100 %" in group.sentence
    assert "red" in group.sentence


def test_a_curved_relation_to_a_number_is_found(workspace: Workspace, dataset: Dataset) -> None:
    ranked = {one.column: one.strength for one in against_target(workspace, dataset, "curve")}
    assert ranked["x"] > 0.7
    assert ranked["noise"] < 0.2


@pytest.mark.parametrize("target", ["x", "group", "day", "left", "one", "gone_b"])
def test_any_column_can_be_the_target(workspace: Workspace, dataset: Dataset, target: str) -> None:
    ranked = against_target(workspace, dataset, target)
    assert {one.column for one in ranked} == set(dataset.column_names) - {target}
    assert all(0 <= one.strength <= 1 and one.sentence for one in ranked)


def test_an_unknown_target_is_refused(workspace: Workspace, dataset: Dataset) -> None:
    with pytest.raises(LatheError, match="nothing"):
        against_target(workspace, dataset, "nothing")


# What stands out


def test_what_was_planted_stands_out(found: Overview) -> None:
    assert StandOutKind.COPY in kinds_about(found, "copy")
    assert StandOutKind.CURVED in kinds_about(found, "curve")
    assert StandOutKind.GROUP in kinds_about(found, "level")
    assert StandOutKind.TREND in kinds_about(found, "trend")
    assert StandOutKind.SPIKE in kinds_about(found, "spike")
    assert kinds_about(found, "far") & {StandOutKind.OUTLIER, StandOutKind.SKEW}
    assert kinds_about(found, "one") == {StandOutKind.DOMINANCE}
    assert kinds_about(found, "gone_a") == {StandOutKind.MISSING}
    assert kinds_about(found, "noise") == set()


def test_findings_are_ranked_varied_and_the_same_every_time(
    workspace: Workspace, dataset: Dataset, found: Overview
) -> None:
    scores = [one.score for one in found.stand_outs]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len(scores) <= 10
    kinds = [one.kind for one in found.stand_outs]
    assert max(kinds.count(kind) for kind in kinds) <= MOST_OF_A_KIND
    assert overview(workspace, dataset) == found


def test_every_chart_that_a_finding_names_can_be_drawn(workspace: Workspace, dataset: Dataset, found: Overview) -> None:
    specs = [one.chart for one in found.stand_outs] + [pair.chart for pair in found.relations.pairs]
    specs += [one.chart for one in against_target(workspace, dataset, "group")]
    for spec in specs:
        if spec is not None and "one" not in (spec.x, spec.y):
            assert chart_data(workspace, dataset, spec).finding


def test_noise_alone_does_not_stand_out(workspace: Workspace) -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({f"n{i}": rng.normal(size=800) for i in range(8)})
    frame["word"] = rng.choice(["a", "b", "c"], 800)
    assert overview(workspace, store(workspace, frame)).stand_outs == ()


def test_what_gives_the_target_away_comes_first(workspace: Workspace, dataset: Dataset) -> None:
    first = overview(workspace, dataset, target="x").stand_outs[0]
    assert (first.kind, first.columns, first.score) == (StandOutKind.TARGET, ("copy",), 1.0)


# Odd tables


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_hardly_any_rows_are_looked_over(workspace: Workspace, rows: int) -> None:
    dataset = store(workspace, mixed().head(rows))
    assert overview(workspace, dataset, target="x").profile.rows == rows


def test_nothing_but_missing_cells_is_looked_over(workspace: Workspace) -> None:
    frame = pd.DataFrame({"a": [np.nan] * 30, "b": pd.Series([None] * 30, dtype=object)})
    found = overview(workspace, store(workspace, frame), target="a")
    assert [c.missing_share for c in found.profile.columns] == [1.0, 1.0]
    assert found.relations.columns == ()


def test_a_wide_table_is_looked_over(workspace: Workspace) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(40, 700)), columns=[f"c{i}" for i in range(700)])
    frame["w"] = rng.choice(["a", "b"], 40)
    found = overview(workspace, store(workspace, frame))
    assert len(found.profile.columns) == 701
    assert "701 columns" in found.relations.note


def test_a_stored_profile_is_made_once(workspace: Workspace, dataset: Dataset) -> None:
    first = stored_profile(workspace, dataset)
    workspace.path(dataset.path).write_bytes(b"gone")
    assert stored_profile(workspace, dataset) == first


# The report


def hostile(workspace: Workspace) -> Dataset:
    rng = np.random.default_rng(0)
    cells = ["</svg><script>x</script>", "<img src=x onerror=alert(1)>", "a & b"]
    frame = pd.DataFrame({name: rng.normal(size=60) for name in HOSTILE})
    frame["<u>words</u>"] = rng.choice(cells, 60)
    frame.loc[::3, HOSTILE[0]] = np.nan
    frame.loc[::3, HOSTILE[3]] = np.nan
    return store(workspace, frame).model_copy(update={"name": "<h1>name</h1>", "notes": ("<b>note</b>",)})


def test_a_report_shows_hostile_names_and_cells_as_text(workspace: Workspace, tmp_path: Path) -> None:
    page = write_report(workspace, hostile(workspace), tmp_path / "r.html", "<u>words</u>").read_text()
    for raw in ("<script", "<img", "<u>", "<h1>name", "<b>note", "<b>&", "onerror=alert(1)>"):
        assert raw not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert re.findall(r'aria-label="[^"]*<', page) == []


def test_a_report_needs_no_network_and_no_script(workspace: Workspace, dataset: Dataset, tmp_path: Path) -> None:
    page = write_report(workspace, dataset, tmp_path / "r.html", "level").read_text()
    assert not re.search(r"https?://", page)
    assert "<script" not in page
    assert "prefers-color-scheme:dark" in page
    for part in ("What stands out", "Columns", "Relations", "Against the target", "Missing cells"):
        assert f">{part}</a>" in page
        assert f">{part}</h2>" in page
    pictures = page.count("<svg")
    assert pictures == len(re.findall(r'<svg role="img" aria-label="[^"]+"', page)) > len(dataset.columns) / 2


def test_links_of_a_report_lead_somewhere(workspace: Workspace, dataset: Dataset, tmp_path: Path) -> None:
    page = write_report(workspace, dataset, tmp_path / "r.html").read_text()
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page


def test_the_job_writes_the_report_and_the_figures(workspace: Workspace, project_id: str, dataset: Dataset) -> None:
    dataset = DatasetCatalog(workspace).save(dataset.model_copy(update={"project_id": project_id}))
    executor = InlineExecutor(workspace)
    looked = executor.submit(JobRequest(kind="report", payload={"dataset_id": dataset.id, "profile_only": True}))
    assert looked.state is JobState.SUCCEEDED, looked.error
    assert list(workspace.path(dataset.path).parent.glob("profile-*.json"))
    wrote = executor.submit(JobRequest(kind="report", payload={"dataset_id": dataset.id, "target": "x"}))
    assert wrote.state is JobState.SUCCEEDED, wrote.error
    assert "Against the target" in workspace.path(wrote.result["path"]).read_text()
