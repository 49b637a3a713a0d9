from __future__ import annotations

from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.task import Task
from core.models.fitted import FittedModel
from core.run.recipe import ModelChoice, Recipe
from core.run.result import ModelResult, Score
from core.types import ColumnKind, Framework, ModelStatus, StorageType

COLUMNS = (
    ColumnSchema(name="fare, paid", storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC, missing=9),
    ColumnSchema(name="port", storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL, examples=("S", "C")),
    ColumnSchema(name="age", storage=StorageType.INT, kind=ColumnKind.NUMERIC),
    ColumnSchema(name="paid", storage=StorageType.BOOL, kind=ColumnKind.BOOLEAN),
    ColumnSchema(name="day", storage=StorageType.DATETIME, kind=ColumnKind.DATETIME),
)
CLASSES = ("=no", 'yes, "sure"')


def dataset(**changes: object) -> Dataset:
    facts = {
        "id": "d1", "name": "Ships", "path": "x.parquet", "rows": 80, "columns": COLUMNS, "fingerprint": "f" * 16,
        "parse": ParseSettings(),
    }  # fmt: skip
    return Dataset.model_validate({**facts, **changes})


def recipe_of(fitted: FittedModel) -> Recipe:
    models = (ModelChoice(key=fitted.key), ModelChoice(key="other"))
    return Recipe(dataset="f" * 16, task=Task(kind=fitted.task, target=fitted.target), models=models)


def result_of(fitted: FittedModel, framework: Framework = Framework.SKLEARN) -> ModelResult:
    metric = "roc_auc" if fitted.task.is_classification else "rmse"
    return ModelResult(
        label=fitted.key, key=fitted.key, title="Logistic regression", framework=framework, status=ModelStatus.OK,
        scores=(Score(metric=metric, value=0.8123, low=0.79, high=0.83),),
        holdout=(Score(metric=metric, value=0.7777, low=0.7, high=0.85),), device="cpu",
    )  # fmt: skip
