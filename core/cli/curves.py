"""``learning-curve`` and ``validation-curve``: would more rows help a model, or another setting."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from core.cli.output import ProgressLine, print_json, print_table
from core.cli.scratch import scratch_dataset
from core.cli.train import recipe_of
from core.errors import LatheError
from core.models.registry import get_model
from core.params import ParamSpec, ParamValue
from core.run.curve_result import Band, Curve
from core.run.curve_values import param_of, value_text
from core.run.curves import learning_curve, validation_curve
from core.run.data import TrainingData
from core.run.execute import training_data
from core.run.recipe import Recipe


class _Shown:
    """A run's context that tells its progress on standard error."""

    threads = 1

    def __init__(self) -> None:
        self.line = ProgressLine()

    def report(self, fraction: float, stage: str, message: str = "", **values: ParamValue) -> None:
        """Show how far the fits are."""
        self.line.show(f"{fraction:4.0%}  {message}, {stage}")

    def should_stop(self) -> bool:
        """Return False: on the command line Ctrl-C ends it."""
        return False


def learning(parsed: argparse.Namespace) -> int:
    """Print the learning curve of a model on a table."""
    return _print(parsed, lambda recipe, data, shown: learning_curve(recipe, parsed.model, data, shown), None)


def validation(parsed: argparse.Namespace) -> int:
    """Print the validation curve of one parameter of a model on a table."""
    param = param_of(parsed.model, parsed.param or get_model(parsed.model).key_param)
    values = tuple(typed_value(param, text) for text in parsed.values.split(",") if text.strip())

    def draw(recipe: Recipe, data: TrainingData, shown: _Shown) -> Curve:
        return validation_curve(recipe, parsed.model, data, shown, param=param.name, values=values)

    return _print(parsed, draw, param)


def _print(parsed: argparse.Namespace, draw: Any, param: ParamSpec | None) -> int:
    parsed.models, parsed.time_limit, parsed.combine = parsed.model, 0.0, ""
    with scratch_dataset(parsed.file) as (workspace, dataset):
        recipe = recipe_of(parsed, workspace, dataset)
        given = dict(_setting(parsed.model, text) for text in parsed.set)
        choices = (recipe.models[0].model_copy(update={"params": given}),)
        recipe = recipe.model_copy(update={"models": choices})
        data, notes = training_data(workspace, dataset, recipe)
        for note in notes:
            print(f"note: {note}", file=sys.stderr)
        shown = _Shown()
        curve = draw(recipe, data, shown)
        shown.line.close()
    _tell(parsed, curve, param)
    return 0


def _tell(parsed: argparse.Namespace, curve: Curve, param: ParamSpec | None) -> None:
    bands = [(Band.of(one.learned), Band.of(one.unseen)) for one in curve.points]
    if parsed.json:
        points = [
            {"value": one.value, "learned": learned.mean, "unseen": unseen.mean, "low": unseen.low, "high": unseen.high}
            | {"reason": one.reason}
            for one, (learned, unseen) in zip(curve.points, bands, strict=True)
        ]
        about = curve.model_dump(include={"metric", "param", "current", "best", "finding", "sentence", "is_better"})
        print_json({**about, "points": points})
        return
    print_table(
        [param.name if param else "rows", "learned from", "not seen", "from", "to", "reason"],
        [
            [
                value_text(param, one.value) if param else one.value,
                learned.mean,
                unseen.mean,
                unseen.low,
                unseen.high,
                one.reason,
            ]
            for one, (learned, unseen) in zip(curve.points, bands, strict=True)
        ],
    )
    print(f"\n{curve.finding}. {curve.sentence}")


def _setting(key: str, text: str) -> tuple[str, ParamValue]:
    name, equals, value = text.partition("=")
    specs = {spec.name: spec for spec in get_model(key).params}
    if not equals or name not in specs:
        known = ", ".join(specs) or "none"
        raise LatheError(
            f"A setting is written NAME=VALUE with a parameter of the model; {text!r} is not.",
            hint=f"Parameters: {known}.",
            field="--set",
        )
    return name, typed_value(specs[name], value)


def typed_value(spec: ParamSpec, text: str) -> ParamValue:
    """Return a value as a person writes it on the command line in the parameter's type; "none" is no value.

    Raises
    ------
    LatheError
        Where the parameter does not allow it.
    """
    text = text.strip()
    if spec.optional and text.lower() in ("none", "null", ""):
        return None
    if spec.kind == "bool":
        return spec.check({"true": True, "on": True, "false": False, "off": False}.get(text.lower(), text))
    if spec.kind in ("int", "float"):
        try:
            return spec.check(float(text))
        except ValueError:
            return spec.check(text)
    return spec.check(text)
