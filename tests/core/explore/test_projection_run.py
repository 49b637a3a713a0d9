"""Projections of a stored table: what is projected, what is kept, and how it is stopped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.query import open_table
from core.data.schema import Dataset
from core.errors import InvalidInput, LatheError, NotFound, RunCancelled
from core.explore.hypothesis.many import screen
from core.explore.hypothesis.samples import read_groups, read_levels
from core.explore.projection import run as run_module
from core.explore.projection.apart import sets_apart
from core.explore.projection.features import choose_columns, learn
from core.explore.projection.points import Points, in_box, in_polygon, nearest, read_points
from core.explore.projection.registry import METHODS
from core.explore.projection.run import project, stored, stored_all
from core.explore.projection.spec import ProjectionRequest
from core.jobs.inline import InlineExecutor
from core.jobs.job import JobRequest
from core.params import ParamValue
from core.store.workspace import Workspace
from core.types import JobState
from tests.core.explore.hypothesis_tables import stored as stored_table

ROOT = Path(__file__).resolve().parents[3]
QUICK = {"pca": {}, "tsne": {"iterations": 250, "perplexity": 8.0}, "umap": {"neighbours": 6}}


class Told:
    """A watcher that remembers, and asks to stop after some reports."""

    threads = 1

    def __init__(self, stop_after: int = 10**9) -> None:
        self.fractions: list[float] = []
        self._stop_after = stop_after

    def report(self, fraction: float, stage: str, message: str = "", **values: ParamValue) -> None:
        self.fractions.append(fraction)

    def should_stop(self) -> bool:
        return len(self.fractions) >= self._stop_after


def clumps(n: int = 150) -> pd.DataFrame:
    """Three groups of rows that differ in two numbers and a category; a gap, an identifier and a text."""
    rng = np.random.default_rng(4)
    kind = np.arange(n) % 3
    frame = pd.DataFrame(
        {
            "key": [f"K{i:05d}" for i in range(n)],
            "wide": (rng.normal(0, 1, n) + 8 * kind).round(4) * 1000,
            "narrow": (rng.normal(0, 1, n) - 6 * (kind == 1)).round(4),
            "colour": np.array(["red", "green", "blue"])[kind],
            "noise": rng.normal(0, 1, n).round(4),
            "same": 3,
            "words": [f"a sentence that is different {rng.integers(1e9)} each time" for _ in range(n)],
        }
    )
    frame.loc[[1, 5], "narrow"] = np.nan
    return frame


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    return stored_table(workspace, project_id, tmp_path, clumps())


@pytest.mark.parametrize("method", [spec.key for spec in METHODS])
def test_each_method_tells_its_progress_and_keeps_clumps_together(
    workspace: Workspace, dataset: Dataset, method: str
) -> None:
    told, request = Told(), ProjectionRequest(method=method, params=QUICK[method])
    result = project(workspace, dataset, request, told)
    assert told.fractions == sorted(told.fractions)
    assert told.fractions[-1] == 1.0
    assert {one.column for one in result.left_out} == {"key", "same", "words"}
    assert any("2 missing numbers" in note for note in result.notes)
    points = read_points(workspace, dataset, request)
    assert points.values.shape == (150, result.components)
    assert np.isfinite(points.values).all()
    kind = points.places % 3
    middles = np.stack([points.values[kind == k, :2].mean(axis=0) for k in range(3)])
    closest = np.linalg.norm(points.values[:, None, :2] - middles, axis=2).argmin(axis=1)
    assert (closest == kind).mean() > 0.9


@pytest.mark.parametrize("method", ["pca", "umap"])
def test_the_same_request_gives_the_same_points(workspace: Workspace, dataset: Dataset, method: str) -> None:
    request = ProjectionRequest(method=method, params=QUICK[method])
    project(workspace, dataset, request, Told())
    first = read_points(workspace, dataset, request).values
    run_module.remove_tree(run_module.folder_of(workspace, dataset, request))
    project(workspace, dataset, request, Told())
    assert np.array_equal(first, read_points(workspace, dataset, request).values)


def test_principal_components_are_those_of_scikit_learn(workspace: Workspace, dataset: Dataset) -> None:
    from sklearn.decomposition import PCA

    request = ProjectionRequest(method="pca", params={"components": 3})
    result = project(workspace, dataset, request, Told())
    columns, _ = choose_columns(dataset)
    with open_table(workspace, dataset) as query:
        encoder = learn(query, dataset, columns, scale=True)
        matrix = np.concatenate([block for _, block in encoder.batches(query)])
    theirs = PCA(3).fit(matrix)
    assert result.explained[:3] == pytest.approx(theirs.explained_variance_ratio_, rel=1e-9)
    ours = read_points(workspace, dataset, request).values
    assert np.abs(ours) == pytest.approx(np.abs(theirs.transform(matrix)), abs=1e-3)
    with_first = [np.corrcoef(matrix[:, j], ours[:, 0])[0, 1] for j in range(matrix.shape[1])]
    assert [row[0] for row in result.loadings] == pytest.approx(with_first, abs=1e-4)


def test_each_column_counts_alike(workspace: Workspace, dataset: Dataset) -> None:
    columns, _ = choose_columns(dataset)
    with open_table(workspace, dataset) as query:
        encoder = learn(query, dataset, columns, scale=True)
        matrix = np.concatenate([block for _, block in encoder.batches(query)])
    owners = [feature.column for feature in encoder.features]
    assert encoder.features[2].name.startswith("colour = ")
    for column in set(owners):
        spread = matrix[:, [owner == column for owner in owners]].var(axis=0).sum()
        assert spread == pytest.approx(1.0, rel=0.03)


def test_a_long_table_is_sampled_and_said(workspace: Workspace, dataset: Dataset, monkeypatch) -> None:
    monkeypatch.setattr(run_module, "SHOWN", 40)
    request = ProjectionRequest(method="pca")
    result = project(workspace, dataset, request, Told())
    assert (result.rows_used, result.rows_shown) == (150, 40)
    assert any("40 of them" in note for note in result.notes)
    assert len(read_points(workspace, dataset, request).places) == 40
    assert read_points(workspace, dataset, request, every=True).places.tolist() == list(range(150))
    fewer = ProjectionRequest(method="tsne", params={**QUICK["tsne"], "rows": 100})
    assert project(workspace, dataset, fewer, Told()).rows_used == 100


def test_a_result_is_found_again_for_equal_content_only(workspace: Workspace, dataset: Dataset) -> None:
    request = ProjectionRequest(method="pca")
    assert stored(workspace, dataset, request) is None
    made = project(workspace, dataset, request, Told())
    assert stored(workspace, dataset, request) == made
    assert project(workspace, dataset, request, Told()).seconds == made.seconds
    assert stored_all(workspace, dataset) == (made,)
    changed = dataset.model_copy(update={"fingerprint": "0" * 32})
    assert stored(workspace, changed, request) is None
    assert stored_all(workspace, changed) == ()
    with pytest.raises(NotFound):
        read_points(workspace, changed, request)


@pytest.mark.parametrize("method", [spec.key for spec in METHODS])
def test_stop_is_heeded_on_the_way_and_leaves_nothing(workspace: Workspace, dataset: Dataset, method: str) -> None:
    request = ProjectionRequest(method=method, params=QUICK[method])
    told = Told(stop_after=4 if method != "pca" else 2)
    with pytest.raises(RunCancelled):
        project(workspace, dataset, request, told)
    assert stored(workspace, dataset, request) is None


def test_bad_requests_are_refused_in_words(workspace: Workspace, dataset: Dataset, project_id: str, tmp_path) -> None:
    with pytest.raises(InvalidInput, match="Neighbours that count"):
        project(workspace, dataset, ProjectionRequest(method="tsne", params={"perplexity": 1000.0}), Told())
    with pytest.raises(LatheError, match="no column 'gone'"):
        project(workspace, dataset, ProjectionRequest(method="pca", columns=("gone",)), Told())
    with pytest.raises(LatheError, match="No column can be projected"):
        project(workspace, dataset, ProjectionRequest(method="pca", columns=("key", "same")), Told())
    with pytest.raises(LatheError, match="no projection called"):
        project(workspace, dataset, ProjectionRequest(method="magic"), Told())
    tiny = stored_table(workspace, project_id, tmp_path, clumps().head(3))
    with pytest.raises(LatheError, match="at least 5 rows"):
        project(workspace, tiny, ProjectionRequest(method="pca"), Told())


@pytest.mark.parametrize("method", [spec.key for spec in METHODS])
def test_a_handful_of_rows_and_one_column_still_give_a_picture(
    workspace: Workspace, project_id: str, tmp_path: Path, method: str
) -> None:
    small = stored_table(workspace, project_id, tmp_path, pd.DataFrame({"v": [1.5, 2.25, 3.75, 9.5, 11.125, 12.0]}))
    request = ProjectionRequest(method=method, params={"iterations": 250} if method == "tsne" else {})
    project(workspace, small, request, Told())
    points = read_points(workspace, small, request)
    assert points.values.shape[1] >= 2
    assert np.isfinite(points.values).all()


def test_columns_called_like_names_of_ours_are_read_as_they_are(
    workspace: Workspace, project_id: str, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({name: rng.choice(["one", "two", "three"], 60) for name in ("g", "a", "d", "t", "<b>x</b>")})
    table["v"] = rng.normal(size=60).round(3)
    table["place"], table["c0"], table['a "quoted" name'] = table["v"] + 1, table["v"] ** 2, table["v"] ** 3
    odd = stored_table(workspace, project_id, tmp_path, table)
    assert set(read_levels(workspace, odd, "a")) == {"one", "two", "three"}
    found = read_groups(workspace, odd, "v", "a")
    assert {m.label: m.n for m in found.moments} == table["a"].value_counts().to_dict()
    result = project(workspace, odd, ProjectionRequest(method="pca"), Told())
    assert {feature.column for feature in result.features} == set(table.columns)
    assert screen(workspace, odd, "g").columns


def test_rows_of_a_region_are_those_inside() -> None:
    grid = np.array([(x, y) for x in range(5) for y in range(5)], dtype=np.float32)
    points = Points(np.arange(25), grid)
    assert np.flatnonzero(in_box(points, (3.5, 0.5), (-1, 1.5))).tolist() == [5, 6, 10, 11, 15, 16]
    triangle = in_polygon(points, (-0.5, 4.4, -0.5), (-0.5, -0.5, 4.4))
    assert {tuple(p) for p in grid[triangle]} == {(x, y) for x in range(5) for y in range(5) if x + y < 4}


def test_nearest_rows_are_nearest_in_all_columns(workspace: Workspace, dataset: Dataset) -> None:
    request = ProjectionRequest(method="pca")
    project(workspace, dataset, request, Told())
    places, distances = nearest(workspace, dataset, request, 30, count=5)
    assert 30 not in places
    assert (places % 3 == 0).all()
    assert (np.diff(distances) >= 0).all()
    with pytest.raises(NotFound):
        nearest(workspace, dataset, request, 10_000)


def test_what_sets_rows_apart_names_the_columns_that_differ(workspace: Workspace, dataset: Dataset) -> None:
    found = sets_apart(workspace, dataset, np.arange(1, 150, 3))
    assert [one.column for one in found][:1] in (["colour"], ["narrow"])
    assert {one.column for one in found} == {"colour", "narrow", "wide"}
    colour = next(one for one in found if one.column == "colour")
    assert colour.words == "colour = green in 100 % of them, in 0 % of the others."
    by_chance = np.random.default_rng(0).choice(150, 40, replace=False)
    assert sets_apart(workspace, dataset, by_chance) == ()
    with pytest.raises(LatheError, match="others to compare"):
        sets_apart(workspace, dataset, np.arange(150))


def test_the_job_leaves_what_the_screen_reads(workspace: Workspace, dataset: Dataset, executor: InlineExecutor) -> None:
    request = ProjectionRequest(method="pca", columns=("wide", "narrow"))
    payload = {"dataset_id": dataset.id, "request": request.model_dump(mode="json")}
    job = executor.submit(JobRequest(kind="project", payload=payload))
    assert job.state is JobState.SUCCEEDED
    assert job.result["key"] == request.key(dataset.fingerprint)
    assert (workspace.path(job.result["path"]) / "points.parquet").exists()
    refused = executor.submit(
        JobRequest(kind="project", payload={**payload, "request": {"method": "pca", "columns": ["key"]}})
    )
    assert refused.state is JobState.FAILED
    assert refused.error is not None
    assert "No column can be projected" in refused.error.message


def test_modules_that_the_server_imports_bring_in_no_heavy_library() -> None:
    code = (
        "import sys\n"
        "import core.explore.projection.run, core.explore.projection.points, core.explore.projection.apart\n"
        "import core.explore.projection.registry, core.explore.hypothesis.run, core.explore.hypothesis.many\n"
        "import core.jobs.projection_tasks\n"
        "names = ('sklearn', 'scipy', 'umap', 'numba', 'torch', 'tensorflow', 'keras')\n"
        "print(','.join(name for name in names if name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_umap_comes_without_tensorflow_and_torch() -> None:
    code = (
        "import sys\n"
        "from core.explore.projection.umap_map import import_umap\n"
        "import_umap()\n"
        "print(','.join(name for name in ('torch', 'tensorflow', 'keras') if name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
