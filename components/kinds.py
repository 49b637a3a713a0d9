"""The words for column kinds and tasks on the screen, with the field's term in the help."""

from __future__ import annotations

from core.data.schema import ColumnSchema
from core.data.task import Split
from core.types import ColumnKind, Framework, GapUnit, Meaning, SplitKind, SplitPart, TaskKind, TimeWindow

FRAMEWORK_WORDS = {
    Framework.SKLEARN: "scikit-learn",
    Framework.LIGHTGBM: "LightGBM",
    Framework.XGBOOST: "XGBoost",
    Framework.CATBOOST: "CatBoost",
    Framework.STATSMODELS: "statsmodels",
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

ORDERED = "Ordered category"

TYPE_WORDS = ("Number", "Category", ORDERED, "Yes / no", "Date or time", "Text", "Identifier")
"""The types of columns as a person chooses them; an ordered category is a category with levels."""

TYPE_PLURALS = ("numbers", "categories", "ordered categories", "yes / no", "dates or times", "texts", "identifiers")

KIND_HELP = (
    "Number: a measure or a count. Category: one of some labels. Ordered category: labels from low to high (ordinal). "
    "Yes / no: two values. Date or time: a moment. Text: free words. Identifier: names a row (a key), nothing to learn "
    "from."
)

MEANING_WORDS: dict[Meaning, str] = {
    Meaning.EMAIL: "E-mail",
    Meaning.PHONE: "Phone",
    Meaning.PERSON_NAME: "Person",
    Meaning.ADDRESS: "Address",
    Meaning.POSTAL_CODE: "Postal code",
    Meaning.LATITUDE: "Latitude",
    Meaning.LONGITUDE: "Longitude",
    Meaning.URL: "Web address",
    Meaning.LIST: "List",
    Meaning.CONSTANT: "Constant",
}

MEANING_HELP = "What the cells stand for in the world. What can point to a person is marked as personal data."

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
    SplitKind.COLUMN: "As a column says",
}

SPLIT_REASONS: dict[SplitKind, str] = {
    SplitKind.STRATIFIED: "Every part holds the classes in the same shares, so rare ones are judged too.",
    SplitKind.RANDOM: "Rows are shuffled. Right where rows have nothing to do with one another.",
    SplitKind.GROUP: "Rows of one person, shop or machine never stand on both sides, as they will not later.",
    SplitKind.TIME: "Models learn from the past and are judged on what came after, as they will be used.",
    SplitKind.COLUMN: "A column of the table says it: train and test, or the number of a fold.",
}

NUMBER_REASONS = SPLIT_REASONS | {
    SplitKind.STRATIFIED: "Every part holds low, middle and high numbers in the same shares.",
}
"""The sentences where a number is predicted."""

SPLIT_HELP = (
    "Same mix in each part: stratified (by class, or by bins of a number). At random: shuffled. Keep groups together: "
    "group k-fold. Past to future: time series split. As a column says: predefined split."
)

PART_WORDS: dict[SplitPart, str] = {
    SplitPart.LEARN: "Learned from",
    SplitPart.JUDGE: "Judged",
    SplitPart.FOLD: "A fold",
    SplitPart.LOCKED: "Locked away",
    SplitPart.LEFT_OUT: "Left out",
}

WINDOW_WORDS: dict[TimeWindow, str] = {
    TimeWindow.EXPANDING: "All that was before",
    TimeWindow.SLIDING: "The last stretch only",
}

GAP_WORDS: dict[GapUnit, str] = {GapUnit.ROWS: "rows", GapUnit.TIME: "time"}


def judged_words(split: Split) -> str:
    """Say in two or three words how models are judged."""
    if split.is_single:
        once = "one judged part"
        return once if split.rounds == 1 else f"{once}, drawn {split.rounds} times"
    folds = f"{split.named_folds or split.folds} folds"
    return folds if split.rounds == 1 else f"{folds}, drawn {split.rounds} times"


def type_word(column: ColumnSchema) -> str:
    """Return the word for the type of a column."""
    return ORDERED if column.kind is ColumnKind.CATEGORICAL and column.levels else KIND_WORDS[column.kind]


def kind_of_type(word: str) -> ColumnKind:
    """Return the kind of column that one of `TYPE_WORDS` stands for."""
    return ColumnKind.CATEGORICAL if word == ORDERED else kind_of_words(word)


def kind_of_words(words: str) -> ColumnKind:
    """Return the kind that ``words`` stand for."""
    return next(kind for kind, text in KIND_WORDS.items() if text == words)
