"""The step that draws rows at random."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import Condition
from core.shape.context import Context
from core.shape.flow import Flow
from core.shape.spec import StepParam, TableStepSpec
from core.shape.steps.common import HERE, ids

SPECS = (
    TableStepSpec(
        key="sample",
        title="Draw a sample of rows",
        purpose="Keeps rows drawn at random; the same seed draws the same rows. They stay in their order.",
        when="A large table is to be tried quickly, or some groups would drown the others.",
        group="Rows",
        params=(
            StepParam(
                name="by", kind="choice", label="Say it as", default="share", choices=("share", "count"),
                choice_labels=("A share of the rows", "A number of rows"),
            ),
            StepParam(
                name="share", kind="number", label="Share in percent", default=10.0, low=0.0, high=100.0,
                active_when=Condition(param="by", values=("share",)),
            ),
            StepParam(
                name="count", kind="int", label="Rows", default=1000, low=1,
                active_when=Condition(param="by", values=("count",)),
            ),
            StepParam(
                name="within", kind="column", label="From each value of", optional=True,
                help="Draws from each group apart (stratified sampling): the share, or the number, holds in each.",
            ),
            StepParam(name="seed", kind="int", label="Seed", default=0, low=0, help="Another number draws others."),
        ),
        sentence="Draw[ {share} % of the rows][ {count} rows] at random[ from each value of {within}]",
        compile=f"{HERE}.sampling:sample",
    ),
)  # fmt: skip


def sample(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "sample".

    Each row gets a number from its place and the seed, so that the draw is the same on every machine and with any
    number of threads; the rows with the lowest numbers are drawn.
    """
    groups = ids(flow, [values["within"]]) if values["within"] else []
    place, mark, size = context.fresh("c"), context.fresh("c"), context.fresh("c")
    placed = f"SELECT *, row_number() OVER (ORDER BY r) AS {place} FROM {flow.relation}"
    marked = flow.then(context, placed, flow.fields)
    by = f"PARTITION BY {', '.join(groups)}" if groups else ""
    # md5 has no version: the hash of the database may change with it.
    draw = f"md5(CAST({place} AS VARCHAR) || '/{int(values['seed'])}')"
    body = (
        f"SELECT *, row_number() OVER ({by} ORDER BY {draw}, {place}) AS {mark}, count(*) OVER ({by}) AS {size} "
        f"FROM {marked.relation}"
    )
    drawn = marked.then(context, body, flow.fields)
    wanted = f"{int(values['count'])}" if values["by"] == "count" else f"round({size} * {values['share'] / 100!r})"
    return drawn.where(context, f"{mark} <= {wanted}")
