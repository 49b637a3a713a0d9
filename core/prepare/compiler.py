"""From a plan to one scikit-learn transformer: raw columns in, a dense matrix of numbers out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.prepare.journeys import ColumnJourney, journeys
from core.prepare.plan import InputNeeds, PreparePlan
from core.prepare.resolve import MOST_CODES, RARE_BELOW, Route, resolve
from core.types import ColumnKind, Encoding

__all__ = ["ColumnJourney", "Compiled", "compile_plan", "journeys"]

Part = tuple[str, Any, list[str]]
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Compiled:
    """A plan made executable for one model family.

    Attributes
    ----------
    transformer : sklearn.pipeline.Pipeline
        Unfitted; from a frame of raw columns to a dense float64 array of shape (n_rows, n_features).
    n_codes : int
        The first ``n_codes`` features are category codes.
    columns : tuple of ColumnSchema
        Raw columns that are really read; the others never reach the model.
    """

    transformer: Any
    n_codes: int
    columns: tuple[ColumnSchema, ...]


def compile_plan(plan: PreparePlan, columns: Sequence[ColumnSchema], needs: InputNeeds) -> Compiled:
    """Build the transformer that carries out ``plan`` for a model with ``needs``.

    Parameters
    ----------
    plan : PreparePlan
        Chosen steps. Numbers that no step names pass; other columns that no step encodes are left out.
    columns : sequence of ColumnSchema
        The features in use.
    needs : InputNeeds
        Encoding, scaling and handling of missing numbers that the model wants.

    Returns
    -------
    Compiled
        Output is finite, except for NaN in number and date columns where the model takes missing numbers and the
        plan fills them only where needed.

    Raises
    ------
    InvalidInput
        With every problem of the plan.
    LatheError
        Where no column would reach the model.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    from core.prepare.transformers import FiniteMatrix, RawColumns

    routes = [route for route in resolve(plan, columns) if route.is_used]
    if not routes:
        raise LatheError(
            "The plan leaves no column for the model to learn from.", hint="Keep at least one column.", field="plan"
        )
    codes, others = _category_parts(routes, needs)
    parts = [*codes, *_number_parts(routes, needs), *_date_parts(routes, needs), *others, *_text_parts(routes)]
    # Columns are picked by place, which no odd name can upset. Names of features may repeat across parts (a column "a"
    # with level "b = c", a column "a = b" with level "c"); FiniteMatrix makes them unique.
    place = {route.column.name: index for index, route in enumerate(routes)}
    placed = [(name, step, [place[column] for column in names]) for name, step, names in parts]
    gather = ColumnTransformer(placed, sparse_threshold=0.0, verbose_feature_names_out="{feature_name}")
    raw = RawColumns(names=[route.column.name for route in routes], storages=[route.storage.value for route in routes])
    finish = FiniteMatrix(keep_missing=needs.native_missing)
    transformer = Pipeline([("raw", raw), ("columns", gather), ("matrix", finish)])
    n_codes = sum(len(names) for _, _, names in codes)
    return Compiled(transformer, n_codes, tuple(route.column for route in routes))


def _category_parts(routes: Sequence[Route], needs: InputNeeds) -> tuple[list[Part], list[Part]]:
    """Return the parts that give codes and those that give other columns."""
    codes: list[Part] = []
    others: list[Part] = []
    encoded = [route for route in routes if "encode_categories" in route.steps]
    for place, (key, names) in enumerate(_grouped(encoded, lambda route: _category_key(route, needs))):
        encoding, fill, levels = key
        if encoding is Encoding.ONE_HOT:
            others.append((f"one_hot_{place}", _one_hot(fill, levels), names))
        elif needs.encoding is Encoding.ONE_HOT:
            others.append((f"codes_{place}", _codes(fill, scale=needs.scaling), names))
        else:
            codes.append((f"codes_{place}", _codes(fill, scale=False), names))
    return codes, others


def _category_key(route: Route, needs: InputNeeds) -> tuple[Encoding, str, int]:
    encoding = route.encoding(needs.encoding)
    method = route.steps.get("impute_categories", {}).get("method", "level")
    if encoding is Encoding.ONE_HOT:
        return encoding, str(method), int(route.steps["encode_categories"]["max_levels"] or 0)
    # A missing category has the code -1, which boosted trees and embeddings know as missing.
    return encoding, "keep" if method == "level" else str(method), MOST_CODES


def _one_hot(fill: str, levels: int) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    from core.prepare.transformers import Categories, level_name

    encoder = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        max_categories=levels,
        sparse_output=False,
        feature_name_combiner=level_name,
    )
    return make_pipeline(Categories(fill=fill), encoder)


def _codes(fill: str, *, scale: bool) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder, StandardScaler

    from core.prepare.transformers import Categories

    tidy = Categories(fill=fill, min_rows=RARE_BELOW, max_levels=MOST_CODES)
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
    return make_pipeline(tidy, encoder, *([StandardScaler()] if scale else []))


def _number_parts(routes: Sequence[Route], needs: InputNeeds) -> list[Part]:
    numbers = [route for route in routes if route.column.kind is ColumnKind.NUMERIC]
    parts: list[Part] = []
    for place, (key, names) in enumerate(_grouped(numbers, lambda route: _number_key(route, needs))):
        fill, constant, scaling = key
        parts.append((f"numbers_{place}", _number_pipeline(fill, constant, scaling), names))
    marked = [route.column.name for route in numbers if _fills(route, needs) and _has_indicator(route)]
    if marked:
        from sklearn.impute import MissingIndicator

        parts.append(("missing", MissingIndicator(features="missing-only", error_on_new=False, sparse=False), marked))
    return parts


def _number_key(route: Route, needs: InputNeeds) -> tuple[str, float, str]:
    scaling = route.scaling if needs.scaling else "none"
    if not _fills(route, needs):
        return "", 0.0, scaling
    chosen = route.steps.get("impute_numbers", {})
    return str(chosen.get("method", "median")), float(chosen.get("constant") or 0.0), scaling


def _fills(route: Route, needs: InputNeeds) -> bool:
    """Tell whether missing numbers are filled: where the model needs it, or the plan says always."""
    return not needs.native_missing or route.steps.get("impute_numbers", {}).get("when") == "always"


def _has_indicator(route: Route) -> bool:
    return bool(route.steps.get("impute_numbers", {}).get("indicator"))


def _number_pipeline(fill: str, constant: float, scaling: str) -> Any:
    from sklearn.pipeline import make_pipeline

    steps = [*_imputer(fill, constant), *_scaler(scaling)]
    return make_pipeline(*steps) if steps else "passthrough"


def _imputer(fill: str, constant: float) -> list[Any]:
    from sklearn.impute import SimpleImputer

    if not fill:
        return []
    # A column that is empty in a fold is kept (as zeros), so that the width does not depend on the rows drawn.
    return [SimpleImputer(strategy=fill, fill_value=constant if fill == "constant" else None, keep_empty_features=True)]


def _scaler(method: str) -> list[Any]:
    from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

    match method:
        case "standard":
            return [StandardScaler()]
        case "min_max":
            return [MinMaxScaler()]
        case "robust":
            return [RobustScaler()]
        case _:
            return []


def _date_parts(routes: Sequence[Route], needs: InputNeeds) -> list[Part]:
    from sklearn.pipeline import make_pipeline

    from core.prepare.transformers import DateParts

    dates = [route for route in routes if route.column.kind is ColumnKind.DATETIME]
    fill = "" if needs.native_missing else "median"
    parts: list[Part] = []
    for place, (key, names) in enumerate(_grouped(dates, lambda route: (route.date_parts, route.scaling))):
        wanted, scaling = key
        steps = [*_imputer(fill, 0.0), *_scaler(scaling if needs.scaling else "none")]
        parts.append((f"dates_{place}", make_pipeline(DateParts(parts=list(wanted)), *steps), names))
    return parts


def _text_parts(routes: Sequence[Route]) -> list[Part]:
    from core.prepare.transformers import TextWords

    texts = [route for route in routes if "encode_text" in route.steps]
    return [
        (f"text_{place}", TextWords(max_words=int(route.steps["encode_text"]["max_words"] or 0)), [route.column.name])
        for place, route in enumerate(texts)
    ]


def _grouped(routes: Iterable[Route], key: Callable[[Route], K]) -> list[tuple[K, list[str]]]:
    """Return columns that share their settings together, so that each group is one transformer."""
    groups: dict[K, list[str]] = {}
    for route in routes:
        groups.setdefault(key(route), []).append(route.column.name)
    return list(groups.items())
