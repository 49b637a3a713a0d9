"""What the screen knows of a network before anything is trained: the shape of its data, its graph, its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from components import services, state
from components.plan_data import sound
from components.plan_edit import table_of
from core.data.schema import Dataset
from core.data.task import Task
from core.models.adapters.graph import Graph
from core.models.adapters.network_spec import DataShape
from core.models.networks import graph_of
from core.models.spec import ModelSpec
from core.params import ParamValue
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.spec import Form, InputNeeds


@dataclass(frozen=True)
class NetworkData:
    """What a network is made for.

    Attributes
    ----------
    shape : DataShape
        Columns after preparation, about: what a plan makes of a column can depend on the rows of a fold.
    rows : int
        Rows that a fold learns from, about.
    """

    shape: DataShape
    rows: int

    def graph(self, params: Mapping[str, ParamValue]) -> Graph:
        """Return the layers that ``params`` mean here; `LatheError` where a person's own layers cannot be read."""
        shape = self.shape
        return graph_of(params, shape.n_numeric + len(shape.levels), shape.levels, n_outputs=shape.n_outputs)


def network_data(spec: ModelSpec, task: Task, dataset: Dataset) -> NetworkData:
    """Return what a network meets under the plan of the draft; nothing of it is run."""
    plan = state.draft().plan or PreparePlan()
    learned = (1 - task.split.holdout) * (1 - (task.split.validation or 1 / task.split.folds))
    shape = _shape(
        str(services.workspace().root), dataset.view_key, task.model_dump_json(), plan.model_dump_json(), spec.key,
        dataset, task, plan, spec.needs,
    )  # fmt: skip
    return NetworkData(shape, max(1, round(dataset.rows * learned)))


@st.cache_resource(max_entries=32, show_spinner=False)
def _shape(
    root: str, table: str, goal: str, said: str, key: str,
    _dataset: Dataset, _task: Task, _plan: PreparePlan, _needs: InputNeeds,
) -> DataShape:  # fmt: skip
    made_for = table_of(_dataset, _task)
    plan = sound(_dataset, _task, _plan)
    outline = outline_plan(plan, made_for.columns, _needs, aside=made_for.aside, task=made_for.task)
    levels = tuple(max(1, feature.unique) for feature in outline.used if feature.form is Form.CODE)
    numbers = sum(feature.width for feature in outline.used if feature.form is Form.NUMBER)
    is_class = _task.kind.is_classification
    classes = max(2, _dataset.column(_task.target).unique) if is_class else 1
    return DataShape(numbers, levels, classes, is_regression=not is_class)
