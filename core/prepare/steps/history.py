"""Features from earlier rows. They are learned from the training rows, and looked up for any row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.calendar import added, chosen, helpers_behind
from core.prepare.steps.common import CATEGORY_KINDS, NUMBER_KINDS, number_of, text_of
from core.types import ColumnKind

MOST_LAGS = 50
LARGEST_LAG = 10_000

_STATISTICS = {
    "mean": ("Mean", True),
    "min": ("Smallest", False),
    "max": ("Largest", False),
    "sum": ("Sum", False),
    "std": ("Spread (standard deviation)", False),
    "count": ("Number of values", False),
}

_WHEN = (
    "Only training rows with an earlier time count, never the row itself or one of the same moment, and never rows to "
    "predict: for rows long after the training rows, the answer stays the same. So train again as time goes on, and "
    "split by time to see the true score. "
)

TIME = ParamSpec(
    name="time",
    kind="column",
    default="",
    column_kinds=(ColumnKind.DATETIME, ColumnKind.NUMERIC),
    label="Time",
    help="The column that says what came before what: a date, or a number that grows. Rows without it get nothing.",
    why_default="Only a person knows which column tells the order.",
    tunable=False,
)

GROUP = ParamSpec(
    name="group",
    kind="column",
    default="",
    optional=True,
    none_label="No groups",
    column_kinds=(*CATEGORY_KINDS, ColumnKind.NUMERIC),
    label="Group",
    help="Only rows with the same value count: the same shop, customer or machine. Rows without one are a group too.",
    why_default="Without groups, all rows are one series.",
    tunable=False,
)

LAGS = StepSpec(
    key="lags",
    title="Earlier values",
    purpose="Adds the last known values of the same group, such as the sales of the day before (lags).",
    when="Where rows follow each other in time and the past tells the future. " + _WHEN + "Groups that no training "
    "row has, and first rows, get missing values.",
    group=StepGroup.DATES,
    scope=StepScope.NEW,
    kinds=NUMBER_KINDS,
    takes=(Form.NUMBER,),
    gives=Form.NUMBER,
    formula=r"x_{g,t} \mapsto x_{g,t_k}, \quad t > t_1 > t_2 > \dots \text{ training times of group } g",
    source="Autoregression; Box and Jenkins (1970)",
    params=(
        TIME,
        GROUP,
        ParamSpec(
            name="lags",
            kind="text",
            default="1",
            label="Which earlier values",
            help="Whole numbers with commas between them: 1 is the last known value, 7 the seventh last. Missing cells "
            "are no values.",
            why_default="The last value tells most.",
            examples=("1", "1, 2, 7", "3 1"),
            tunable=False,
        ),
        ParamSpec(
            name="change",
            kind="bool",
            default=False,
            label="Also the change",
            help="The row's own value minus the last known one.",
            why_default="Models that add columns up find it themselves.",
            tunable=False,
        ),
        ParamSpec(
            name="since",
            kind="bool",
            default=False,
            label="Also the time since",
            help="Time since the last known value: in days for dates, else in the unit of the time column.",
            why_default="Where rows come at steady times it says nothing.",
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.history:build_lags",
    outline="core.prepare.steps.history:outline_lags",
    sentence="core.prepare.steps.history:say_lags",
)

ROLLING = StepSpec(
    key="rolling_windows",
    title="Statistics of earlier values",
    purpose="Adds the mean, the spread and the like of the last known values of the same group (rolling windows).",
    when="Where the recent level or spread matters more than single values. " + _WHEN + "Windows without a value are "
    "missing; their number of values is 0.",
    group=StepGroup.DATES,
    scope=StepScope.NEW,
    kinds=NUMBER_KINDS,
    takes=(Form.NUMBER,),
    gives=Form.NUMBER,
    formula=r"x_{g,t} \mapsto \frac{1}{|W|} \sum_{s \in W} x_{g,s}, \quad W = \{s < t\} \text{ within the window}",
    source="Moving averages; spreads joined as in Chan, Golub and LeVeque (1979)",
    params=(
        TIME,
        GROUP,
        ParamSpec(
            name="window",
            kind="choice",
            default="rows",
            choices=("rows", "time", "all"),
            choice_labels=("A number of values", "A stretch of time", "All earlier values"),
            label="Window",
            help="How far back values count.",
            why_default="Works for any time column.",
            tunable=False,
        ),
        ParamSpec(
            name="rows",
            kind="int",
            default=3,
            low=1,
            high=10_000,
            log=True,
            label="Values",
            help="The last so many known values.",
            why_default="Short windows follow changes.",
            active_when=Condition(param="window", values=("rows",)),
        ),
        ParamSpec(
            name="reach",
            kind="float",
            default=7.0,
            low=1e-6,
            high=1e9,
            label="Length",
            help="In days where the time is a date, else in the time's own unit. Values just as old still count.",
            why_default="A week has every weekday once.",
            active_when=Condition(param="window", values=("time",)),
        ),
        *(
            ParamSpec(
                name=name,
                kind="bool",
                default=default,
                label=label,
                help="Of the earlier values in the window.",
                why_default="The level is what matters most." if default else "Each one adds a column.",
                tunable=False,
            )
            for name, (label, default) in _STATISTICS.items()
        ),
    ),
    builder="core.prepare.steps.history:build_rolling",
    outline="core.prepare.steps.history:outline_rolling",
    sentence="core.prepare.steps.history:say_rolling",
)

STEPS: tuple[StepSpec, ...] = (LAGS, ROLLING)


def lags_of(params: Mapping[str, ParamValue]) -> list[int]:
    """Return the lags asked for, each once.

    Raises
    ------
    LatheError
        Where the text is no list of whole numbers from 1.
    """
    words = text_of(params, "lags").replace(",", " ").split()
    lags = [int(word) for word in words if word.isdecimal() and len(word) < 6]
    if len(lags) < len(words) or not lags or not all(1 <= lag <= LARGEST_LAG for lag in lags) or len(lags) > MOST_LAGS:
        raise LatheError(
            f"the earlier values must be up to {MOST_LAGS} whole numbers from 1 to {LARGEST_LAG:,}. "
            f"It is {text_of(params, 'lags')!r}.",
            hint="Write them with commas, such as 1, 2, 7.",
            field="lags",
        )
    return list(dict.fromkeys(lags))


def build_lags(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what looks earlier values up."""
    from core.prepare.transformers.windows import EarlierValues

    return EarlierValues(
        time=text_of(params, "time"),
        group=text_of(params, "group"),
        lags=lags_of(params),
        change=bool(params["change"]),
        since=bool(params["since"]),
        behind=helpers_behind(context),
    )


def outline_lags(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column a lag and number."""
    _require_time(params)
    return added(context, len(lags_of(params)) + bool(params["change"]) + bool(params["since"]))


def say_lags(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say which earlier values are added."""
    lags = ", ".join(str(lag) for lag in lags_of(params))
    return f"earlier values added: {lags}{_of_group(params)}"


def build_rolling(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what sums windows up."""
    from core.prepare.transformers.windows import EarlierWindows

    window = params["window"]
    return EarlierWindows(
        time=text_of(params, "time"),
        group=text_of(params, "group"),
        statistics=chosen(params, _STATISTICS),
        rows=int(number_of(params, "rows")) if window == "rows" else None,
        reach=number_of(params, "reach") if window == "time" else None,
        behind=helpers_behind(context),
    )


def outline_rolling(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column a statistic and number."""
    _require_time(params)
    return added(context, len(chosen(params, _STATISTICS)))


def say_rolling(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is summed up."""
    match params["window"]:
        case "rows":
            window = f"the last {int(number_of(params, 'rows'))} values"
        case "time":
            dated = context.helpers.get(text_of(params, "time")) is ColumnKind.DATETIME
            window = f"the last {number_of(params, 'reach'):g}" + (" days" if dated else "")
        case _:
            window = "all earlier values"
    return f"{', '.join(chosen(params, _STATISTICS))} of {window}{_of_group(params)} added"


def _of_group(params: Mapping[str, ParamValue]) -> str:
    return f" of the same {text_of(params, 'group')}" if params["group"] else ""


def _require_time(params: Mapping[str, ParamValue]) -> None:
    if not params["time"]:
        raise LatheError("the time must be chosen.", hint="Choose the column that says what came before what.")
