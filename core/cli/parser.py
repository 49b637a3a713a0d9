"""What the command line accepts. Commands are imported when they run, so that ``--help`` is quick."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from core import __version__

if TYPE_CHECKING:
    Command = Callable[[argparse.Namespace], int]
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; each command stores its function as ``command``."""
    parser = argparse.ArgumentParser(prog="python -m core", description="Lathe's engine without the screens.")
    parser.add_argument("--version", action="version", version=f"lathe {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_convert(commands)
    _add_profile(commands)
    _add_quality(commands)
    _add_report(commands)
    _add_shape(commands)
    _add_plan(commands)
    _add_models(commands)
    _add_suggest(commands)
    _add_train(commands)
    _add_run(commands)
    _add_curves(commands)
    _add_coefficients(commands)
    _add_diagnosis(commands)
    _add_evaluation(commands)
    _add_predict(commands)
    _add_verify(commands)
    _add_jobs(commands)
    _add_compare(commands)
    _add_project(commands)
    return parser


def _late(path: str) -> Command:
    """Return a command that is imported when it is called."""
    module, _, name = path.partition(":")

    def command(parsed: argparse.Namespace) -> int:
        function: Command = getattr(import_module(module), name)
        return function(parsed)

    return command


def _add(commands: Commands, name: str, path: str, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(command=_late(path))
    return parser


def _add_workspace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="workspace folder (default: LATHE_WORKSPACE)")


def _add_convert(commands: Commands) -> None:
    text = "Read tables with no settings given and write them as clean CSV; print the settings found as JSON."
    parser = _add(commands, "convert", "core.cli.convert:convert", text)
    parser.add_argument("source", type=Path, metavar="FILE_OR_FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE_OR_FOLDER")
    parser.add_argument("--names", action="store_true", help="name the columns column_1, column_2 ... where none are")
    parser.add_argument(
        "--escape-formulas", action="store_true", help="put an apostrophe before texts a spreadsheet would calculate"
    )


def _add_profile(commands: Commands) -> None:
    parser = _add(commands, "profile", "core.cli.tables:profile", "Show what is in a table.")
    parser.add_argument("file", type=Path)


def _add_quality(commands: Commands) -> None:
    parser = _add(commands, "quality", "core.cli.quality:quality", "Say what is wrong with a table, and check rules.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--target", default="", metavar="COLUMN", help="the column to predict")
    parser.add_argument("--rules", type=Path, metavar="RULES.json", help="exit status 3 where one is broken")


def _add_shape(commands: Commands) -> None:
    parser = _add(commands, "shape", "core.cli.shape:shape", "Do a list of steps to a table and write the outcome.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--steps", type=Path, required=True, metavar="STEPS.json", help='[{"key": ..., "params": ...}]')
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends in .csv or .parquet")


def _add_plan(commands: Commands) -> None:
    text = "Suggest, tell, check and forecast the preparation of a table, or write it as a script."
    actions = commands.add_parser("plan", help=text, description=text).add_subparsers(required=True, metavar="ACTION")
    parsers = {
        name: _add(actions, name, f"core.cli.plan:{name}", told)
        for name, told in (
            ("suggest", "Write the suggested plan, each step with its reason."),
            ("show", "Tell what becomes of each column."),
            ("check", "Check a plan for every family of models and carry it out once."),
            ("forecast", "Tell how wide, large and slow the preparation will be."),
            ("code", "Write a plan as a stand-alone Python script."),
        )
    }
    for name, parser in parsers.items():
        parser.add_argument("file", type=Path)
        parser.add_argument("--target", default="", metavar="COLUMN", help="the column to predict")
        parser.add_argument("--task", choices=["binary", "multiclass", "regression"], help="default: proposed")
        if name != "suggest":
            parser.add_argument("--plan", type=Path, metavar="PLAN.yaml", help="default: the suggested plan")
        if name in ("show", "code"):
            families = ["linear", "trees", "networks"]
            parser.add_argument("--family", choices=families, default="linear", help="models it is for")
        if name in ("suggest", "code"):
            parser.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    parsers["code"].add_argument("--seed", type=int, default=0)
    parsers["code"].add_argument("--prove", action="store_true", help="run it in a fresh process and compare")


def _add_report(commands: Commands) -> None:
    parser = _add(commands, "report", "core.cli.tables:report", "Write a report on a table as one HTML file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--target", default="", metavar="COLUMN", help="hold every column against this one")
    parser.add_argument("--out", type=Path, required=True, metavar="REPORT.html")


def _add_models(commands: Commands) -> None:
    parser = _add(commands, "models", "core.cli.tables:models", "List the models.")
    parser.add_argument("--task", choices=["binary", "multiclass", "regression"])


def _add_suggest(commands: Commands) -> None:
    parser = _add(commands, "suggest", "core.cli.inside:suggest", "Suggest models for a table, with reasons.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--target", required=True, metavar="COLUMN")
    parser.add_argument("--task", choices=["binary", "multiclass", "regression"], help="default: proposed")
    parser.add_argument("--readable", action="store_true", help="a person must be able to read the model")
    parser.add_argument("--fast", action="store_true", help="answers must come at once")
    parser.add_argument("--most", type=int, default=3, metavar="N", help="at most this many")


def _add_train(commands: Commands) -> None:
    parser = _add(commands, "train", "core.cli.train:train", "Race models on a table and keep the best.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--target", required=True, metavar="COLUMN")
    parser.add_argument(
        "--task", choices=["binary", "multiclass", "regression"], help="default: proposed from the target"
    )
    parser.add_argument("--models", default="", metavar="A,B", help="model keys (default: all); see `models`")
    parser.add_argument(
        "--combine", choices=["voting", "stacking"], default="", help="train one model more that is made of the others"
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--metric", default="", metavar="M")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--time-limit", type=float, default=0.0, metavar="SECONDS", help="0 means no limit")
    parser.add_argument("--device", choices=["auto", "cpu", "gpu"], default="auto")
    parser.add_argument("--out", type=Path, metavar="PASSPORT.zip", help="write the best model here")
    _add_workspace(parser)


def _add_run(commands: Commands) -> None:
    parser = _add(commands, "run", "core.cli.train:run_recipe", "Carry out a recipe file.")
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--out", type=Path, metavar="PASSPORT.zip", help="write the best model here")
    _add_workspace(parser)


def _add_diagnosis(commands: Commands) -> None:
    spots = _add(commands, "weak-spots", "core.cli.diagnosis:weak_spots", "Say where a model is worse than elsewhere.")
    queue = _add(commands, "review", "core.cli.diagnosis:review", "List the rows that a person should look at.")
    sent = _add(commands, "mlflow", "core.cli.diagnosis:mlflow", "Send a run to an MLflow tracking server.")
    queue.add_argument("--most", type=int, default=30, metavar="N", help="rows to print (default: 30)")
    for parser in (spots, queue, sent):
        parser.add_argument("run", metavar="RUN")
        if parser is not sent:
            parser.add_argument("label", metavar="LABEL", help="name of the model on the board")
        _add_workspace(parser)
    sent.add_argument("--url", default="", metavar="URL", help="address of the server (default: LATHE_MLFLOW_URL)")


def _add_coefficients(commands: Commands) -> None:
    text = "Show what stands inside a model of a run: its weights, or the rules of a tree."
    parser = _add(commands, "coefficients", "core.cli.inside:coefficients", text)
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("label", metavar="MODEL", help="its name on the board")
    _add_workspace(parser)


def _add_curves(commands: Commands) -> None:
    parsers = (
        _add(commands, "learning-curve", "core.cli.curves:learning", "Tell whether more rows would help a model."),
        _add(commands, "validation-curve", "core.cli.curves:validation", "Try values of one parameter of a model."),
    )
    for parser in parsers:
        parser.add_argument("file", type=Path)
        parser.add_argument("--target", required=True, metavar="COLUMN")
        parser.add_argument("--model", required=True, metavar="KEY", help="see `models`")
        parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the model")
        parser.add_argument("--task", choices=["binary", "multiclass", "regression"], help="default: proposed")
        parser.add_argument("--folds", type=int, default=5)
        parser.add_argument("--metric", default="", metavar="M")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--device", choices=["auto", "cpu", "gpu"], default="auto")
    parsers[1].add_argument("--param", default="", metavar="NAME", help="default: the one that matters most")
    parsers[1].add_argument("--values", default="", metavar="A,B", help="default: spread over its range")


def _add_evaluation(commands: Commands) -> None:
    told = {
        "thresholds": "Choose the probability from which on a row is called the class asked for.",
        "calibration": "Say whether probabilities can be taken at their word.",
        "conformal": "Learn intervals or sets of classes that hold the truth for a share of rows.",
    }
    parsers = {name: _add(commands, name, f"core.cli.evaluation:{name}", text) for name, text in told.items()}
    for parser in parsers.values():
        parser.add_argument("run", metavar="RUN")
        parser.add_argument("label", metavar="LABEL", help="a model of the run")
        _add_workspace(parser)
    goals = ["cost", "f1", "recall", "precision", "share"]
    chooser = parsers["thresholds"]
    chooser.add_argument("--goal", choices=goals, default="cost")
    chooser.add_argument("--wanted", type=float, metavar="SHARE", help="for recall, precision and share: 0 to 1")
    chooser.add_argument("--miss", type=float, metavar="COST", help="default: as the goal names it, else 1")
    chooser.add_argument("--alarm", type=float, metavar="COST", help="default: as the goal names it, else 1")
    chooser.add_argument("--capacity", type=float, default=0.2, metavar="SHARE", help="rows a person can look at")
    parsers["conformal"].add_argument("--coverage", type=float, default=0.9, metavar="SHARE")
    parsers["conformal"].add_argument("--method", choices=["plain", "scaled", "lac", "aps"], help="default: the usual")
    for name in ("thresholds", "conformal"):
        parsers[name].add_argument("--use", action="store_true", help="let predictions and the passport use it")


def _add_predict(commands: Commands) -> None:
    parser = _add(commands, "predict", "core.cli.passports:predict", "Predict the rows of a table with a passport.")
    parser.add_argument("passport", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True, metavar="PREDICTIONS.csv")


def _add_verify(commands: Commands) -> None:
    parser = _add(
        commands, "verify", "core.cli.passports:verify", "Prove in a fresh process that a passport answers as stored."
    )
    parser.add_argument("passport", type=Path)


def _add_jobs(commands: Commands) -> None:
    parser = _add(commands, "jobs", "core.cli.jobs:jobs", "Show jobs and say what becomes of them.")
    actions = ["list", "stop", "resume", "skip", "keep", "more"]
    parser.add_argument(
        "action",
        nargs="?",
        choices=actions,
        default="list",
        help="stop; resume; skip a model; keep what is there; give a run more time",
    )
    parser.add_argument("id", nargs="?", default="", help="a job or a run")
    parser.add_argument("--minutes", type=float, default=10.0, help="for more: how many (default 10)")
    _add_workspace(parser)


def _add_compare(commands: Commands) -> None:
    parser = _add(commands, "compare", "core.cli.statistics:compare", "Test whether a difference is more than chance.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--value", required=True, metavar="COLUMN", help="the number or the category in question")
    parser.add_argument("--group", default="", metavar="COLUMN", help="groups to compare")
    parser.add_argument("--other", default="", metavar="COLUMN", help="a second number or category")
    parser.add_argument("--question", default="", help="what is asked (default: the one that fits the columns)")
    parser.add_argument("--test", default="", metavar="TEST", help="default: the suggested one")
    parser.add_argument("--levels", default="", metavar="A,B", help="groups to compare (default: all)")
    parser.add_argument("--level", default="", metavar="VALUE", help="value whose share is asked for")
    parser.add_argument("--expected", type=float, metavar="NUMBER", help="value to compare with")
    parser.add_argument("--all", action="store_true", help="test --value against every other column")
    parser.add_argument("--correction", choices=["holm", "bonferroni", "benjamini_hochberg", "none"], default="holm")
    parser.add_argument("--seed", type=int, default=0)


def _add_project(commands: Commands) -> None:
    parser = _add(commands, "project", "core.cli.statistics:project", "Turn a table into a map of points.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--method", choices=["pca", "tsne", "umap"], default="pca")
    parser.add_argument("--columns", default="", metavar="A,B", help="default: all that suit")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the method")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, metavar="POINTS.csv")
