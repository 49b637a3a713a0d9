"""Runs side by side: what was done otherwise, which does better and how sure that is, their curves in one picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from components import services
from components.charts import show
from components.diagnosis_charts import classes_figure, within_figure
from components.facts import Fact, fact_list
from components.leaderboard import make_board, title_of
from components.messages import page_guard, plain
from components.numbers import counted, interval, number
from components.run_history import name_of
from components.theme import category_color
from core.errors import LatheError, NotFound
from core.evaluate.curves import precision_recall_curve, roc_curve
from core.evaluate.judged import Judged
from core.evaluate.metrics import get_metric
from core.jobs.follow import board_results
from core.run.compare_runs import Contender, ScoreDifference, compare_models, difference_words
from core.run.diagnosis import judged_rows
from core.run.recipe_words import SAME, recipe_differences
from core.run.run_list import RunSummary
from core.run.runs import Run
from core.types import TaskKind

MOST = 6
POINTS = 200


def compare(runs: Sequence[RunSummary]) -> None:
    """Draw two or more runs side by side; the first is what the others are held against."""
    chosen = runs[:MOST]
    if len(runs) > MOST:
        st.caption(f"The first {MOST} of {len(runs)} are compared.")
    contenders = []
    cells = st.columns(len(chosen), gap="medium")
    for place, (cell, summary) in enumerate(zip(cells, chosen, strict=True)):
        with cell, st.container(border=True, gap="small"):
            contender = _pick(summary, place)
            if contender is not None:
                contenders.append((_letter(place), contender))
    if len(contenders) < 2:
        st.caption("At least two of the runs must have a model with a score.")
        return
    (letter, first), *others = contenders
    for other_letter, other in others:
        _difference(first, other, (letter, other_letter))
    with page_guard():
        _curves(contenders)


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _pick(summary: RunSummary, place: int) -> Contender | None:
    """Draw one run with the choice of its model; return it, None without a scored one."""
    run = services.runs().get(summary.id)
    board = make_board(run, board_results(services.workspace(), run.id))
    st.markdown(f"**{_letter(place)}**  {plain(name_of(summary))}")
    st.caption(plain(f"{summary.dataset or 'A table that is gone'}, {counted(summary.models, 'model')}"))
    if not board.standings:
        st.caption("No model has a score.")
        return None
    by_label = {s.result.label: s.result for s in board.standings}
    label = st.selectbox(
        "Model",
        list(by_label),
        format_func=lambda one: title_of(by_label[one]),
        key=f"compare.model.{run.id}",
        label_visibility="collapsed",
    )
    result = by_label[str(label)]
    fact_list([Fact(get_metric(s.metric).title, interval(s), get_metric(s.metric).meaning) for s in result.scores[:3]])
    return Contender(run=run, result=result)


def _difference(first: Contender, second: Contender, letters: tuple[str, str]) -> None:
    """Say what was done otherwise, and which does better."""
    words = [f"{letter} ({title_of(one.result)})" for letter, one in zip(letters, (first, second), strict=True)]
    with st.container(border=True, gap="xsmall"):
        try:
            found = _compared(first, second)
        except LatheError as error:
            st.markdown(f"**{plain(error.message)}**")
            st.caption(plain(error.hint))
            return
        st.markdown(f"**{plain(_named(difference_words(found), words))}**")
        st.caption(plain(found.how))
        lines = recipe_differences(first.run.recipe, second.run.recipe, tables=(_table(first.run), _table(second.run)))
        same_model = first.result.label == second.result.label and first.run.id == second.run.id
        told = [SAME] if not lines and not same_model else list(lines)
        st.markdown("\n".join(f"- {plain(_named(line, words, bare=True))}" for line in told))


def _named(sentence: str, words: Sequence[str], *, bare: bool = False) -> str:
    """Put the names of the two in the place of "the first" and "the second"."""
    names = [word.partition(" ")[0] for word in words] if bare else list(words)
    for said, name in (("The first", names[0]), ("The second", names[1]), ("the first", names[0])):
        sentence = sentence.replace(said, name)
    return sentence.replace("the second", names[1])


def _table(run: Run) -> str:
    try:
        return services.catalog().get(run.dataset_id).name
    except NotFound:
        return ""


def _compared(first: Contender, second: Contender) -> ScoreDifference:
    key = tuple((one.run.id, one.result.label, one.result.total_s) for one in (first, second))
    return _compared_once(str(services.workspace().root), key, first, second)


@st.cache_resource(max_entries=64, show_spinner="Comparing row by row")
def _compared_once(root: str, key: object, _first: Contender, _second: Contender) -> ScoreDifference:
    return compare_models(services.workspace(), _first, _second)


def _curves(contenders: Sequence[tuple[str, Contender]]) -> None:
    """Draw the curves of all in one picture."""
    found = [(letter, one, judged_rows(services.workspace().path(one.result.path))) for letter, one in contenders]
    kinds = {one.run.recipe.task.kind for _, one, _ in found}
    targets = {one.run.recipe.task.target for _, one, _ in found}
    if len(kinds) > 1 or len(targets) > 1:
        st.caption("Curves are drawn together only for runs that predict the same column.")
    elif kinds == {TaskKind.REGRESSION}:
        _errors(found)
    else:
        _rankings(found)


def _errors(found: Sequence[tuple[str, Contender, Judged]]) -> None:
    shares = (np.arange(POINTS) + 0.5) / POINTS
    lines = [
        (_legend(letter, one), category_color(place), np.quantile(judged.loss, shares))
        for place, (letter, one, judged) in enumerate(found)
    ]
    halves = [float(np.median(judged.loss)) for _, _, judged in found]
    best = halves.index(min(halves))
    show(
        within_figure(
            [(n, c, tuple(x), tuple(shares)) for n, c, x in lines], target=found[0][1].run.recipe.task.target
        ),
        title=f"Half of what {lines[best][0]} predicts is off by less than {number(halves[best])}, the least of all",
        caption="Share of rows that are off by at most so much; the higher the line, the better.",
        table=pd.DataFrame({"Share": shares, **{name: x for name, _, x in lines}}).round(6),
        key="compare.errors",
    )


def _rankings(found: Sequence[tuple[str, Contender, Judged]]) -> None:
    common = [label for label in found[0][2].classes if all(label in judged.classes for _, _, judged in found)]
    if not common:
        st.caption("The runs have no class in common.")
        return
    task = found[0][1].run.recipe.task
    asked = task.positive_class if task.positive_class in common else common[-1]
    if len(common) > 2:
        asked = str(st.selectbox("Class", common, key="compare.class", width=280))
    drawn = []
    for place, (letter, one, judged) in enumerate(found):
        truth = judged.truth == asked
        if truth.any() and not truth.all():
            drawn.append((_legend(letter, one), category_color(place), truth, judged.given_to(asked)))
    if not drawn:
        return
    left, right = st.columns(2, gap="large")
    with left:
        roc = [(n, c, roc_curve(t, p)) for n, c, t, p in drawn]
        show(
            classes_figure(roc, x="False alarms", y="Found"),
            title=f"{max(roc, key=lambda r: r[2].area)[0]} ranks class {asked} best",
            caption="ROC curves with their areas; the dotted line is chance.",
            table=pd.DataFrame([{"Model": n, "Area": curve.area} for n, _, curve in roc]),
            key="compare.roc",
        )
    with right:
        pr = [(n, c, precision_recall_curve(t, p)) for n, c, t, p in drawn]
        show(
            classes_figure(pr, x="Found", y="Right when it says so", chance=float(drawn[0][2].mean())),
            title=f"{max(pr, key=lambda r: r[2].area)[0]} keeps its calls right longest",
            caption="Precision by recall with their areas; the dotted line is chance.",
            table=pd.DataFrame([{"Model": n, "Area": curve.area} for n, _, curve in pr]),
            key="compare.pr",
        )


def _legend(letter: str, one: Contender) -> str:
    return f"{letter}, {title_of(one.result)}"
