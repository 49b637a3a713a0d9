"""A network as it will be built, beside its parameters: its own layers, what it costs, its diagram, its schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components.messages import show_error
from components.network_data import NetworkData, network_data
from components.network_diagram import network_diagram
from components.network_layers import layer_rows
from components.network_schedule import schedule_preview
from components.numbers import counted, size
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import LatheError
from core.models.adapters.graph import Graph
from core.models.adapters.own_lines import COPIED, as_lines, split_lines
from core.models.adapters.presets import network_spec
from core.models.adapters.sizes import batch_rows, device_memory_bytes, fitting_batch, training_memory_bytes
from core.models.networks import LAYER_PARAMS
from core.models.spec import ModelSpec
from core.params import ParamValue

_BYTES = 4
_DOT = "\N{MIDDLE DOT}"


def network_panel(
    spec: ModelSpec, params: Mapping[str, ParamValue], task: Task, dataset: Dataset, *, scope: str
) -> None:
    """Draw the network that ``params`` mean for a table; nothing where the model is not a network.

    Parameters
    ----------
    spec : ModelSpec
        The model being adjusted.
    params : mapping of str to value
        What its form holds; may be partial.
    task, dataset
        What it is to learn, and from what.
    scope : str
        Prefix of the keys of its form; layers are kept in the form's field of own layers.
    """
    known = {param.name: param for param in spec.params}
    if not {"architecture", "own_layers"} <= set(known):
        return
    chosen: dict[str, Any] = {name: params.get(name, param.default) for name, param in known.items()}
    with st.container(gap="small", key="network"):
        try:
            data = network_data(spec, task, dataset)
            _panel(spec, chosen, data, scope)
        except LatheError as error:
            show_error(error)


def _panel(spec: ModelSpec, chosen: Mapping[str, Any], data: NetworkData, scope: str) -> None:
    st.markdown("**The network**", help="Counted from the plan and the table; nothing has been trained yet.")
    if chosen["architecture"] == "layers":
        _starts(chosen, data, scope)
        lines = split_lines(str(chosen["own_layers"]))
        layer_rows(lines, data, lambda changed: _keep(scope, changed))
    elif chosen["architecture"] in COPIED:
        st.button(
            "Change it layer by layer", key="network.open", icon=":material/edit:", on_click=_copy,
            args=(scope, _copied(chosen, data)),
            help="Copies these layers as layers of your own; its settings here stay as they are.",
        )  # fmt: skip
    graph = data.graph(chosen)
    st.markdown(f" {_DOT} ".join(costs(graph, chosen, data)))
    _folds(spec, chosen, graph)


def _folds(spec: ModelSpec, chosen: Mapping[str, Any], graph: Graph) -> None:
    """Draw what is looked at now and then; it is drawn once it is opened."""
    fold = st.expander("Diagram", type="compact", key="network.diagram.fold", on_change="rerun")
    if fold.open:
        with fold:
            network_diagram(graph, key=f"network.diagram.{spec.key}")
    fold = st.expander("Learning rate over the epochs", type="compact", key="network.rate.fold", on_change="rerun")
    if fold.open:
        with fold:
            schedule_preview(chosen, key=f"network.schedule.{spec.key}")


def costs(graph: Graph, chosen: Mapping[str, Any], data: NetworkData) -> list[str]:
    """Say how much a network learns and holds."""
    batch = chosen["batch_size"] or fitting_batch(graph, batch_rows(data.rows), device_memory_bytes("cpu"))
    columns = [counted(data.shape.n_numeric, "number column")]
    if data.shape.levels:
        columns.append(counted(len(data.shape.levels), "category column"))
    return [
        f"**{counted(graph.parameters, 'number')}** to learn ({size(_BYTES * graph.parameters)})",
        f"about {size(training_memory_bytes(graph, batch))} while learning {counted(batch, 'row')} at a time",
        " and ".join(columns),
    ]


def _starts(chosen: Mapping[str, Any], data: NetworkData, scope: str) -> None:
    """Offer the known networks to start from."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption("Start again from", width="content")
        for architecture in COPIED:
            title = {"mlp": "plain layers", "resnet": "ResNet", "realmlp": "RealMLP"}[architecture]
            st.button(
                title, key=f"network.start.{architecture}", type="tertiary", on_click=_copy,
                args=(scope, _copied({**chosen, "architecture": architecture}, data)),
            )  # fmt: skip


def _copied(chosen: Mapping[str, Any], data: NetworkData) -> tuple[str, ...]:
    layers = {param.name: chosen[param.name] for param in LAYER_PARAMS}
    return as_lines(network_spec(**layers), predicts_number=data.shape.predicts_number)


def _keep(scope: str, lines: Sequence[str]) -> None:
    """Put layers into the form's own field: the one place where they are."""
    st.session_state[f"{scope}.own_layers"] = "\n".join(lines)


def _copy(scope: str, lines: Sequence[str]) -> None:
    st.session_state[f"{scope}.architecture"] = "layers"
    _keep(scope, lines)
