"""The passport: one zip with a model, what it expects, what it is, and a sample that proves it."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from core import __version__
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.errors import LatheError
from core.export import manifest as names
from core.export.archive import check_manifest, extract, file_record, write_archive
from core.export.card import README, model_card
from core.export.environment import differences, library_versions, requirements_text
from core.export.manifest import ExpectedColumn, Manifest
from core.export.sample import MOST_ROWS, sample_parse, write_sample
from core.export.shaping import Shaping, shaping_of
from core.export.table import write_table
from core.models.fitted import FittedModel
from core.models.persistence import load_model, save_model
from core.models.registry import MODELS
from core.prepare.words import plan_sentences, policy_sentences
from core.run.preparation import model_outline
from core.run.recipe import Recipe
from core.run.result import ModelResult, RunResult
from core.store.artifacts import write_atomic
from core.types import Framework, TaskKind

TOLERANCE = 1e-6
NETWORK_TOLERANCE = 1e-5
"""Networks compute in float32, and sums come out a little differently on another machine."""

LOADING = (
    "The model is stored in the skops format and loaded by skops, which builds only types on Lathe's own list.",
    "Nothing is unpickled, and no code from this file is run.",
    "Every file is held against its size and hash here before the model is loaded.",
)


T = TypeVar("T")


@dataclass(frozen=True)
class LoadedPassport:
    """A passport in memory, ready to predict.

    Attributes
    ----------
    fitted : FittedModel
        The model.
    manifest : Manifest
        What the passport says about itself.
    parse : ParseSettings
        How the training file was read; new files like it are read the same way.
    columns : tuple of ColumnSchema
        Columns that a table must have.
    warnings : tuple of str
        Where this machine's libraries differ.
    shaping : Shaping, optional
        Steps between the training file and the table that was learned from; done to new files as well.
    """

    fitted: FittedModel
    manifest: Manifest
    parse: ParseSettings
    columns: tuple[ColumnSchema, ...]
    warnings: tuple[str, ...] = ()
    shaping: Shaping | None = None


def write_passport(
    fitted: FittedModel,
    path: Path,
    *,
    dataset: Dataset,
    recipe: Recipe,
    result: ModelResult,
    sample: pd.DataFrame,
    holdout_shown: bool = False,
    baseline: ModelResult | None = None,
    run: RunResult | None = None,
) -> Manifest:
    """Write a passport, whole or not at all.

    Parameters
    ----------
    fitted : FittedModel
        The model.
    path : Path
        The zip to write.
    dataset : Dataset
        What it was trained on.
    recipe : Recipe
        How; only this model's part is kept.
    result : ModelResult
        The model's row of the board.
    sample : DataFrame of shape (n_rows, >= n_columns)
        Raw rows in the canonical types; the first 20 are stored with their predictions.
    holdout_shown : bool
        Whether somebody has asked for the score on the locked rows. Only then it goes into the passport.
    baseline : ModelResult, optional
        The naive model of the same run, for the card.
    run : RunResult, optional
        Tells the card how many rows the model learned from.

    Returns
    -------
    Manifest
        As written.

    Raises
    ------
    LatheError
        Where there are no sample rows.
    """
    if len(sample) == 0:
        raise LatheError("A passport proves itself on sample rows. There are none.", field="sample")
    sample = sample.iloc[:MOST_ROWS]
    recipe = recipe.only(result.label)
    with tempfile.TemporaryDirectory(prefix="lathe-passport-") as scratch:
        folder = Path(scratch)
        draft = _draft(
            fitted, dataset=dataset, recipe=recipe, result=result, holdout_shown=holdout_shown, sample_rows=len(sample)
        )
        _write_members(folder, fitted, draft, dataset=dataset, recipe=recipe, sample=sample)
        shaping = shaping_of(dataset)
        steps = shaping.steps if shaping else ()
        card = model_card(
            draft,
            fitted.columns,
            result=result,
            run=run,
            baseline=baseline,
            steps=steps,
            preparation=_preparation(recipe, dataset),
            policies=policy_sentences(fitted.contract) if fitted.contract else (),
        )
        _write_text(folder / names.CARD, card)
        _write_text(folder / names.README, README)
        members = sorted(item.relative_to(folder).as_posix() for item in folder.rglob("*") if item.is_file())
        manifest = draft.model_copy(update={"files": tuple(file_record(folder, name) for name in members)})
        _write_text(folder / names.MANIFEST, manifest.model_dump_json(indent=1))
        write_atomic(path, lambda temporary: write_archive(temporary, folder, [names.MANIFEST, *members]))
    return manifest


def _preparation(recipe: Recipe, dataset: Dataset) -> tuple[str, ...]:
    """Say what the model does to its columns first; nothing of a model that is not one of Lathe's own.

    Members of an ensemble are prepared each in its own way; what several do is said once.
    """
    told = [plan_sentences(model_outline(recipe, label, dataset)) for label in _labels(recipe)]
    return tuple(dict.fromkeys(sentence for sentences in told for sentence in sentences))


def _labels(recipe: Recipe) -> list[str]:
    """Return the models of a passport's recipe that learn from columns: the model itself, or its members."""
    specs = {spec.key: spec for spec in MODELS}
    known = [choice for choice in recipe.models if choice.key in specs]
    return [choice.label for choice in known if not specs[choice.key].ensemble]


def _frameworks(recipe: Recipe) -> list[Framework]:
    specs = {spec.key: spec for spec in MODELS}
    return [specs[choice.key].framework for choice in recipe.models if choice.key in specs]


def read_manifest(path: Path) -> Manifest:
    """Read what a passport says about itself. Nothing in it is loaded, and nothing but the manifest is unpacked.

    Raises
    ------
    LatheError
        Where the file is not a passport that this Lathe reads.
    """
    return check_manifest(path)


def load_passport(path: Path) -> LoadedPassport:
    """Check every file of a passport and load its model.

    Raises
    ------
    LatheError
        Where anything is missing, changed, unsafe, or cannot be loaded here.
    """
    with unpacked(path) as (_, loaded):
        return loaded


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, LoadedPassport]]:
    """Load a passport, and give the folder of its checked files for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="lathe-passport-") as scratch:
        folder = Path(scratch)
        manifest = extract(path, folder)
        warnings = differences(manifest.libraries)
        fitted = _load(folder / names.MODEL_FOLDER, warnings)
        _check_agreement(fitted, manifest, _read(folder / names.SCHEMA, TypeAdapter(tuple[ExpectedColumn, ...])))
        parse = _read(folder / names.PARSE, TypeAdapter(ParseSettings))
        steps = folder / names.SHAPING
        shaping = _read(steps, TypeAdapter(Shaping)) if steps.exists() else None
        yield folder, LoadedPassport(fitted, manifest, parse, fitted.columns, warnings, shaping)


def _draft(
    fitted: FittedModel, *, dataset: Dataset, recipe: Recipe, result: ModelResult, holdout_shown: bool, sample_rows: int
) -> Manifest:
    network = result.framework in (Framework.KERAS, Framework.TORCH)
    positive = recipe.task.positive_class or fitted.classes[-1] if fitted.task is TaskKind.BINARY else ""
    return Manifest(
        lathe=__version__,
        model_key=fitted.key,
        model_title=result.title,
        framework=result.framework,
        task=fitted.task,
        target=fitted.target,
        classes=fitted.classes,
        positive_class=positive,
        scores=result.scores,
        holdout=result.holdout if holdout_shown else (),
        dataset_name=dataset.name,
        dataset_fingerprint=dataset.fingerprint,
        dataset_rows=dataset.rows,
        recipe_fingerprint=recipe.fingerprint(),
        device=result.device,
        decided=fitted.decision.sentences() if fitted.decision else (),
        loading=LOADING,
        tolerance=NETWORK_TOLERANCE if network else TOLERANCE,
        sample_rows=sample_rows,
        sample_parse=sample_parse(dataset.parse),
        python=platform.python_version(),
        libraries=library_versions(result.framework, *_frameworks(recipe)),
        files=(),
    )


def _write_members(
    folder: Path, fitted: FittedModel, manifest: Manifest, *, dataset: Dataset, recipe: Recipe, sample: pd.DataFrame
) -> None:
    (folder / "sample").mkdir()
    save_model(fitted, folder / names.MODEL_FOLDER)
    write_sample(folder / names.SAMPLE_ROWS, sample, fitted.columns)
    write_table(folder / names.SAMPLE_PREDICTIONS, fitted.classes, fitted.predict(sample))
    expected = [ExpectedColumn(name=c.name, kind=c.kind.value, storage=c.storage.value) for c in fitted.columns]
    _write_text(folder / names.SCHEMA, TypeAdapter(list[ExpectedColumn]).dump_json(expected, indent=1).decode())
    _write_text(folder / names.PARSE, dataset.parse.model_dump_json(indent=1))
    shaping = shaping_of(dataset)
    if shaping is not None:
        _write_text(folder / names.SHAPING, shaping.model_dump_json(indent=1))
    _write_text(folder / names.RECIPE, recipe.to_yaml())
    _write_text(folder / names.REQUIREMENTS, requirements_text(manifest.libraries))


def _load(folder: Path, warnings: tuple[str, ...]) -> FittedModel:
    try:
        return load_model(folder)
    except LatheError as error:
        hint = " ".join([error.hint, *warnings]).strip()
        raise LatheError(f"The model in the passport cannot be loaded. {error.message}", hint=hint) from error
    except Exception as error:  # the border to skops and the frameworks, which raise anything on foreign versions
        raise LatheError(
            f"The model in the passport cannot be loaded: {type(error).__name__}: {error}.",
            hint=" ".join(warnings) or "The file may be damaged. Export the model again.",
        ) from error


def _check_agreement(fitted: FittedModel, manifest: Manifest, expected: tuple[ExpectedColumn, ...]) -> None:
    """Hold the loaded model against what a person read about it."""
    told = (manifest.task, manifest.target, manifest.classes, manifest.model_key, tuple(c.name for c in expected))
    found = (fitted.task, fitted.target, fitted.classes, fitted.key, tuple(c.name for c in fitted.columns))
    if told != found:
        raise LatheError("The model in the passport is not the one that its manifest describes.", hint=names.DAMAGED)


def _read(path: Path, adapter: TypeAdapter[T]) -> T:
    try:
        return adapter.validate_json(path.read_bytes())
    except ValidationError as error:
        raise LatheError(f"{path.name} in the passport cannot be read.", hint=names.DAMAGED) from error


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
