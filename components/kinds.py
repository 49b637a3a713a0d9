"""The words for column kinds and tasks on the screen, with the field's term in the help."""

from __future__ import annotations

from core.types import ColumnKind, Framework, SplitKind, TaskKind

FRAMEWORK_WORDS = {
    Framework.SKLEARN: "scikit-learn",
    Framework.LIGHTGBM: "LightGBM",
    Framework.KERAS: "Keras",
    Framework.TORCH: "PyTorch",
}

KIND_WORDS: dict[ColumnKind, str] = {
    ColumnKind.NUMERIC: "Number",
    ColumnKind.CATEGORICAL: "Category",
    ColumnKind.BOOLEAN: "Yes / no",
    ColumnKind.DATETIME: "Date or time",
    ColumnKind.TEXT: "Text",
    ColumnKind.IDENTIFIER: "Identifier",
}

KIND_HELP = (
    "Number: a measure or a count. Category: one of some labels. Yes / no: two values. Date or time: a moment. "
    "Text: free words. Identifier: names a row (a key), nothing to learn from."
)

TASK_WORDS: dict[TaskKind, str] = {
    TaskKind.BINARY: "One of two",
    TaskKind.MULTICLASS: "One of several",
    TaskKind.REGRESSION: "A number",
}

TASK_HELP = "One of two: binary classification. One of several: multiclass classification. A number: regression."

SPLIT_WORDS: dict[SplitKind, str] = {
    SplitKind.STRATIFIED: "Same mix in each part",
    SplitKind.RANDOM: "At random",
    SplitKind.GROUP: "Keep groups together",
    SplitKind.TIME: "Past to future",
}

SPLIT_REASONS: dict[SplitKind, str] = {
    SplitKind.STRATIFIED: "Every part holds the classes in the same shares, so rare ones are judged too.",
    SplitKind.RANDOM: "Rows are shuffled. Right where rows have nothing to do with one another.",
    SplitKind.GROUP: "Rows of one person, shop or machine never stand on both sides, as they will not later.",
    SplitKind.TIME: "Models learn from the past and are judged on what came after, as they will be used.",
}

SPLIT_HELP = (
    "Same mix in each part: stratified k-fold. At random: shuffled k-fold. Keep groups together: group k-fold. "
    "Past to future: time series split with an expanding window."
)


def kind_of_words(words: str) -> ColumnKind:
    """Return the kind that ``words`` stand for."""
    return next(kind for kind, text in KIND_WORDS.items() if text == words)
