from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from export_helpers import CLASSES, COLUMNS, dataset, recipe_of, result_of
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from core.data.schema import ParseSettings
from core.export.passport import write_passport
from core.models.fitted import FittedModel
from core.types import TaskKind


@pytest.fixture
def raw() -> pd.DataFrame:
    """Raw rows in the canonical types, with cells that are hard to write: commas, quotes, line breaks, nothing."""
    rng = np.random.default_rng(3)
    rows = 80
    fare = rng.lognormal(3.0, 1.0, rows)
    fare[rng.random(rows) < 0.1] = np.nan
    ports = np.array(["S", "Québec, QC", 'the "old" port', "two\nlines", "=1+1", None], dtype=object)
    frame = pd.DataFrame(
        {
            "fare, paid": fare,
            "port": pd.Series(rng.choice(ports, rows), dtype=object),
            "age": rng.integers(1, 80, rows).astype(float),
            "paid": pd.Series(rng.choice(np.array(["true", "false", None], dtype=object), rows), dtype=object),
            "day": pd.Series(
                pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 10**7, rows), "s")
            ).dt.as_unit("us"),
        }
    )
    for name in frame:
        frame[name] = frame[name].mask(pd.Series(np.arange(rows) == 4))  # a row whose cells are all missing
    for name in ("port", "paid"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame


def _prepare():
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return make_column_transformer(
        (numbers, ["fare, paid", "age"]), (OneHotEncoder(handle_unknown="ignore"), ["port", "paid"])
    )


@pytest.fixture
def classifier(raw: pd.DataFrame) -> FittedModel:
    y = np.where(raw["fare, paid"].fillna(0) > 20, CLASSES[1], CLASSES[0])
    pipeline = make_pipeline(_prepare(), LogisticRegression()).fit(raw, y)
    return FittedModel(pipeline, TaskKind.BINARY, "survived", COLUMNS, CLASSES, "logistic")


@pytest.fixture
def regressor(raw: pd.DataFrame) -> FittedModel:
    y = (raw["fare, paid"].fillna(0) * 1e5 + raw["age"].fillna(0)).to_numpy()
    pipeline = make_pipeline(_prepare(), Ridge()).fit(raw, y)
    return FittedModel(pipeline, TaskKind.REGRESSION, "price", COLUMNS, (), "ridge")


@pytest.fixture
def make_passport(tmp_path: Path, raw: pd.DataFrame) -> Callable[..., Path]:
    def make(
        fitted: FittedModel, *, parse: ParseSettings | None = None, name: str = "passport.zip", **more: object
    ) -> Path:
        path = tmp_path / name
        data = dataset(parse=parse or ParseSettings())
        write_passport(
            fitted, path, dataset=data, recipe=recipe_of(fitted), result=result_of(fitted), sample=raw.iloc[:30], **more
        )
        return path

    return make
