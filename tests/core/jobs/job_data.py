"""A small table and recipes on it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.catalog import DatasetCatalog
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.storage import fingerprint, write_table
from core.data.task import Split, Task
from core.run.recipe import ModelChoice, Recipe
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType, TaskKind

ROWS = 120


def make_dataset(workspace: Workspace, *, name: str = "visits") -> Dataset:
    """Store a table of a number, a category with missing cells, and two classes, in a project of its own."""
    project = ProjectStore(workspace).create(f"Project of {name}")
    draws = np.random.default_rng(0)
    age = draws.normal(size=ROWS)
    town = [None if row % 10 == 0 else "ABC"[row % 3] for row in range(ROWS)]
    bought = np.where(age + draws.normal(scale=0.5, size=ROWS) > 0, "yes", "no")
    columns = (
        ColumnSchema(name="age", storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC),
        ColumnSchema(name="town", storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL),
        ColumnSchema(name="bought", storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL),
    )
    table = pa.table(
        {"age": age, "town": pa.array(town, pa.large_string()), "bought": pa.array(bought, pa.large_string())}
    )
    path = f"datasets/{name}/data.parquet"
    write_table(workspace.path(path), table)
    dataset = Dataset(
        id=name, project_id=project.id, name=name, path=path, rows=ROWS, columns=columns,
        fingerprint=fingerprint(table, columns), parse=ParseSettings(),
    )  # fmt: skip
    return DatasetCatalog(workspace).save(dataset)


def recipe_for(described: Dataset, *keys: str, **options: object) -> Recipe:
    """Return a quick recipe with the models called ``keys``."""
    task = Task(kind=TaskKind.BINARY, target="bought", split=Split(folds=2))
    models = tuple(ModelChoice(key=key) for key in keys)
    recipe = Recipe(dataset=described.fingerprint, dataset_id=described.id, task=task, models=models)
    return recipe.model_copy(update=options)


def as_csv(rows: int = 5) -> str:
    """Return new rows as text, columns in another order, one category never seen."""
    frame = pd.DataFrame({"town": ["A", "B", "Z", "", "C"][:rows], "other": 1, "age": [0.1, -2.0, "", 3.0, 0.0][:rows]})
    return frame.to_csv(index=False)
