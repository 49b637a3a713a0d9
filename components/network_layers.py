"""A person's own layers, a row each: what it is, its settings, what it gives, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

import streamlit as st

from components.controlled import controlled
from components.messages import plain
from components.network_boxes import ACTIVATIONS, shape_words
from components.network_data import NetworkData
from components.numbers import counted
from core.models.adapters.network_spec import Activation
from core.models.adapters.own_layers import FORMS, OwnLayer, read_layers
from core.models.adapters.own_lines import AtLine, follow_lines, line_of

TITLES = {
    "dense": "Dense",
    "residual": "Residual block",
    "dropout": "Dropout",
    "batch norm": "Batch norm",
    "layer norm": "Layer norm",
    "activation": "Activation",
    "scale": "Scale each value",
    "numeric embedding": "Describe numbers",
    "category embedding": "Describe categories",
}
"""What a layer is called on the screen, by the keys of `FORMS`."""

HELP = (
    "Dense: each neuron sees all values. Residual block: batch norm, dense, activation and dropout, added to what came "
    "in. Dropout: a share of the values is switched off while learning. Batch and layer norm keep values on one scale. "
    "Describe numbers, describe categories: how many learned numbers stand for each column; first of all layers."
)
_WIDTHS = {"dense": (1, 4096), "residual": (1, 4096), "numeric embedding": (2, 64), "category embedding": (1, 64)}
_COLUMNS = (0.2, 1.95, 0.95, 1.2, 0.85, 1.5, 1.5)

Save = Callable[[Sequence[str]], None]


def layer_rows(lines: Sequence[str], data: NetworkData, save: Save) -> None:
    """Draw one row a layer and a line to add another.

    Parameters
    ----------
    lines : sequence of str
        The layers, one a line.
    data : NetworkData
        What they are for; says what each layer gives.
    save : callable
        Takes the changed lines. Runs as a callback.
    """
    with st.container(gap="xsmall", key="network.layers"):
        for place, found in enumerate(follow_lines(lines, data.shape)):
            _row(lines, place, found, save)
        _adding(lines, save)


def _row(lines: Sequence[str], place: int, found: AtLine, save: Save) -> None:
    with st.container(gap="xxsmall", key=f"network.row.{place}"):
        number, what, width, activation, rate, gives, buttons = st.columns(
            _COLUMNS, gap="xsmall", vertical_alignment="center"
        )
        number.caption(str(place + 1))
        layer = found.layer
        with what:
            _what(lines, place, layer, save)
        if layer is not None:
            _settings(lines, place, layer, save, (width, activation, rate))
            gives.caption(_gives(found), text_alignment="right")
        else:
            width.caption(plain(lines[place]))
        with buttons:
            _buttons(lines, place, save)
        if found.problem is not None:
            st.markdown(f":red[:material/error_outline: {plain(found.problem.message)}]")


def _gives(found: AtLine) -> str:
    learned = f"  \n{found.parameters:,} learned" if found.parameters else ""
    return f"gives {shape_words(found.shape)}{learned}" if found.shape else ""


def _what(lines: Sequence[str], place: int, layer: OwnLayer | None, save: Save) -> None:
    controlled(
        st.selectbox,
        f"Layer {place + 1}",
        list(TITLES),
        key=f"network.what.{place}",
        value=None if layer is None else layer.what,
        save=lambda what: save(_with(lines, place, _changed(layer, what))) if what else None,
        format_func=TITLES.__getitem__,
        label_visibility="collapsed",
        placeholder="Cannot be read",
    )


def _changed(layer: OwnLayer | None, what: str) -> OwnLayer:
    """Return the usual layer of another kind; a width is kept where both have one."""
    usual = read_layers(FORMS[what])[0]
    if layer is None or not (layer.width and usual.width):
        return usual
    low, high = _WIDTHS[what]
    return replace(usual, width=min(max(layer.width, low), high))


def _settings(lines: Sequence[str], place: int, layer: OwnLayer, save: Save, cells: Sequence[object]) -> None:
    width, activation, rate = cells
    if layer.width:
        low, high = _WIDTHS[layer.what]
        with width:  # type: ignore[attr-defined]
            controlled(
                st.number_input, f"Width of layer {place + 1}", low, high, key=f"network.width.{place}",
                value=layer.width, save=lambda value: save(_with(lines, place, replace(layer, width=value))),
                step=1, label_visibility="collapsed",
            )  # fmt: skip
    if layer.what in ("dense", "residual", "activation"):
        known = [*(() if layer.what != "dense" else ("",)), *get_args(Activation)]
        with activation:  # type: ignore[attr-defined]
            controlled(
                st.selectbox, f"Activation of layer {place + 1}", known, key=f"network.activation.{place}",
                value=layer.activation, save=lambda kind: save(_with(lines, place, replace(layer, activation=kind))),
                format_func=lambda kind: ACTIVATIONS.get(kind, "none"), label_visibility="collapsed",
            )  # fmt: skip
    if layer.what in ("dropout", "residual"):
        with rate:  # type: ignore[attr-defined]
            controlled(
                st.number_input, f"Dropout of layer {place + 1}", 0.0, 0.9, key=f"network.rate.{place}",
                value=layer.rate, save=lambda value: save(_with(lines, place, replace(layer, rate=round(value, 4)))),
                step=0.05, format="%g", label_visibility="collapsed", help="Share of values switched off.",
            )  # fmt: skip


def _with(lines: Sequence[str], place: int, layer: OwnLayer) -> list[str]:
    return [*lines[:place], line_of(layer), *lines[place + 1 :]]


def _buttons(lines: Sequence[str], place: int, save: Save) -> None:
    up, down = moved(lines, place, place - 1), moved(lines, place, place + 1)
    twice = [*lines[: place + 1], *lines[place:]]
    less = [*lines[:place], *lines[place + 1 :]]
    with st.container(horizontal=True, wrap=False, gap="xsmall", horizontal_alignment="right"):
        for key, icon, words, changed, off in (
            ("up", "arrow_upward", "Move up", up, place == 0),
            ("down", "arrow_downward", "Move down", down, place == len(lines) - 1),
            ("copy", "content_copy", "Duplicate", twice, False),
            ("remove", "delete", "Remove", less, len(lines) == 1),
        ):
            st.button(
                "", key=f"network.{key}.{place}", icon=f":material/{icon}:", type="tertiary", disabled=off,
                help=f"{words}: layer {place + 1}", on_click=save, args=(changed,),
            )  # fmt: skip


def moved(lines: Sequence[str], place: int, to: int) -> list[str]:
    """Return the lines with the one at ``place`` at ``to``; as they are where there is no such place."""
    rest = [*lines[:place], *lines[place + 1 :]]
    return [*rest[:to], lines[place], *rest[to:]] if 0 <= to < len(lines) else list(lines)


def _adding(lines: Sequence[str], save: Save) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.selectbox(
            "Add a layer", list(TITLES), format_func=TITLES.__getitem__, key="network.add.what", width=220, help=HELP,
            persist_state="session",
        )  # fmt: skip
        st.button("Add", key="network.add", icon=":material/add:", on_click=_add, args=(lines, save))
        st.caption(f"The output layer follows after {counted(len(lines), 'layer')}.")


def _add(lines: Sequence[str], save: Save) -> None:
    what = st.session_state["network.add.what"]
    start = what in ("numeric embedding", "category embedding")
    save([FORMS[what], *lines] if start else [*lines, FORMS[what]])
