"""Stored models: whole, unchanged, and made of nothing but known types."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from core.data.schema import ColumnSchema
from core.errors import LatheError, NotFound
from core.models.bounds import check_bounds
from core.models.fitted import FittedModel
from core.models.persistence import load_model, read_record, save_model
from core.types import ColumnKind, StorageType, TaskKind

COLUMNS = tuple(
    ColumnSchema(name=name, storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC) for name in ("a", "größe ✓")
)


def frame(rows: int = 30) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).normal(size=(rows, 2)), columns=[c.name for c in COLUMNS])


def model_of(estimator) -> FittedModel:
    labels = np.where(frame()["a"] > 0, "yes", "no").astype(object)
    return FittedModel(
        Pipeline([("model", estimator)]).fit(frame(), labels),
        TaskKind.BINARY,
        "bought",
        COLUMNS,
        ("no", "yes"),
        "forest",
    )


@pytest.fixture
def forest() -> FittedModel:
    return model_of(RandomForestClassifier(n_estimators=3, random_state=0))


def test_a_model_comes_back_as_it_was(forest: FittedModel, tmp_path: Path) -> None:
    record = save_model(forest, tmp_path)
    assert record == read_record(tmp_path)
    again = load_model(tmp_path)
    assert (again.key, again.task, again.target, again.columns, again.classes) == (
        "forest",
        TaskKind.BINARY,
        "bought",
        COLUMNS,
        ("no", "yes"),
    )
    np.testing.assert_array_equal(again.predict(frame()).probabilities, forest.predict(frame()).probabilities)
    assert record.libraries["scikit-learn"]
    assert record.size_bytes == (tmp_path / "model.skops").stat().st_size
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json", "model.skops"]


def test_a_changed_file_is_not_loaded(forest: FittedModel, tmp_path: Path) -> None:
    save_model(forest, tmp_path)
    with (tmp_path / "model.skops").open("ab") as file:
        file.write(b"x")
    with pytest.raises(LatheError, match="hash"):
        load_model(tmp_path)


def test_what_is_not_there_is_said_plainly(forest: FittedModel, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no stored model"):
        load_model(tmp_path)
    save_model(forest, tmp_path)
    (tmp_path / "model.skops").unlink()
    with pytest.raises(NotFound, match="missing"):
        load_model(tmp_path)
    (tmp_path / "model.json").write_text("{]")
    with pytest.raises(LatheError, match="cannot be read"):
        load_model(tmp_path)


def test_an_unknown_type_is_named_and_refused_when_saving(tmp_path: Path) -> None:
    with pytest.raises(LatheError, match=r"test_persistence\.Unreviewed"):
        save_model(model_of(Unreviewed()), tmp_path)
    assert not list(tmp_path.iterdir())


class Unreviewed(GaussianNB):
    """An estimator that nobody put on the list."""


def test_a_file_that_brings_its_own_types_is_refused_when_loading(forest: FittedModel, tmp_path: Path) -> None:
    import hashlib

    from skops.io import dumps

    record = save_model(forest, tmp_path)
    data = dumps(Pipeline([("call", FunctionTransformer(print)), *forest.pipeline.steps]))
    (tmp_path / "model.skops").write_bytes(data)
    changed = record.model_copy(update={"sha256": hashlib.sha256(data).hexdigest()})
    (tmp_path / "model.json").write_text(changed.model_dump_json())
    with pytest.raises(LatheError, match=r"builtins\.print"):
        load_model(tmp_path)


def test_an_estimator_that_lathe_never_builds_is_refused_although_skops_trusts_it(tmp_path: Path) -> None:
    """A support vector machine hands its stored arrays to native code as they are."""
    from sklearn.svm import SVC

    with pytest.raises(LatheError, match=r"sklearn\.svm\._classes\.SVC"):
        save_model(model_of(SVC()), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("data", [b"", b"PK not a zip", b"\x80\x04."])
def test_a_damaged_file_is_refused(forest: FittedModel, tmp_path: Path, data: bytes) -> None:
    import hashlib

    record = save_model(forest, tmp_path)
    (tmp_path / "model.skops").write_bytes(data)
    (tmp_path / "model.json").write_text(
        record.model_copy(update={"sha256": hashlib.sha256(data).hexdigest()}).model_dump_json()
    )
    with pytest.raises(LatheError, match="damaged"):
        load_model(tmp_path)


def test_the_file_is_no_pickle(forest: FittedModel, tmp_path: Path) -> None:
    save_model(forest, tmp_path)
    with zipfile.ZipFile(tmp_path / "model.skops") as archive:
        assert json.loads(archive.read("schema.json"))["__class__"] == "Pipeline"
        assert {Path(name).suffix for name in archive.namelist()} <= {".json", ".npy"}


@pytest.mark.parametrize("field", ["left", "right", "feature_idx"])
def test_boosted_trees_that_point_outside_are_refused(field: str) -> None:
    model = model_of(HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=2))
    check_bounds(model.pipeline)
    nodes = model.pipeline.steps[0][1]._predictors[1][0].nodes
    nodes[field][0] = 10_000
    with pytest.raises(LatheError, match="TreePredictor"):
        check_bounds(model.pipeline)


def test_trees_that_point_outside_are_refused(forest: FittedModel) -> None:
    check_bounds(forest.pipeline)
    tree = forest.pipeline.steps[0][1].estimators_[1].tree_
    state = tree.__getstate__()
    state["nodes"]["left_child"][0] = 10_000
    tree.__setstate__(state)
    with pytest.raises(LatheError, match="Tree"):
        check_bounds(forest.pipeline)


def test_sparse_matrices_that_point_outside_are_refused(forest: FittedModel) -> None:
    from scipy.sparse import csr_matrix

    kept = csr_matrix(np.eye(3))
    forest.pipeline.steps[0][1].kept_ = kept
    check_bounds(forest.pipeline)
    kept.indices[1] = 1_000_000
    with pytest.raises(LatheError, match="csr_matrix"):
        check_bounds(forest.pipeline)


def test_trees_in_a_long_list_of_objects_are_looked_at(forest: FittedModel) -> None:
    tree = forest.pipeline.steps[0][1].estimators_[1].tree_
    state = tree.__getstate__()
    state["nodes"]["left_child"][0] = 10_000
    tree.__setstate__(state)
    forest.pipeline.steps[0][1].estimators_ = np.array([None] * 100_000 + [tree], dtype=object)
    with pytest.raises(LatheError, match="Tree"):
        check_bounds(forest.pipeline)


def test_trees_in_an_estimator_of_another_width_are_refused() -> None:
    from sklearn.ensemble import BaggingClassifier

    model = model_of(BaggingClassifier(n_estimators=2, random_state=0))
    check_bounds(model.pipeline)
    model.pipeline.steps[0][1].estimators_[0].n_features_in_ = 50
    with pytest.raises(LatheError, match="DecisionTreeClassifier"):
        check_bounds(model.pipeline)
