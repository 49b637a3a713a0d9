"""The words of a passport: its model card and its README."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from core.data.actions import TableStep
from core.data.schema import ColumnSchema
from core.errors import NotFound
from core.evaluate.metrics import get_metric
from core.export.manifest import Manifest
from core.run.result import ModelResult, RunResult, Score
from core.shape.rows import is_row_wise
from core.shape.sentence import sentence
from core.types import TaskKind

SHOWN_COLUMNS = 200

README = """Predict new rows, in a Lathe folder with the libraries of requirements.txt:  python -m core predict PASSPORT.zip ROWS.csv --out PREDICTIONS.csv
Prove that this model answers here as it did where it was made:  python -m core verify PASSPORT.zip
What it is, what it was trained on and how good it is: MODEL_CARD.md. All the facts for a program: manifest.json.
"""  # noqa: E501 -- three lines of a file for people


def model_card(
    manifest: Manifest,
    columns: tuple[ColumnSchema, ...],
    *,
    result: ModelResult,
    run: RunResult | None = None,
    baseline: ModelResult | None = None,
    steps: Sequence[TableStep] = (),
    preparation: Sequence[str] = (),
    policies: Sequence[str] = (),
) -> str:
    """Write the model card in Markdown.

    Parameters
    ----------
    manifest : Manifest
        Facts; hold-out scores stand in the card only where the manifest carries them.
    columns : tuple of ColumnSchema
        Columns that the model reads.
    result : ModelResult
        The model's row of the board.
    run : RunResult, optional
        Tells how many rows it learned from.
    baseline : ModelResult, optional
        The naive model of the same run.
    steps : sequence of TableStep
        What was done to the table between reading and training.
    preparation, policies : sequence of str
        What the model does to the columns first, in order; how odd cells of later rows are taken.
    """
    parts = (
        f"# {_plain(manifest.model_title)} for {_code(manifest.target)}",
        _what(manifest),
        "## Trained on\n\n" + _data(manifest, run),
        "## How good it is\n\n" + _quality(manifest, result, baseline),
        "## Intended use and limits\n\n" + _limits(manifest, result),
        "## Columns it needs\n\n" + _columns(columns) + _steps(steps),
        "## Preparation inside the model\n\n" + _preparation(preparation, policies),
        "## Use it\n\n" + _use(),
    )
    return "\n\n".join(parts) + "\n"


def _what(manifest: Manifest) -> str:
    task = {
        TaskKind.BINARY: "tells two classes apart",
        TaskKind.MULTICLASS: f"tells {len(manifest.classes)} classes apart",
        TaskKind.REGRESSION: "predicts a number",
    }[manifest.task]
    text = (
        f"A {manifest.framework.value} model that {task}: the column {_code(manifest.target)}, from "
        "the raw columns below. All preparation of the data is inside the model."
    )
    if manifest.classes:
        text += " Classes: " + ", ".join(_code(label) for label in manifest.classes[:50]) + "."
    if manifest.positive_class:
        text += f" The class asked for is {_code(manifest.positive_class)}."
    return text


def _data(manifest: Manifest, run: RunResult | None) -> str:
    name = _code(manifest.dataset_name)
    facts = [f"- Data: {name}, {manifest.dataset_rows:,} rows, fingerprint {_code(manifest.dataset_fingerprint)}."]
    if run is not None:
        facts.append(f"- Learned from {run.train_rows:,} rows; {run.holdout_rows:,} rows were locked away.")
    facts.append(f"- Made on {manifest.created:%Y-%m-%d} with Lathe {manifest.lathe}, on {manifest.device or 'a CPU'}.")
    facts.append(f"- This file holds {manifest.sample_rows} real rows of that data (sample/rows.csv), to prove itself.")
    facts.append(f"- Recipe: recipe.yaml, fingerprint {_code(manifest.recipe_fingerprint)}.")
    return "\n".join(facts)


def _quality(manifest: Manifest, result: ModelResult, baseline: ModelResult | None) -> str:
    if not manifest.scores:
        return "No score was stored with this model."
    first = manifest.scores[0]
    text = f"Cross-validated, on rows that the model had not seen: {score_text(first)}."
    naive = baseline.score(first.metric) if baseline is not None and baseline.label != result.label else None
    if naive is not None:
        text += f" A model that ignores all columns reaches {_number(naive.value)}."
    if len(manifest.scores) > 1:
        text += "\n\n" + "\n".join(f"- {score_text(score)}" for score in manifest.scores[1:])
    if manifest.decided:
        text += "\n\nDecided by a person after training; the scores above are from before:\n\n"
        text += "\n".join(f"- {_plain(sentence)}" for sentence in manifest.decided)
    if manifest.holdout:
        text += "\n\nOn the locked rows: " + "; ".join(score_text(score) for score in manifest.holdout) + "."
    return text


def _steps(steps: Sequence[TableStep]) -> str:
    """Tell which steps shaped the table, and that tables joined to it do not travel along."""
    if not steps:
        return ""
    lines = [f"- {_plain(sentence(step))}{'' if is_row_wise(step) else ' (before training only)'}" for step in steps]
    text = "\n\nThe table was shaped first; a file with the columns it had before is shaped the same way:\n\n"
    joined = any(step.key in ("join", "append") for step in steps)
    more = "\n\nThe other tables are not in this file: bring rows with the columns as they are after that step."
    return text + "\n".join(lines) + (more if joined else "")


def _preparation(preparation: Sequence[str], policies: Sequence[str]) -> str:
    """Tell what the model does to its columns before it predicts."""
    told = "\n".join(f"- {_plain(sentence)}" for sentence in preparation) or "Numbers are taken as they are."
    if policies:
        told += "\n\nRows to predict:\n\n" + "\n".join(f"- {_plain(sentence)}" for sentence in policies)
    return told


def _limits(manifest: Manifest, result: ModelResult) -> str:
    limits = [
        f"- Meant for predicting {_code(manifest.target)} of rows that come about as the training rows did. On others "
        "its scores say nothing.",
        "- Not meant for deciding about people without a person who can be asked and can decide otherwise.",
        "- It tells what goes together in the data, not what causes what.",
        "- A category that it has never seen and a missing cell are answered, with less to go by.",
        "- Whether it treats groups of people fairly was not part of these scores.",
    ]
    limits += [f"- {_plain(warning)}" for warning in result.warnings]
    if manifest.classes:
        limits.append("- Probabilities are the model's own; check them before you decide by a threshold.")
    return "\n".join(limits)


def _columns(columns: tuple[ColumnSchema, ...]) -> str:
    rows = ["| Column | Kind | Missing in training data | For example |", "|---|---|---|---|"]
    for column in columns[:SHOWN_COLUMNS]:
        examples = ", ".join(_code(example[:40]) for example in column.examples[:3])
        rows.append(f"| {_code(column.name)} | {column.kind.value} | {column.missing:,} | {examples} |")
    if len(columns) > SHOWN_COLUMNS:
        rows.append(f"| and {len(columns) - SHOWN_COLUMNS:,} more: schema.json | | | |")
    return "\n".join(rows)


def _use() -> str:
    return (
        "    python -m core verify PASSPORT.zip\n"
        "    python -m core predict PASSPORT.zip ROWS.csv --out PREDICTIONS.csv\n\n"
        "The columns may stand in any order; others are ignored; the target is not needed. The result has "
        "a column `prediction` and, for classes, `probability_<class>`."
    )


def score_text(score: Score) -> str:
    """Write a score with its interval: ``Accuracy 0.812 (95 % interval 0.790 to 0.834)``."""
    try:
        title = get_metric(score.metric).title
    except NotFound:
        title = score.metric
    if isnan(score.low):
        return f"{title} {_number(score.value)}"
    return f"{title} {_number(score.value)} (95 % interval {_number(score.low)} to {_number(score.high)})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _plain(text: str) -> str:
    """Keep text from being read as markup."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in " ".join(text.split()))


def _code(text: str) -> str:
    return "`" + " ".join(text.split()).replace("`", "'").replace("|", "\\|") + "`" if text.strip() else "(empty)"
