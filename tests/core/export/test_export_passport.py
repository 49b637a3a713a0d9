from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from export_helpers import dataset, recipe_of, result_of

from core.data.schema import ParseSettings
from core.errors import LatheError
from core.export.manifest import VERSION
from core.export.passport import load_passport, read_manifest, write_passport
from core.export.verify import check_passport, verify_passport
from core.run.recipe import Recipe
from core.types import Framework


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def rewrite(path: Path, contents: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in contents.items():
            zipped.writestr(name, data)
    return path


def change_manifest(path: Path, change: Callable[[dict], None]) -> Path:
    contents = members(path)
    data = json.loads(contents["manifest.json"])
    change(data)
    return rewrite(path, {**contents, "manifest.json": json.dumps(data).encode()})


def rename_record(old: str, data: bytes, new: str | None = None) -> Callable[[dict], None]:
    """Make the manifest tell of changed bytes, as somebody would who wants them loaded."""
    import hashlib

    def change(manifest: dict) -> None:
        for record in manifest["files"]:
            if record["name"] == old:
                record |= {"name": new or old, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    return change


class Bomb:
    """Unpickling it leaves a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return (Path.touch, (self.trace,))


def test_a_passport_is_proven_by_a_fresh_process(make_passport, classifier) -> None:
    report = verify_passport(make_passport(classifier))
    assert report.proven, report.reason
    assert report.fresh_process
    assert (report.rows, report.labels_equal) == (20, 1.0)
    assert report.max_difference <= report.tolerance == 1e-6
    assert report.environment["scikit-learn"]


def test_numbers_come_back_too(make_passport, regressor) -> None:
    report = check_passport(make_passport(regressor))
    assert report.proven, report.reason
    assert report.max_difference <= 1e-12


@pytest.mark.parametrize(
    "parse",
    [
        ParseSettings(encoding="latin-1", delimiter=";", decimal=",", thousands=".", day_first=True, skip_lines=3),
        ParseSettings(format="excel", sheet="Tabelle1"),
        ParseSettings(format="parquet"),
        ParseSettings(missing_words=()),
    ],
)
def test_the_sample_reads_back_however_the_training_file_was_written(make_passport, classifier, parse) -> None:
    report = check_passport(make_passport(classifier, parse=parse))
    assert report.proven, report.reason


def test_the_loaded_model_predicts_as_the_one_that_was_written(make_passport, classifier, raw) -> None:
    loaded = load_passport(make_passport(classifier))
    assert np.array_equal(loaded.fitted.predict(raw).probabilities, classifier.predict(raw).probabilities)
    assert loaded.columns == classifier.columns
    assert loaded.fitted.classes == classifier.classes


def test_the_manifest_comes_first_and_tells_everything_before_loading(make_passport, classifier, monkeypatch) -> None:
    path = make_passport(classifier)
    monkeypatch.setattr("core.export.passport.load_model", None)
    manifest = read_manifest(path)
    with zipfile.ZipFile(path) as zipped:
        assert zipped.namelist()[0] == "manifest.json"
        assert {record.name for record in manifest.files} == set(zipped.namelist()) - {"manifest.json"}
    assert (manifest.target, manifest.classes, manifest.positive_class) == (
        "survived",
        classifier.classes,
        classifier.classes[-1],
    )
    assert manifest.scores[0].low == 0.79
    assert any("unpickled" in sentence for sentence in manifest.loading)


def test_the_recipe_keeps_this_model_only(make_passport, classifier) -> None:
    recipe = Recipe.from_yaml(members(make_passport(classifier))["recipe.yaml"].decode())
    assert [model.key for model in recipe.models] == ["logistic"]


def test_the_locked_score_is_in_it_only_where_it_was_asked_for(make_passport, classifier) -> None:
    hidden = members(make_passport(classifier))
    shown = members(make_passport(classifier, name="shown.zip", holdout_shown=True))
    assert not any(b"0.7777" in data for data in hidden.values())
    assert b"0.7777" in shown["MODEL_CARD.md"]
    assert b"0.7777" in shown["manifest.json"]


def test_the_card_names_what_a_reader_needs(make_passport, classifier) -> None:
    card = members(make_passport(classifier))["MODEL_CARD.md"].decode()
    for words in (
        "Logistic regression",
        "`survived`",
        "80 rows",
        "0.8123",
        "0.79 to 0.83",
        "`fare, paid`",
        "core predict",
    ):
        assert words in card


@pytest.mark.parametrize(
    ("framework", "wanted", "unwanted"),
    [
        (Framework.SKLEARN, "scikit-learn==", ("tensorflow", "torch", "lightgbm")),
        (Framework.LIGHTGBM, "lightgbm==", ("tensorflow", "torch")),
        (Framework.KERAS, "tensorflow==", ("torch", "lightgbm")),
        (Framework.TORCH, "torch==", ("tensorflow", "lightgbm", "+cpu")),
    ],
)
def test_requirements_name_what_the_model_needs_and_no_more(
    tmp_path, classifier, raw, framework, wanted, unwanted
) -> None:
    result = result_of(classifier, framework)
    path = tmp_path / "p.zip"
    write_passport(
        classifier, path, dataset=dataset(), recipe=recipe_of(classifier), result=result, sample=raw.iloc[:5]
    )
    text = members(path)["requirements.txt"].decode()
    assert wanted in text
    assert "scikit-learn==" in text
    assert not [name for name in unwanted if name in text]


def test_a_failed_write_leaves_nothing(tmp_path, classifier, raw) -> None:
    with pytest.raises(LatheError, match="sample rows"):
        write_passport(
            classifier,
            tmp_path / "p.zip",
            dataset=dataset(),
            recipe=recipe_of(classifier),
            result=result_of(classifier),
            sample=raw.iloc[:0],
        )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["model/model.skops", "schema.json", "sample/predictions.csv", "requirements.txt"])
def test_a_changed_member_is_refused(make_passport, classifier, name) -> None:
    path = make_passport(classifier)
    contents = members(path)
    changed = bytearray(contents[name])
    changed[-1] ^= 1
    rewrite(path, {**contents, name: bytes(changed)})
    with pytest.raises(LatheError, match="changed"):
        load_passport(path)
    assert not check_passport(path).proven


@pytest.mark.parametrize("name", ["model/model.skops", "schema.json", "sample/rows.csv", "manifest.json"])
def test_a_missing_member_is_refused(make_passport, classifier, name) -> None:
    path = make_passport(classifier)
    contents = members(path)
    del contents[name]
    rewrite(path, contents)
    with pytest.raises(LatheError, match=r"lacks|no manifest"):
        read_manifest(path)


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil", "model/../../evil", "a\\..\\evil", "C:/evil", "model//x", ".hidden"]
)
def test_a_name_that_leaves_the_folder_is_refused(make_passport, classifier, tmp_path, name) -> None:
    path = make_passport(classifier)
    rewrite(path, {**members(path), name: b"evil"})
    for read in (read_manifest, load_passport):
        with pytest.raises(LatheError, match="unsafe name"):
            read(path)
    assert not list(tmp_path.rglob("*evil*"))
    assert not any((folder / "evil.txt").exists() for folder in tmp_path.parents)


def test_an_extra_member_and_a_doubled_one_are_refused(make_passport, classifier) -> None:
    path = make_passport(classifier)
    contents = members(path)
    rewrite(path, {**contents, "model/extra.py": b"pass"})
    with pytest.raises(LatheError, match=r"unnamed by its manifest, model/extra\.py"):
        read_manifest(path)
    rewrite(path, contents)
    with zipfile.ZipFile(path, "a") as zipped, pytest.warns(UserWarning, match="Duplicate"):
        zipped.writestr("schema.json", b"[]")
    with pytest.raises(LatheError, match="two files of one name"):
        read_manifest(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"fare,port\n1,S\n"])
def test_a_file_that_is_no_zip_is_refused(tmp_path, content) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(content)
    with pytest.raises(LatheError, match="not a readable zip"):
        read_manifest(path)
    with pytest.raises(LatheError, match="no file"):
        read_manifest(tmp_path / "absent.zip")


def test_a_zip_that_is_no_passport_and_an_unknown_version_are_refused(make_passport, classifier) -> None:
    path = make_passport(classifier)
    contents = members(path)
    change_manifest(path, lambda data: data.update(version=VERSION + 1))
    with pytest.raises(LatheError, match="format version 2"):
        read_manifest(path)
    rewrite(path, {**contents, "manifest.json": b'{"name": "an extension"}'})
    with pytest.raises(LatheError, match="not a Lathe passport"):
        read_manifest(path)
    rewrite(path, {**contents, "manifest.json": b"{"})
    with pytest.raises(LatheError, match="not valid JSON"):
        read_manifest(path)


def test_bombs_are_refused_before_they_are_unpacked(make_passport, classifier, monkeypatch) -> None:
    path = make_passport(classifier)
    rewrite(path, {**members(path), "model/zeros": bytes(100_000_000)})
    with pytest.raises(LatheError, match="more than a model needs"):
        read_manifest(path)


def test_a_bomb_inside_the_model_is_refused_before_skops_sees_it(
    make_passport, classifier, tmp_path, monkeypatch
) -> None:
    path = make_passport(classifier)
    bomb = rewrite(tmp_path / "bomb", {"schema.json": bytes(100_000_000)}).read_bytes()
    rewrite(path, {**members(path), "model/model.skops": bomb})
    change_manifest(path, rename_record("model/model.skops", bomb))
    monkeypatch.setattr("core.export.passport.load_model", None)
    with pytest.raises(LatheError, match="more than a model needs"):
        load_passport(path)


def test_a_pickle_in_place_of_the_model_is_refused_and_not_run(make_passport, classifier, tmp_path) -> None:
    path, trace = make_passport(classifier), tmp_path / "trace"
    evil = pickle.dumps(Bomb(trace))
    record = json.loads(members(path)["model/model.json"])
    import hashlib

    told = json.dumps({**record, "sha256": hashlib.sha256(evil).hexdigest(), "size_bytes": len(evil)}).encode()
    rewrite(path, {**members(path), "model/model.skops": evil, "model/model.json": told})
    change_manifest(path, rename_record("model/model.skops", evil))
    change_manifest(path, rename_record("model/model.json", told))

    with pytest.raises(LatheError, match="cannot be loaded"):
        load_passport(path)
    report = verify_passport(path)
    assert not report.proven
    assert "cannot be loaded" in report.reason
    assert not trace.exists()


def test_a_manifest_that_tells_of_another_model_is_refused(make_passport, classifier) -> None:
    path = change_manifest(make_passport(classifier), lambda data: data.update(target="profit"))
    with pytest.raises(LatheError, match="not the one that its manifest describes"):
        load_passport(path)


def test_wrong_stored_predictions_are_not_proven(make_passport, classifier, regressor) -> None:
    for fitted, name in ((classifier, "c.zip"), (regressor, "r.zip")):
        path = make_passport(fitted, name=name)
        lines = members(path)["sample/predictions.csv"].decode().split("\n")
        lines[1], lines[2] = lines[2], lines[1]
        changed = "\n".join(lines).encode()
        rewrite(path, {**members(path), "sample/predictions.csv": changed})
        change_manifest(path, rename_record("sample/predictions.csv", changed))
        report = check_passport(path)
        assert not report.proven
        assert "sample prediction" in report.reason


def test_a_check_that_hangs_or_crashes_is_not_proven(make_passport, classifier, monkeypatch, tmp_path) -> None:
    path = make_passport(classifier)
    late = verify_passport(path, timeout_s=0.01)
    assert not late.proven
    assert "longer than" in late.reason
    monkeypatch.setattr("sys.executable", "/bin/false")
    crashed = verify_passport(path)
    assert not crashed.proven
    assert "status 1" in crashed.reason


def test_a_model_that_fails_to_predict_is_not_proven_in_words(make_passport, classifier, monkeypatch) -> None:
    def fail(self, frame):
        raise AttributeError("no levels_")

    path = make_passport(classifier)
    monkeypatch.setattr("core.models.fitted.FittedModel.predict", fail)
    report = check_passport(path)
    assert not report.proven
    assert "no levels_" in report.reason
    assert report.sentence().startswith("Not proven.")
