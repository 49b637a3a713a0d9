"""What a table step is: its words, its parameters, and which rows it looks at."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from core.params import Condition
from core.types import ColumnKind

StepGroup = Literal["Rows", "Columns", "Values", "Tables", "Shape"]

StepParamKind = Literal[
    "column", "columns", "name", "text", "texts", "number", "int", "bool", "choice", "expression", "table",
    "conditions", "aggregations", "renames", "mapping",
]  # fmt: skip


class StepParam(BaseModel):
    """Declaration of one parameter of a table step; the form is made from it.

    Attributes
    ----------
    name : str
        Key in `TableStep.params`.
    kind : StepParamKind
        column, columns : names of columns of the table as it stands before the step (str; list of str).
        name : name of a new column (str). text, number, int, bool : one value. texts : list of str.
        choice : one of ``choices``. expression : text in Lathe's expression language (`core.shape.expression`).
        table : id of another dataset of the project (str).
        conditions : list of ``{"column", "operator", "value"}``, see `core.shape.conditions`.
        aggregations : list of ``{"column", "function", "name"}``. renames, mapping : dict of str to str.
    label, help : str
        Words of the person; the field's term stands in the help.
    default : JSON value
        None where the person must choose.
    accepts : tuple of ColumnKind
        Kinds of column that may be chosen; empty means any.
    choices, choice_labels : tuple of str
        Of a choice: stored values and their words.
    optional : bool
        May be left empty.
    active_when : Condition, optional
        Drawn, checked and kept only while it holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: StepParamKind
    label: str
    help: str = ""
    default: Any = None
    accepts: tuple[ColumnKind, ...] = ()
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    optional: bool = False
    active_when: Condition | None = None


class TableStepSpec(BaseModel):
    """Declaration of a table step.

    Attributes
    ----------
    key : str
        Key in a `core.data.actions.TableStep`.
    title, purpose, when : str
        "Keep some rows"; what it does; when one wants it.
    group : StepGroup
        Where it stands in the list of steps.
    params : tuple of StepParam
        In the order of the form.
    row_wise : bool
        Keeps every row, and each new cell follows from cells of its own row (or of a stored table): it is replayed on
        rows to predict. The others are done before training only.
    compile : str
        ``module:function`` that turns the parameters into SQL; see `core.shape.compiler`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    purpose: str
    when: str
    group: StepGroup
    params: tuple[StepParam, ...] = ()
    row_wise: bool = False
    compile: str
