from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from core.data.schema import ColumnSchema
from core.models.fitted import FittedModel
from core.types import ColumnKind, StorageType, TaskKind


def number(name: str) -> ColumnSchema:
    return ColumnSchema(name=name, storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC)


def text(name: str) -> ColumnSchema:
    return ColumnSchema(name=name, storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL)


@pytest.fixture
def mixed_frame() -> pd.DataFrame:
    """Numbers, text and missing cells in the canonical types; `noise` is read by no step of the pipelines."""
    rng = np.random.default_rng(7)
    rows = 120
    fare = rng.lognormal(3.0, 1.0, rows)
    fare[rng.random(rows) < 0.15] = np.nan
    port = rng.choice(np.array(["S", "C", "Q", None], dtype=object), rows)
    return pd.DataFrame(
        {
            "fare": fare,
            "port": pd.Series(port, dtype=object),
            "age": rng.normal(35, 12, rows),
            "noise": rng.random(rows),
        }
    )


@pytest.fixture
def mixed_model(mixed_frame: pd.DataFrame) -> FittedModel:
    y = np.where((mixed_frame["port"] == "C") | (mixed_frame["fare"].fillna(0) > 30), "yes", "no")
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), ["fare", "age"]),
        (OneHotEncoder(handle_unknown="ignore"), ["port"]),
    )
    pipeline = make_pipeline(prepare, LogisticRegression()).fit(mixed_frame, y)
    columns = (number("fare"), text("port"), number("age"), number("noise"))
    return FittedModel(pipeline, TaskKind.BINARY, "survived", columns, ("no", "yes"), "logistic")


@pytest.fixture
def linear_model() -> tuple[FittedModel, pd.DataFrame, np.ndarray]:
    """Exactly linear: y = 3 a - 2 b + 0 c."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(200, 3)), columns=["a", "b", "c"])
    y = (3 * frame["a"] - 2 * frame["b"] + 5).to_numpy()
    pipeline = make_pipeline(LinearRegression()).fit(frame, y)
    columns = (number("a"), number("b"), number("c"))
    return FittedModel(pipeline, TaskKind.REGRESSION, "y", columns, (), "linear"), frame, y
