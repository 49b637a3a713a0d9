"""The board: pinned charts of a table, where what is picked in one filters the others."""

from __future__ import annotations

import uuid
from typing import Any

import pandas as pd
import streamlit as st
from pydantic import BaseModel, ConfigDict, ValidationError

from components import layout, services, state
from components.chart_builder import build
from components.chart_data import counted_chart, rows_left, show_chart
from components.chart_figures import draw
from components.chart_parts import Drawn
from components.messages import plain, show_error
from components.theme import palette
from core.data.schema import Dataset
from core.errors import LatheError
from core.explore.chart_spec import ChartData, ChartFilter, ChartKind, ChartSpec
from core.explore.charts.selection import describe, filter_step, merge

MOST_PINS = 12
BOARDS = "boards"
TALL = (ChartKind.TEXT, ChartKind.PARALLEL, ChartKind.PAIRS, ChartKind.SCATTER_3D, ChartKind.MAP)
"""Kinds that keep their own height on the board."""


class Pin(BaseModel):
    """A chart on the board."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    spec: ChartSpec


def pins(dataset: Dataset) -> tuple[Pin, ...]:
    """Return the charts on the board of a table; those of columns that are gone are left out."""
    project = state.project()
    stored = project.draft.get(BOARDS, {}).get(dataset.id, []) if project else []
    found = []
    for one in stored:
        try:
            found.append(Pin.model_validate(one))
        except ValidationError:
            continue
    return tuple(found)


def pin(dataset: Dataset, spec: ChartSpec) -> None:
    """Put a chart on the board. Safe in a callback."""
    _save(dataset, (*pins(dataset), Pin(id=uuid.uuid4().hex[:8], spec=spec))[-MOST_PINS:])


def unpin(dataset: Dataset, identity: str) -> None:
    """Take a chart off the board, with what was picked in it. Safe in a callback."""
    _save(dataset, tuple(one for one in pins(dataset) if one.id != identity))
    keep_picks(dataset, identity, ())


def picks(dataset: Dataset) -> dict[str, tuple[ChartFilter, ...]]:
    """Return what is picked, by the chart it was picked in."""
    stored: dict[str, list[dict[str, Any]]] = state.recall(_key(dataset), {})
    return {place: tuple(ChartFilter.model_validate(one) for one in found) for place, found in stored.items() if found}


def keep_picks(dataset: Dataset, identity: str, filters: tuple[ChartFilter, ...]) -> None:
    """Keep what was picked in a chart; nothing takes it away."""
    stored = {k: v for k, v in state.recall(_key(dataset), {}).items() if k != identity}
    if filters:
        stored[identity] = [one.model_dump() for one in filters]
    state.remember(_key(dataset), stored)


def board(dataset: Dataset) -> None:
    """Draw the board: what is picked, then the charts two by two."""
    pinned = pins(dataset)
    if not pinned:
        layout.empty_state(
            "No chart is pinned yet",
            "Pin charts from the builder. What is picked in one of them then filters the others.",
        )
        return
    chosen = {k: v for k, v in picks(dataset).items() if k in {one.id for one in pinned}}
    _chips(dataset, chosen)
    for start in range(0, len(pinned), 2):
        for cell, one in zip(st.columns(2, gap="large"), pinned[start : start + 2], strict=False):
            with cell, st.container(border=True):
                _pinned(dataset, one, chosen)


def _chips(dataset: Dataset, chosen: dict[str, tuple[ChartFilter, ...]]) -> None:
    filters = tuple(one for found in chosen.values() for one in found)
    if not filters:
        st.caption("Click a bar, or draw a box with the tool at the corner of a chart, to filter the other charts.")
        return
    left = rows_left(dataset, filters)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"**{left:,}** of {dataset.rows:,} rows")
            for identity, found in chosen.items():
                for place, one in enumerate(found):
                    st.button(
                        plain(describe(dataset, one)), key=f"charts.chip.{identity}.{place}", icon=":material/close:",
                        icon_position="right", on_click=_drop, args=(dataset, identity, place),
                        help="Take this filter away.",
                    )  # fmt: skip
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button(
                "Keep only these rows", key="charts.keep", icon=":material/filter_alt:", disabled=not left,
                on_click=_apply, args=(dataset, filters, False),
                help="Adds a filter step to this table; it can be undone.",
            )  # fmt: skip
            st.button(
                "New table of these rows", key="charts.extract", icon=":material/content_copy:", disabled=not left,
                on_click=_apply, args=(dataset, filters, True), help="This table stays as it is.",
            )  # fmt: skip
            st.button("Clear", key="charts.clear", type="tertiary", on_click=_clear, args=(dataset,))
    problem = state.recall("charts.problem")
    if problem:
        st.error(plain(str(problem)))


def _drop(dataset: Dataset, identity: str, place: int) -> None:
    found = picks(dataset).get(identity, ())
    keep_picks(dataset, identity, tuple(one for i, one in enumerate(found) if i != place))


def _clear(dataset: Dataset) -> None:
    state.remember(_key(dataset), {})
    state.remember("charts.problem", None)


def _apply(dataset: Dataset, filters: tuple[ChartFilter, ...], fresh: bool) -> None:
    """Turn what is picked into a step of this table, or into a table of its own. Runs as a callback."""
    from core.shape import edit

    workspace = services.workspace()
    state.remember("charts.problem", None)
    step = filter_step(dataset, filters)
    try:
        if fresh:
            said = ", ".join(describe(dataset, one) for one in filters)
            boards = pins(dataset)
            twin = edit.duplicate(workspace, dataset, f"{dataset.name}, {said}"[:120])
            table = edit.append(workspace, twin, [step])
            state.open_dataset(table.id)
            _save(table, boards)
        else:
            edit.append(workspace, dataset, [step])
    except LatheError as error:
        state.remember("charts.problem", f"{error.message} {error.hint}".strip())
        return
    _clear(dataset)


def _pinned(dataset: Dataset, one: Pin, chosen: dict[str, tuple[ChartFilter, ...]]) -> None:
    others = tuple(f for identity, found in chosen.items() if identity != one.id for f in found)
    spec = one.spec.model_copy(update={"filters": (*one.spec.filters, *others)})
    own = chosen.get(one.id, ())
    key = f"charts.pin.{one.id}"
    try:
        data = counted_chart(dataset, spec)
    except LatheError as error:
        show_error(error)
    else:
        show_chart(
            dataset, data, key=key, on_select=lambda: _picked(dataset, one.id, key, data),
            adjust=lambda drawn: _mark(drawn, own), height=None if data.spec.kind in TALL or data.spec.facet else 340,
        )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Edit", key=f"{key}.edit", type="tertiary", icon=":material/edit:", on_click=_edit, args=(dataset, one)
        )
        st.button("Take off", key=f"{key}.off", type="tertiary", icon=":material/keep_off:", on_click=unpin,
                  args=(dataset, one.id))  # fmt: skip


def _edit(dataset: Dataset, one: Pin) -> None:
    build(dataset, one.spec)
    state.remember("charts.view", "build")


def _picked(dataset: Dataset, identity: str, key: str, data: ChartData) -> None:
    event = st.session_state.get(key)
    if event is not None:
        keep_picks(dataset, identity, read_selection(draw(data, palette()), event["selection"]))


def read_selection(drawn: Drawn, selection: Any) -> tuple[ChartFilter, ...]:
    """Return the rows behind what was picked: the box where its axes hold plain numbers or dates, else the marks."""
    boxes = selection.get("box") or []
    if boxes and (drawn.x or drawn.y):
        ranges = [(drawn.x, boxes[0].get("x")), (drawn.y, boxes[0].get("y"))]
        inside = (
            ChartFilter(column=column, low=min(map(_plain_number, ends)), high=max(map(_plain_number, ends)))
            for column, ends in ranges
            if column and ends
        )
        return (*inside, *drawn.facets.get(boxes[0].get("xref", "x"), ()))
    places = [_place_of(point.get("customdata")) for point in selection.get("points") or []]
    return merge([one for place in places if place is not None for one in drawn.picks[place]])


def _place_of(told: Any) -> int | None:
    """Return the first entry of a mark's custom data, which the browser gives as a list or as a mapping."""
    if isinstance(told, dict):
        told = [told.get("0")]
    first = told[0] if isinstance(told, list | tuple) and told else None
    return int(first) if isinstance(first, int | float) else None


def _plain_number(value: Any) -> float:
    return pd.Timestamp(value).timestamp() if isinstance(value, str) else float(value)


def _mark(drawn: Drawn, own: tuple[ChartFilter, ...]) -> None:
    """Show what is picked in a chart itself: marks outside it are pale, a box has its edges."""
    if not own:
        return
    by = {one.column: one for one in own}
    for trace in drawn.figure.data:
        told = getattr(trace, "customdata", None)
        if trace.type == "bar" and told is not None:
            inside = [i for i, cell in enumerate(told) if _inside(drawn.picks[int(cell[0])], by)]
            trace.selectedpoints = inside
    for axis, column in (("x", drawn.x), ("y", drawn.y)):
        one = by.get(column)
        if column and one is not None and one.low is not None and one.high is not None:
            ends = [one.low, one.high]
            if getattr(drawn.figure.layout, f"{axis}axis").type == "date":
                ends = [pd.Timestamp(v, unit="s").isoformat() for v in ends]  # type: ignore[misc]
            line = {"color": palette().accent, "width": 1}
            draw_band = drawn.figure.add_vrect if axis == "x" else drawn.figure.add_hrect
            low, high = (f"{axis}0", f"{axis}1")
            draw_band(**{low: ends[0], high: ends[1]}, line=line, fillcolor=palette().accent, opacity=0.12)


def _inside(mine: tuple[ChartFilter, ...], by: dict[str, ChartFilter]) -> bool:
    for one in mine:
        asked = by.get(one.column)
        if asked is None:
            continue
        if asked.values and (set(one.values).isdisjoint(asked.values) or one.negated) != asked.negated:
            return False
        middle = ((one.low or 0.0) + (one.high or 0.0)) / 2 if one.low is not None and one.high is not None else None
        if middle is not None and not (
            (asked.low is None or middle >= asked.low) and (asked.high is None or middle <= asked.high)
        ):
            return False
    return True


def _save(dataset: Dataset, kept: tuple[Pin, ...]) -> None:
    project = state.project()
    if project is not None:
        boards = {**project.draft.get(BOARDS, {}), dataset.id: [one.model_dump(mode="json") for one in kept]}
        services.projects().save_draft(project.id, {**project.draft, BOARDS: boards})


def _key(dataset: Dataset) -> str:
    return f"charts.picks.{dataset.id}"
