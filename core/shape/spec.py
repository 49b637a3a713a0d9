"""What a table step is: its words, its parameters, and which rows it looks at."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from core.params import Condition
from core.types import ColumnKind

StepGroup = Literal["Rows", "Columns", "Values", "Tables", "Shape"]

StepParamKind = Literal[
    "column", "columns", "name", "text", "texts", "number", "int", "bool", "choice", "expression", "table",
    "conditions", "aggregations", "renames", "mapping", "numbers", "keys", "other_columns",
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
        numbers : list of numbers. keys : dict of a column here to a column of the other table.
        other_columns : list of columns of the other table; empty means all.
    label, help : str
        Words of the person; the field's term stands in the help.
    default : JSON value
        None where the person must choose.
    accepts : tuple of ColumnKind
        Kinds of column that may be chosen; empty means any.
    choices, choice_labels : tuple of str
        Of a choice: stored values and their words.
    low, high : float, optional
        Ends of a number, both included.
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
    low: float | None = None
    high: float | None = None
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
    sentence : str
        What the step does, with ``{param}`` where a parameter's words stand. A part in square brackets is left out
        where one of its parameters is empty or not active; see `core.shape.sentence`.
    row_wise : bool
        Keeps every row, and each new cell follows from cells of its own row (or of a stored table): it is replayed on
        rows to predict. The others are done before training only.
    row_wise_when : Condition, optional
        ``row_wise`` holds only with these values of a parameter.
    compile : str
        ``module:function`` that turns the parameters into SQL; see `core.shape.compiler`.
    settle : str
        ``module:function`` that turns what was read off the table (edges of bins) into parameters, so that the step
        does the same on later files; empty where nothing is read off.
    report : str
        ``module:function`` that says what the step meets in the table (cells that will not convert, keys without a
        partner); it runs for the preview only. Empty where there is nothing to say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    purpose: str
    when: str
    group: StepGroup
    params: tuple[StepParam, ...] = ()
    sentence: str
    row_wise: bool = False
    row_wise_when: Condition | None = None
    compile: str
    settle: str = ""
    report: str = ""

    def param(self, name: str) -> StepParam:
        """Return the declaration of a parameter; KeyError where there is none."""
        for param in self.params:
            if param.name == name:
                return param
        raise KeyError(name)
