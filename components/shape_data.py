"""What the forms and previews of table steps ask of the data, remembered for the same table and steps."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from components import services
from core.data.actions import TableStep
from core.data.schema import ColumnSchema, Dataset
from core.errors import LatheError
from core.shape.keys import KeyProposal
from core.shape.preview import Preview, columns_before, frequent_values, preview, propose_keys

ROWS = 50


def preview_of(dataset: Dataset, steps: Sequence[TableStep], *, upto: int | None = None) -> Preview:
    """Return the preview of some steps; `InvalidInput` where one cannot be done."""
    return _preview(*_key(dataset, steps), upto, dataset, tuple(steps))


def columns_at(dataset: Dataset, steps: Sequence[TableStep], place: int) -> tuple[ColumnSchema, ...]:
    """Return the columns before the step at ``place``."""
    if place == len(dataset.steps) and tuple(steps[:place]) == dataset.steps:
        return dataset.columns
    return _columns(*_key(dataset, steps[:place]), dataset, tuple(steps), place)


def values_at(dataset: Dataset, steps: Sequence[TableStep], place: int, name: str) -> tuple[tuple[str, int], ...]:
    """Return the most frequent values of a column before the step at ``place``, with their counts."""
    return _values(*_key(dataset, steps[:place]), name, dataset, tuple(steps), place)


def keys_for(dataset: Dataset, steps: Sequence[TableStep], place: int, table: str) -> tuple[KeyProposal, ...]:
    """Return the keys proposed for a join with another table."""
    return _keys(*_key(dataset, steps[:place]), table, dataset, tuple(steps), place)


def other_tables(dataset: Dataset) -> dict[str, Dataset]:
    """Return the other tables of the project by their ids."""
    return {d.id: d for d in services.catalog().list(dataset.project_id) if d.id != dataset.id}


def _key(dataset: Dataset, steps: Sequence[TableStep]) -> tuple[str, str, str]:
    """Return what the answers depend on: the workspace, the content of all tables concerned, the steps."""
    said = json.dumps([step.model_dump(mode="json") for step in (*dataset.steps, *steps)], sort_keys=True)
    tables = sorted(f"{d.id}:{d.fingerprint}" for d in other_tables(dataset).values() if d.id in said)
    return str(services.workspace().root), "/".join((dataset.id, dataset.fingerprint, *tables)), said


@st.cache_resource(max_entries=32, show_spinner=False)
def _preview(
    root: str, content: str, said: str, upto: int | None, _dataset: Dataset, _steps: tuple[TableStep, ...]
) -> Preview:
    return preview(services.workspace(), _dataset, _steps, upto=upto, rows=ROWS)


@st.cache_resource(max_entries=64, show_spinner=False)
def _columns(
    root: str, content: str, said: str, _dataset: Dataset, _steps: tuple[TableStep, ...], place: int
) -> tuple[ColumnSchema, ...]:
    return columns_before(services.workspace(), _dataset, _steps, place)


@st.cache_resource(max_entries=64, show_spinner=False)
def _values(
    root: str, content: str, said: str, name: str, _dataset: Dataset, _steps: tuple[TableStep, ...], place: int
) -> tuple[tuple[str, int], ...]:
    try:
        return frequent_values(services.workspace(), _dataset, _steps, place, name)
    except LatheError:
        return ()


@st.cache_resource(max_entries=32, show_spinner="Looking for keys")
def _keys(
    root: str, content: str, said: str, table: str, _dataset: Dataset, _steps: tuple[TableStep, ...], place: int
) -> tuple[KeyProposal, ...]:
    return propose_keys(services.workspace(), _dataset, _steps[:place], table)
