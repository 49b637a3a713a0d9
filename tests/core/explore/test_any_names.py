"""Columns may have any name: what queries call things by themselves, or what differs only by capital letters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from core.data.actions import TableStep
from core.data.download import download
from core.data.ingest import ingest
from core.data.names import unique_names
from core.data.profile import ColumnProfile, stored_profile
from core.data.query import head, sample, take
from core.data.schema import Dataset
from core.errors import InvalidInput, LatheError
from core.explore.chart_spec import ChartData, ChartSpec
from core.explore.charts import chart_data
from core.explore.hypothesis.many import screen
from core.explore.overview import overview
from core.quality.propose_rules import propose_rules
from core.quality.report import find
from core.quality.rows import concerned_rows
from core.quality.rules import check_rules
from core.shape.edit import append
from core.store.workspace import Workspace
from tests.core.explore.chart_tables import EVERY_KIND, mixed, stored

OWN = (
    ("row", "t", "r", "f", "x", "y", "color", "facet", "count", "v", "n", "bin", "place"),
    ("c0", "v0", "v1", "min", "max", "q1", "low", "high", "below", "above", "value", "k", "i"),
    ("color", "x", "facet", "bin", "v", "y", "n", "kinds", "text", "term", "other", "total", "index"),
    ("y", "color", "x", "n", "facet", "t_rows", "period", "median", "drawn", "a", "b", "outside", "rowid"),
)
PLAIN = tuple(mixed(2).columns)


def renamed(spec: dict[str, object], names: dict[str, str]) -> ChartSpec:
    """The same chart of the renamed columns."""
    roles = {role: names[str(spec[role])] for role in ("x", "y", "z", "color", "facet") if role in spec}
    columns = tuple(names[name] for name in spec.get("columns", ()))  # type: ignore[attr-defined]
    return ChartSpec.model_validate({**spec, **roles, "columns": columns})


def same_numbers(found: ChartData, wanted: ChartData) -> None:
    assert found.shown == wanted.shown
    assert found.layers.keys() == wanted.layers.keys()
    for name, layer in wanted.layers.items():
        numbers = layer.select_dtypes("number")
        pd.testing.assert_frame_equal(found.layers[name][numbers.columns], numbers, check_dtype=False)


@pytest.mark.parametrize("own", OWN, ids=lambda own: "-".join(own[:3]))
def test_every_chart_counts_the_same_whatever_columns_are_called(
    workspace: Workspace, project_id: str, tmp_path: Path, own: Sequence[str]
) -> None:
    frame = mixed(300)
    names = dict(zip(PLAIN, own, strict=True))
    plain = stored(workspace, project_id, tmp_path, frame)
    other = stored(workspace, project_id, tmp_path, frame.rename(columns=names), "other")
    assert other.column_names == tuple(own)
    for spec in EVERY_KIND:
        wanted = chart_data(workspace, plain, ChartSpec.model_validate(spec))
        same_numbers(chart_data(workspace, other, renamed(spec, names)), wanted)


def nameless(column: ColumnProfile) -> ColumnProfile:
    """The figures alone; the order in which entropy is summed changes its last digits."""
    return column.model_copy(update={"name": "", "entropy": column.entropy and round(column.entropy, 9)})


@pytest.mark.parametrize("own", OWN, ids=lambda own: "-".join(own[:3]))
def test_figures_findings_and_relations_are_the_same_whatever_columns_are_called(
    workspace: Workspace, project_id: str, tmp_path: Path, own: Sequence[str]
) -> None:
    frame = mixed(300)
    names = dict(zip(PLAIN, own, strict=True))
    plain = stored(workspace, project_id, tmp_path, frame)
    other = stored(workspace, project_id, tmp_path, frame.rename(columns=names), "other")
    wanted, found = (stored_profile(workspace, one) for one in (plain, other))
    assert [nameless(c) for c in found.columns] == [nameless(c) for c in wanted.columns]
    reports = [find(workspace, one) for one in (plain, other)]
    rows = [
        sorted(
            (f.check, f.rows, len(concerned_rows(workspace, one, f.where)) if f.where else -1) for f in report.findings
        )
        for one, report in zip((plain, other), reports, strict=True)
    ]
    told = {f.check for f in reports[0].findings} & {f.check for f in reports[1].findings}
    assert [r for r in rows[0] if r[0] in told] == [r for r in rows[1] if r[0] in told]
    for one in (plain, other):
        assert all(result.rows >= 0 for result in check_rules(workspace, one, propose_rules(workspace, one)))
    target = [overview(workspace, one, target=one.column_names[0]) for one in (plain, other)]
    assert [r.strength for r in target[0].against] == [r.strength for r in target[1].against]
    tested = [screen(workspace, one, one.column_names[0]) for one in (plain, other)]
    assert [c.p for c in tested[0].columns] == [c.p for c in tested[1].columns]


AWKWARD = ("Age", "age", "file_row_number", "AGE", "row", "age_2")


@pytest.fixture
def awkward(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    path = tmp_path / "awkward.csv"
    lines = [",".join(AWKWARD), *(f"{i},{i * 10},{i * 100},{i + 0.5},{i % 3},{i % 2}" for i in range(50))]
    path.write_text("\n".join(lines) + "\n")
    return ingest(workspace, path, project_id=project_id, name="awkward")


def test_names_that_sql_takes_for_the_same_get_names_of_their_own(workspace: Workspace, awkward: Dataset) -> None:
    assert awkward.column_names == ("Age", "age_3", "file_row_number_2", "AGE_4", "row", "age_2")
    told = " ".join(awkward.notes)
    assert "The name age differs from another one only by capital letters; column 2 is called age_3." in told
    assert "column 3 is called file_row_number_2" in told
    for frame in (head(workspace, awkward, 5, offset=3), take(workspace, awkward, [3, 4, 5, 6, 7])):
        assert frame["Age"].tolist() == [3, 4, 5, 6, 7]
        assert frame["age_3"].tolist() == [30, 40, 50, 60, 70]
        assert frame["file_row_number_2"].tolist() == [300, 400, 500, 600, 700]
        assert frame["AGE_4"].tolist() == [3.5, 4.5, 5.5, 6.5, 7.5]
    drawn = sample(workspace, awkward, 7)
    assert (drawn["age_3"] == drawn["Age"] * 10).all()
    assert drawn["Age"].tolist() == drawn.index.tolist()
    assert [c.maximum for c in stored_profile(workspace, awkward).columns] == [49, 490, 4900, 49.5, None, 1]
    text = download(workspace, awkward, "csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[2] == '1,10,100,1.5,"1",1'


def test_stored_columns_that_sql_cannot_tell_apart_are_refused(workspace: Workspace, awkward: Dataset) -> None:
    twins = awkward.model_copy(
        update={"columns": tuple(c.model_copy(update={"name": c.name.lower()[:3]}) for c in awkward.columns[:2])}
    )
    with pytest.raises(LatheError, match="differ by more than capital letters"):
        head(workspace, twins)


@pytest.mark.parametrize(
    "step",
    [
        TableStep(key="rename", params={"renames": {"row": "aGE"}}),
        TableStep(key="rename", params={"renames": {"row": "File_Row_Number"}}),
        TableStep(key="compute", params={"name": "ROW", "expression": "Age + 1"}),
    ],
)
def test_a_step_gives_no_name_that_sql_takes_for_another(
    workspace: Workspace, awkward: Dataset, step: TableStep
) -> None:
    with pytest.raises(InvalidInput, match="capital letters"):
        append(workspace, awkward, [step])


def test_repeated_names_stay_apart() -> None:
    names, notes = unique_names(["a", "A", "a", "a_2", "", "COLUMN_5"])
    assert len({name.lower() for name in names}) == 6
    assert names[0] == "a"
    assert len(notes) == 3
