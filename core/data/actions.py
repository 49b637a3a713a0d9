"""What a person does to a table and what they demand of it, as data: kept with the dataset, replayed on later files."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class TableStep(BaseModel):
    """One step that shapes a table; `core.shape` declares what each key does and carries it out.

    Attributes
    ----------
    key : str
        Key of a `core.shape.spec.TableStepSpec` ("filter", "join", "compute" ...).
    params : dict
        JSON values, as the declaration names them.
    enabled : bool
        A step that is switched off stays in the list and does nothing.
    name : str
        The person's own words for it; empty shows the sentence made from the parameters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    params: dict[str, Any] = Field(default_factory=dict)
    enabled: bool = True
    name: str = ""


class Rule(BaseModel):
    """One demand on a table that is checked on every later file; `core.quality.rules` carries it out.

    Attributes
    ----------
    kind : str
        "range", "set", "pattern", "not_empty", "unique" or "compare".
    columns : tuple of str
        Columns concerned; two for "compare", one or more for "unique", one for the others.
    params : dict
        JSON values: low and high of a range, values of a set, the pattern, the comparison's operator.
    name : str
        The person's own words for it; empty shows the sentence made from the parameters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    columns: tuple[str, ...]
    params: dict[str, Any] = Field(default_factory=dict)
    name: str = ""
