"""From a spec to the numbers of its chart."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from core.data.schema import Dataset
from core.explore.chart_spec import ChartData, ChartSpec
from core.explore.charts.kinds import get_kind
from core.explore.charts.source import Source, open_source
from core.store.workspace import Workspace

Builder = Callable[[Source], ChartData]


def chart_data(workspace: Workspace, dataset: Dataset, spec: ChartSpec) -> ChartData:
    """Count what a chart draws, where the data lies.

    Parameters
    ----------
    workspace : Workspace
        Where the table is stored.
    dataset : Dataset
        The table.
    spec : ChartSpec
        Kind, columns, options and filters.

    Returns
    -------
    ChartData
        A few thousand numbers at most, however long the table is.

    Raises
    ------
    InvalidInput
        With one problem a field, where the spec does not fit the table.
    LatheError
        Where there is nothing to draw: no row after the filters, no value in a column.
    """
    module, _, function = get_kind(spec.kind).build.partition(":")
    build: Builder = getattr(import_module(module), function)
    with open_source(workspace, dataset, spec) as source:
        return build(source)
