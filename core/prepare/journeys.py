"""What happens to each column on its way to the model, in words, for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.data.schema import ColumnSchema
from core.prepare.plan import PreparePlan
from core.prepare.resolve import Route, resolve
from core.types import ColumnKind, Encoding

_FILL_WORDS = {"median": "missing filled with the median", "mean": "missing filled with the mean"}
_SCALE_WORDS = {
    "standard": "scaled to mean 0 and spread 1",
    "min_max": "scaled to 0 to 1",
    "robust": "scaled by median and quartiles",
}


@dataclass(frozen=True)
class ColumnJourney:
    """One column from raw to features.

    Attributes
    ----------
    column : str
        Name.
    kind : ColumnKind
        What it means.
    shared, linear, trees, networks : tuple of str
        Steps in words: those for every model, and those for each family ("linear" includes nearest neighbours).
    features_out_estimate : int
        Columns of the prepared matrix it becomes for a linear model, about. 0 where it is left out.
    note : str
        Why it is left out, or what is done that no step asks for.
    """

    column: str
    kind: ColumnKind
    shared: tuple[str, ...] = ()
    linear: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    features_out_estimate: int = 0
    note: str = ""


def journeys(plan: PreparePlan, columns: Sequence[ColumnSchema]) -> tuple[ColumnJourney, ...]:
    """Describe what ``plan`` does to each of ``columns``, in column order.

    Raises
    ------
    InvalidInput
        With every problem of the plan.
    """
    return tuple(_journey(route, plan) for route in resolve(plan, columns))


def _journey(route: Route, plan: PreparePlan) -> ColumnJourney:
    column = route.column
    if not route.is_used:
        return ColumnJourney(column.name, column.kind, note=_why_out(route, plan))
    match column.kind:
        case ColumnKind.NUMERIC:
            return _number_journey(route)
        case ColumnKind.DATETIME:
            return _date_journey(route)
        case _:
            return _category_journey(route)


def _why_out(route: Route, plan: PreparePlan) -> str:
    if "drop_columns" in route.steps:
        reasons = (
            s.reason for s in plan.steps if s.enabled and s.step == "drop_columns" and route.column.name in s.columns
        )
        return f"Left out. {next(reasons, '')}".strip()
    return "Left out: no step turns it into numbers."


def _number_journey(route: Route) -> ColumnJourney:
    fill = route.steps.get("impute_numbers")
    method = str(fill["method"]) if fill else "median"
    words = _FILL_WORDS.get(method) or f"missing filled with {float(fill['constant'] or 0) if fill else 0:g}"
    filled = [words]
    marked = bool(fill and fill["indicator"])
    if marked:
        filled.append("missing cells marked in a column of their own")
    always = bool(fill and fill["when"] == "always")
    shared = tuple(filled) if always else ()
    needed = () if always else tuple(filled)
    scaled = tuple(words for words in [_SCALE_WORDS.get(route.scaling)] if words)
    return ColumnJourney(
        route.column.name,
        route.column.kind,
        shared=shared,
        linear=(*needed, *scaled),
        trees=() if always else (f"{', '.join(filled)} (boosted trees take missing as it is)",),
        networks=(*needed, *scaled),
        features_out_estimate=1 + int(marked and route.column.missing > 0),
        note="" if fill else "No step fills missing numbers here, so models that need it get the median.",
    )


def _date_journey(route: Route) -> ColumnJourney:
    scaled = tuple(words for words in [_SCALE_WORDS.get(route.scaling)] if words)
    fill = ("missing parts filled with the median",)
    return ColumnJourney(
        route.column.name,
        route.column.kind,
        shared=(f"taken apart: {', '.join(route.date_parts)}",),
        linear=(*fill, *scaled),
        trees=(f"{fill[0]} (boosted trees take missing as it is)",),
        networks=(*fill, *scaled),
        features_out_estimate=len(route.date_parts),
    )


def _category_journey(route: Route) -> ColumnJourney:
    words = route.steps.get("encode_text")
    shared = (f"the {words['max_words']} most frequent words weighted (TF-IDF)",) if words else ()
    estimate = int(words["max_words"] or 0) if words else 0
    if "encode_categories" not in route.steps:
        return ColumnJourney(route.column.name, route.column.kind, shared=shared, features_out_estimate=estimate)
    levels = route.column.unique + int(route.column.missing > 0)
    width = min(levels, int(route.steps["encode_categories"]["max_levels"] or 0))
    one_hot = route.encoding(Encoding.ONE_HOT) is Encoding.ONE_HOT
    return ColumnJourney(
        route.column.name,
        route.column.kind,
        shared=(_fill_words(route), *shared),
        linear=(_encode_words(route, Encoding.ONE_HOT, levels, width),),
        trees=(_encode_words(route, Encoding.CODES, levels, width),),
        networks=(_encode_words(route, Encoding.EMBEDDING, levels, width),),
        features_out_estimate=estimate + (width if one_hot else 1),
    )


def _fill_words(route: Route) -> str:
    method = route.steps.get("impute_categories", {}).get("method", "level")
    return "missing counts as a category" if method == "level" else "missing filled with the most frequent category"


def _encode_words(route: Route, family: Encoding, levels: int, width: int) -> str:
    match route.encoding(family):
        case Encoding.ONE_HOT:
            return f"{width} columns of 0 and 1" + (", rare categories share one" if levels > width else "")
        case Encoding.EMBEDDING:
            return "an embedding learned for each category"
        case _:
            return "one number a category"
