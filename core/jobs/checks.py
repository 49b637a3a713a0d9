"""What must hold before a recipe becomes a run: everything that can be known without reading the table."""

from __future__ import annotations

import re
import unicodedata

from core.data.catalog import DatasetCatalog
from core.data.schema import Dataset
from core.errors import InvalidInput, LatheError, NotFound
from core.evaluate.metrics import ordered_metrics
from core.models.registry import get_model
from core.params import validate_params
from core.run.board import BASELINE
from core.run.members import member_problems
from core.run.recipe import ModelChoice, Recipe
from core.store.workspace import Workspace
from core.types import TaskKind

MAX_LABEL = 80
_LABEL = re.compile(r"[^\W_](?:[\w .()+=-]*[\w)+])?")


def completed(recipe: Recipe, dataset: Dataset) -> Recipe:
    """Return ``recipe`` tied to ``dataset``, with the naive baseline among its models."""
    models = recipe.models
    if all(choice.key != BASELINE for choice in models):
        models = (ModelChoice(key=BASELINE), *models)
    return recipe.model_copy(update={"dataset": dataset.fingerprint, "dataset_id": dataset.id, "models": models})


def find_dataset(workspace: Workspace, recipe: Recipe) -> Dataset:
    """Return the dataset of ``recipe``, in the version that the recipe names.

    Raises
    ------
    LatheError
        With field "dataset", where it is not there or that version of it is gone.
    """
    catalog = DatasetCatalog(workspace)
    try:
        present = catalog.get(recipe.dataset_id)
    except NotFound as error:
        raise LatheError(
            "The run needs its table. It is not in this workspace any more.",
            hint="Upload the table again.",
            field="dataset",
        ) from error
    try:
        return catalog.version(present.id, recipe.dataset)
    except NotFound as error:
        raise LatheError(
            "The recipe must run on the table it was made for; this table's content differs.",
            hint="Choose the table again, or make a new recipe.",
            field="dataset",
        ) from error


def check_recipe(recipe: Recipe, dataset: Dataset) -> None:
    """Check target, metric and models.

    Raises
    ------
    InvalidInput
        With every problem. Fields: "task.target", "task.metric", "models", "models.<label>",
        "models.<label>.<parameter>".
    """
    problems: list[LatheError] = []
    if recipe.task.target not in dataset.column_names:
        problems.append(
            LatheError(
                f"The target must be a column of the table. {recipe.task.target!r} is not.",
                hint="Choose the target again.",
                field="task.target",
            )
        )
    try:
        ordered_metrics(recipe.task)
    except LatheError as error:
        problems.append(error)
    if not recipe.models:
        problems.append(LatheError("A run needs at least one model.", hint="Choose a model.", field="models"))
    labels = [choice.label for choice in recipe.models]
    folders = [_folder_name(label) for label in labels]
    for label in sorted({label for label in labels if folders.count(_folder_name(label)) > 1}):
        problems.append(
            LatheError(
                f"Every model of a run needs a name of its own. {label!r} is there more than once.",
                hint="Give one of them another name.",
                field=f"models.{label}",
            )
        )
    for choice in recipe.models:
        problems += _choice_problems(choice, recipe.task.kind)
        problems += member_problems(choice, recipe)
    if problems:
        raise InvalidInput(problems)


def _folder_name(label: str) -> str:
    """Return ``label`` as macOS compares names of folders: without case, and accents written in one way."""
    return unicodedata.normalize("NFC", label).casefold()


def _choice_problems(choice: ModelChoice, kind: TaskKind) -> list[LatheError]:
    field = f"models.{choice.label}"
    problems: list[LatheError] = []
    if len(choice.label) > MAX_LABEL or not _LABEL.fullmatch(choice.label):
        problems.append(
            LatheError(
                f"A model's name is made of letters, digits, spaces and . _ - + = ( ), at most {MAX_LABEL} characters, "
                f"and begins with a letter or digit. {choice.label[:MAX_LABEL]!r} is not.",
                hint="Its results are kept in a folder of that name.",
                field=field,
            )
        )
    try:
        spec = get_model(choice.key)
    except NotFound as error:
        return [*problems, LatheError(error.message, hint=error.hint, field=field)]
    if kind not in spec.tasks:
        problems.append(
            LatheError(f"{spec.title} cannot do a {kind.value} task.", hint="Choose another model.", field=field)
        )
    try:
        validate_params(spec.params, choice.params)
    except InvalidInput as error:
        problems += [
            LatheError(f"{spec.title}: {one.message}", hint=one.hint, field=f"{field}.{one.field}")
            for one in error.problems
        ]
    return problems
