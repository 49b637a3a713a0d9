"""Declaration of a preparation step, and the words for what stands on its way from raw cells to a matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ConfigDict

from core.params import ParamSpec, ParamValue
from core.types import ColumnKind, Encoding, StorageType, TaskKind


class Form(StrEnum):
    """What the cells of a feature are at some point of the plan.

    WORDS are `str` or None, DATE is ``datetime64[us]``, NUMBER is float64 (or a sparse matrix), and CODE is float64
    holding 0 .. levels-1, or -1 for missing and unseen.
    """

    WORDS = "words"
    DATE = "date"
    NUMBER = "number"
    CODE = "code"


class StepScope(StrEnum):
    """How a step meets the columns it is given.

    EACH: every column on its own; what it becomes takes its place. TOGETHER: the columns are seen at once, and each
    stays in its place (a subset of them may remain: selection). NEW: new features are made from them, and they stay.
    REPLACE: new features take their place. ROWS: rows are taken out of what is learned from; rows to predict never
    are. FIT: how the model is fitted on the prepared matrix (weights, sampling, threshold). TARGET: the target is
    transformed for fitting, and predictions are brought back.
    """

    EACH = "each"
    TOGETHER = "together"
    NEW = "new"
    REPLACE = "replace"
    ROWS = "rows"
    FIT = "fit"
    TARGET = "target"

    @property
    def has_columns(self) -> bool:
        """True where the step acts on columns, false where it acts on the fit as a whole."""
        return self not in (StepScope.FIT, StepScope.TARGET)


class StepGroup(StrEnum):
    """Groups of the catalogue of steps, in its order."""

    COLUMNS = "Columns"
    MISSING = "Missing values"
    OUTLIERS = "Outliers"
    CATEGORIES = "Categories"
    NUMBERS = "Numbers"
    DATES = "Dates and order"
    TEXT = "Text"
    PLACES = "Places, money and units"
    FEATURES = "New features"
    SELECTION = "Selection"
    IMBALANCE = "Rare classes"
    TARGET = "Target"


class Family(StrEnum):
    """Families of models that want different preparation; LINEAR includes nearest neighbours."""

    LINEAR = "linear"
    TREES = "trees"
    NETWORKS = "networks"


class InputNeeds(BaseModel):
    """What a model family wants from the prepared matrix; derived from its `ModelSpec`.

    Attributes
    ----------
    encoding : Encoding
        One-hot columns, integer codes, or codes meant for embeddings.
    scaling : bool
        Distances or gradients depend on the units, so numbers are scaled.
    native_missing : bool
        The model takes missing numbers as they are.
    sparse : bool
        The model takes a ``scipy.sparse.csr_matrix``.
    single : bool
        The model rounds what it gets to single precision itself, so that it is given float32: half the memory.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: Encoding = Encoding.ONE_HOT
    scaling: bool = True
    native_missing: bool = False
    sparse: bool = False
    single: bool = False

    @property
    def family(self) -> Family:
        """The family whose part of a plan applies."""
        return {
            Encoding.ONE_HOT: Family.LINEAR,
            Encoding.CODES: Family.TREES,
            Encoding.EMBEDDING: Family.NETWORKS,
        }[self.encoding]


@dataclass(frozen=True)
class Feature:
    """What has become of a column at some point of the plan, known before any row is read.

    Attributes
    ----------
    root : str
        Name by which steps call it: the raw column's, or the name a step gave to new features.
    origin : tuple of str
        Raw columns that it is made of.
    form : Form
        What its cells are.
    kind : ColumnKind
        Kind of the raw column; NUMERIC for new features.
    width : int
        Columns of the matrix it would give now, about; 1 while it is WORDS or DATE.
    unique : int
        Distinct values of the raw column; 0 where not known.
    gaps : bool
        Cells may be missing, now or in later rows.
    gaps_seen : int
        Missing cells of the raw column as they were counted.
    density : float
        Share of cells that are not zero, about.
    levels : tuple of str
        The values of an ordinal raw column from low to high; empty where there is no order.
    storage : StorageType or None
        Of the raw column; None where it is not known.
    """

    root: str
    origin: tuple[str, ...]
    form: Form
    kind: ColumnKind
    width: int = 1
    unique: int = 0
    gaps: bool = True
    gaps_seen: int = 0
    density: float = 1.0
    levels: tuple[str, ...] = ()
    storage: StorageType | None = None

    def becomes(self, **changes: Any) -> Feature:
        """Return the feature with some attributes changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class StepContext:
    """What a builder is told besides the parameters.

    Attributes
    ----------
    features : tuple of Feature
        The columns the step is given; one where the scope is EACH and the step is not one-to-one.
    needs : InputNeeds
        Of the model that the matrix is for.
    task : TaskKind or None
        None where no target is known (a preview without a task).
    seed : int
        Seed of every random draw.
    helpers : mapping of str to ColumnKind
        Other raw columns that parameters of kind "column" name; they stand behind the features in the frame.
    """

    features: tuple[Feature, ...]
    needs: InputNeeds
    task: TaskKind | None = None
    seed: int = 0
    helpers: Mapping[str, ColumnKind] = field(default_factory=dict)


Outline = Callable[[Mapping[str, ParamValue], StepContext], tuple[Feature, ...]]


class StepSpec(BaseModel):
    """Declaration of one preparation step.

    Attributes
    ----------
    key, title, purpose : str
        Name in the recipe; name on the screen; one plain sentence.
    when : str
        When to use it, and when not.
    group : StepGroup
        Where it stands in the catalogue.
    scope : StepScope
        How it meets its columns.
    kinds : tuple of ColumnKind
        Raw columns it can be applied to.
    takes : tuple of Form
        Forms it can be applied to; features in other forms are a problem said to the person.
    gives : Form or None
        Form afterwards; None leaves it.
    formula : str
        Its mathematics in one line (LaTeX), empty where there is none.
    source : str
        Paper or library of the method.
    params : tuple of ParamSpec
        Its parameters.
    builder : str
        Import path ``package.module:function`` of ``build(params, StepContext) -> transformer``, scikit-learn's kind:
        ``fit(X, y)``, ``transform(X)``, ``get_feature_names_out()``. X is a DataFrame of shape (n_rows, n_columns) in
        the forms above (a csr matrix where ``sparse`` and all of it is). The result is a DataFrame, an ndarray or a
        csr matrix. For ROWS, a builder gives an object with ``keep_rows(X, y) -> ndarray of bool``, fitted at once
        (and whatever a transformer has; transform is the identity). FIT and TARGET steps: `core.models.wrapping`.
    outline : str
        Import path of an `Outline`: the features it gives for those it gets. Empty where one column stays one column.
    applies : str
        Import path of ``(params, needs) -> bool``: whether a family of models has any use for it. Empty: always.
    sentence : str
        Import path of ``(params, StepContext) -> str``: what happens to one column, as a short phrase in lower case
        ("missing filled with the median"). Empty: the title in lower case.
    one_to_one : bool
        EACH only: the transformer gives one column a column, so that many columns are done at once.
    uses_target : bool
        The target is looked at in ``fit``.
    tasks : tuple of TaskKind
        Empty: every task.
    sparse : bool
        The transformer takes a csr matrix.
    live : bool
        Cheap enough for the preview; others (UMAP, recursive selection) are previewed only when asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    purpose: str
    when: str = ""
    group: StepGroup
    scope: StepScope = StepScope.EACH
    kinds: tuple[ColumnKind, ...] = tuple(ColumnKind)
    takes: tuple[Form, ...] = tuple(Form)
    gives: Form | None = None
    formula: str = ""
    source: str = ""
    params: tuple[ParamSpec, ...] = ()
    builder: str = ""
    outline: str = ""
    applies: str = ""
    sentence: str = ""
    one_to_one: bool = False
    uses_target: bool = False
    tasks: tuple[TaskKind, ...] = ()
    sparse: bool = False
    live: bool = True

    def build(self, params: Mapping[str, ParamValue], context: StepContext) -> Any:
        """Return the unfitted transformer for validated ``params``."""
        return load(self.builder)(params, context)

    def outlined(self, params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
        """Return what stands in the place of ``context.features`` afterwards (NEW: what is added)."""
        if self.outline:
            return tuple(load(self.outline)(params, context))
        if self.gives is None:
            return context.features
        return tuple(feature.becomes(form=self.gives) for feature in context.features)

    def concerns(self, params: Mapping[str, ParamValue], needs: InputNeeds) -> bool:
        """Tell whether a model with ``needs`` has any use for the step."""
        return bool(load(self.applies)(params, needs)) if self.applies else True

    def phrase(self, params: Mapping[str, ParamValue], context: StepContext) -> str:
        """Say what happens to a column, as a short phrase in lower case."""
        return str(load(self.sentence)(params, context)) if self.sentence else self.title.lower()


def load(path: str) -> Callable[..., Any]:
    """Return the function at the import path ``package.module:function``."""
    module, _, name = path.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
