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
    by = f"PARTITION BY {', '.join(groups)}" if groups else ""
    place, draw = context.fresh("c"), context.fresh("c")
    chosen = ", ".join(["r", *groups])
    placed = f"SELECT {chosen}, row_number() OVER (ORDER BY r) AS {place} FROM {flow.relation}"
    drawn = f"SELECT {chosen}, {_scattered(place, int(values['seed']))} AS {draw} FROM ({placed})"
    wanted = (
        f"{int(values['count'])}"
        if values["by"] == "count"
        else f"round(count(*) OVER ({by}) * {values['share'] / 100!r})"
    )
    kept = f"SELECT r FROM ({drawn}) QUALIFY row_number() OVER ({by} ORDER BY {draw}, r) <= {wanted}"
    return flow.then(context, f"SELECT * FROM {flow.relation} WHERE r IN ({kept})", flow.recounted())


def _scattered(place: str, seed: int) -> str:
    """Return SQL of a number that looks like chance: four rounds of a Feistel network over 2 x 16 bits of the place.

    The hash functions of the database may change with its version; plain arithmetic does not.
    """
    left, right = f"(({place} // 65536) % 65536)", f"({place} % 65536)"
    for turn in range(4):
        key = (seed * 40503 + turn * 27644437 + 1) % 2147483647
        mixed = f"((({right} * 48271 + {key}) * 16807 % 2147483647) // 37 % 65536)"
        left, right = right, f"xor({left}, {mixed})"
    return f"({left} * 65536 + {right})"
