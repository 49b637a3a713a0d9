"""Before and after: the picture, the figures and the rows of a column at one step, or over the whole plan."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import charts, plan_charts, state
from components.messages import plain, show_error
from components.numbers import counted
from components.plan_data import column_preview, step_preview, told
from components.plan_words import FAMILIES, FAMILY_HELP, SHORT
from components.theme import palette
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import LatheError, NotFound
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.preview import CellsView, StepPreview
from core.prepare.registry import get_step
from core.prepare.spec import Family, Form, StepScope

_ARROW = "\N{RIGHTWARDS ARROW}"
_ASKED = "plan.asked"
_FORMS = {Form.WORDS: "words", Form.DATE: "dates", Form.NUMBER: "numbers", Form.CODE: "one number a category"}


def step_before_after(
    dataset: Dataset, task: Task, plan: PreparePlan, place: int, *, only: Family | None = None
) -> None:
    """Draw what the step at ``place`` does to one of its columns, for one family or one that is chosen."""
    choice = plan.steps[place]
    step = told(dataset, task, plan)[place]
    scope = f"plan.preview.{place}.{choice.step}"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        root = _column(step.columns, scope)
        offered = step.families or tuple(Family)
        family = _family((only,) if only in offered else offered, scope)
    token = f"{choice.model_dump_json()} {root} {family}"
    try:
        with st.spinner("Trying the step on a sample", show_time=False):
            asked = _is_asked(token)
            found = step_preview(dataset, task, plan, place=place, root=root, family=family, asked=asked)
    except LatheError as error:
        show_error(error)
        return
    draw(found, root or task.target, key=scope, adds=adds(choice), token=token)


def column_before_after(dataset: Dataset, task: Task, plan: PreparePlan, column: str, family: Family) -> None:
    """Draw a column as it comes and as the models get it."""
    st.subheader(plain(column) or "(no name)", anchor=False)
    st.caption(f"As it comes, and as {FAMILIES[family].lower()} get it.")
    token = f"{plan.model_dump_json()} {column} {family}"
    try:
        with st.spinner("Trying the plan on a sample", show_time=False):
            found = column_preview(dataset, task, plan, column, family=family, asked=_is_asked(token))
    except LatheError as error:
        show_error(error)
        return
    draw(found, column, key="plan.preview.column", token=token)


def _is_asked(token: str) -> bool:
    return bool(state.recall(_ASKED) == token)


def adds(choice: StepChoice) -> bool:
    """Tell whether a step makes new columns and leaves its own as they are."""
    try:
        return get_step(choice.step).scope is StepScope.NEW
    except NotFound:
        return False


def draw(found: StepPreview, name: str, *, key: str, adds: bool = False, token: str = "") -> None:
    """Draw a preview: picture, figures and rows, and how many rows it was made from.

    What is too slow to be shown unasked is offered; ``token`` says what is asked for.
    """
    if found.note:
        st.caption(plain(f"{name}: {found.note}" if found.scores and name else found.note))
    if found.can_ask:
        st.button("Show it", key=f"{key}.ask", on_click=state.remember, args=(_ASKED, token))
    if found.before is not None or found.after is not None:
        picture, figures, rows = st.tabs(["Picture", "Figures", "Rows"], key=f"{key}.tabs")
        with picture:
            _picture(found, finding(found, name, adds=adds), key)
        with figures:
            _table(figures_table(found), f"{key}.figures", "Figures before and after")
        with rows:
            _table(rows_table(found), f"{key}.rows", "The first rows before and after")
    st.caption(" ".join(_sampled(found)))


def _column(columns: tuple[str, ...], scope: str) -> str:
    if len(columns) < 2:
        return "".join(columns)
    held = state.recall(f"{scope}.root", columns[0])
    key = f"{scope}.root.{len(columns)}.{columns[0]}"
    chosen = st.selectbox(
        "Column", columns, index=columns.index(held) if held in columns else 0, key=key, label_visibility="collapsed",
        format_func=lambda text: text or "(no name)", width=230,
    )  # fmt: skip
    state.remember(f"{scope}.root", chosen)
    return str(chosen)


def _family(families: tuple[Family, ...], scope: str) -> Family:
    if len(families) < 2:
        return families[0]
    held = state.recall("plan.preview.family", families[0])
    start = held if held in families else families[0]
    chosen = st.segmented_control(
        "For", families, default=start, required=True, format_func=SHORT.__getitem__,
        key=f"{scope}.family.{len(families)}", label_visibility="collapsed", help=FAMILY_HELP,
    )  # fmt: skip
    state.remember("plan.preview.family", chosen)
    return Family(chosen)


def finding(found: StepPreview, name: str, *, adds: bool = False) -> str:
    """Say in one line what changes most."""
    if found.after is None:
        return f"{name} goes no further" if found.is_live else f"{name} as it is before the step"
    if found.before is None or adds:
        return f"{counted(found.after.width, 'new column')}"
    if found.after.width > 1:
        return f"{name} becomes {counted(found.after.width, 'column')}"
    if found.before.form is not found.after.form:
        return _turned(found.before, found.after, name)
    changed = _changes(found.before, found.after)
    return f"{name}: {', '.join(changed[:2])}" if changed else f"{name} stays as it is"


def _turned(before: CellsView, after: CellsView, name: str) -> str:
    """Say what words or dates have become."""
    figures = dict(after.figures)
    reach = f" from {figures['Smallest']} to {figures['Largest']}" if "Smallest" in figures else ""
    gone = [text for text in _changes(before, after) if text.startswith("missing")]
    return f"{name}: {', '.join([f'{_FORMS[before.form]} become {_FORMS[after.form]}{reach}', *gone])}"


def _changes(before: CellsView, after: CellsView) -> list[str]:
    """Return what is different, figure by figure; where no figure is, value by value."""
    old, new = dict(before.figures), dict(after.figures)
    if after.cells == after.figures and len(after.names) == 2:
        return [f"{after.names[1].lower()} {text} for {label}" for label, text in after.figures]
    if not set(old) & set(new):
        return [f"{label.lower()} {text}" for label, text in after.figures]
    said = [
        f"{label.partition(' (')[0].lower()} {old[label]} {_ARROW} {new[label]}"
        for label in old
        if _differs(old, new, label)
    ]
    length = [text for text in said if text.startswith("mean length")]
    if len(said) > len(length):
        rest = [text for text in said if text not in length]
        return sorted(rest, key=lambda text: not text.startswith(("missing", "mean", "spread")))
    rows = dict(after.levels)
    return [f"{v} in {n:,} {_ARROW} {rows[v]:,} rows" for v, n in before.levels if rows.get(v, n) != n] or length


def _differs(before: dict[str, str], after: dict[str, str], label: str) -> bool:
    return label in after and before[label] != after[label]


def figures_table(found: StepPreview) -> pd.DataFrame:
    """Return the figures before and after, a line a figure."""
    before = dict(found.before.figures) if found.before else {}
    after = dict(found.after.figures) if found.after else {}
    labels = list(dict.fromkeys((*before, *after)))
    columns = {"Figure": labels}
    if found.before:
        columns["Before"] = [before.get(label, "") for label in labels]
    if found.after:
        columns["After"] = [after.get(label, "") for label in labels]
    return pd.DataFrame(columns)


def rows_table(found: StepPreview) -> pd.DataFrame:
    """Return the first rows before and after, side by side."""
    both = found.before is not None and found.after is not None
    sides = [_cells(view, word if both else "") for word, view in (("before", found.before), ("after", found.after))]
    # A step of the fit shows a line a class after it, not the rows before it.
    return pd.DataFrame(
        {title: pd.Series(cells, dtype=object) for side in sides for title, cells in side.items()}
    ).fillna("")


def _cells(view: CellsView | None, word: str) -> dict[str, list[str]]:
    if view is None:
        return {}
    titles = [f"{name}, {word}" if word else name for name in view.names]
    return {title: [line[at] for line in view.cells] for at, title in enumerate(titles)}


def _picture(found: StepPreview, said: str, key: str) -> None:
    colors = palette()
    if found.scores and any(score.score is not None for score in found.scores):
        kept = sum(score.kept for score in found.scores)
        table = pd.DataFrame([{"Feature": s.name, "Score": s.score, "Kept": s.kept} for s in found.scores])
        title = f"{kept} of {counted(len(found.scores), 'feature')} kept"
        charts.show(plan_charts.scores(found.scores, colors), title=title, table=table, key=f"{key}.scores")
        return
    if found.scree:
        title = f"{counted(len(found.scree), 'component')} hold {100 * sum(found.scree):.0f} % of the variance"
        table = pd.DataFrame({"Component": range(1, len(found.scree) + 1), "Share": found.scree})
        charts.show(plan_charts.scree(found.scree, colors), title=title, table=table, key=f"{key}.scree")
        return
    figure = plan_charts.compared(found, colors)
    if figure is None:
        charts.words_only(title=said, caption="There is nothing to draw.")
        return
    wide = found.after is not None and found.after.width > 1
    caption = "Rows in which each new column is not zero." if wide else "Rows by value."
    charts.show(figure, title=said, caption=caption, table=plan_charts.bars_table(found), key=f"{key}.chart")


def _table(frame: pd.DataFrame, key: str, alt: str) -> None:
    st.dataframe(frame, hide_index=True, key=key, alt=alt, height=min(36 * (len(frame) + 1), 420))


def _sampled(found: StepPreview) -> list[str]:
    whole = found.rows_used >= found.rows_total
    said = "Learned on all " if whole else f"Learned on a sample of {found.rows_used:,} of "
    lines = [f"{said}{counted(found.rows_total, 'row')}, for looking only. In training, each fold learns its own."]
    if found.rows_removed:
        lines.append(f"{counted(found.rows_removed, 'row')} of them are taken out of what is learned from.")
    return lines
