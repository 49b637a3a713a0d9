"""What a person chooses of a split, kind by kind. Each choice is saved to the draft at once."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import services, state
from components.controlled import controlled
from components.kinds import GAP_WORDS, NUMBER_REASONS, SPLIT_HELP, SPLIT_REASONS, SPLIT_WORDS, WINDOW_WORDS
from components.messages import plain
from components.plan_edit import with_split
from core.data.schema import Dataset
from core.data.split_advice import suggest_repeats
from core.data.task import Split, Task
from core.types import ColumnKind, GapUnit, SplitKind, SplitPart, TimeWindow

Save = Callable[..., None]

PRESETS: dict[str, dict[str, float]] = {
    "5 folds, 20 % locked": {"folds": 5, "validation": 0.0, "holdout": 0.2},
    "60 / 20 / 20": {"validation": 0.2, "holdout": 0.2},
    "80 / 20": {"validation": 0.2, "holdout": 0.0},
    "70 / 30": {"validation": 0.3, "holdout": 0.0},
}
"""Usual choices: what they set."""


def saver(dataset: Dataset, task: Task) -> Save:
    """Return the function that saves changes of the split."""

    def save(**changes: object) -> None:
        state.save_draft(task=with_split(dataset, task, **changes))

    return save


def kind_choice(dataset: Dataset, task: Task, save: Save) -> None:
    """Draw the picker of the kind, a sentence each, and the usual choices."""
    reasons = SPLIT_REASONS if task.kind.is_classification else NUMBER_REASONS
    kinds = list(SPLIT_WORDS)
    controlled(
        st.radio,
        "Rows are divided",
        kinds,
        key=f"split.kind.{dataset.id}.{task.kind.is_classification}",
        value=task.split.kind,
        save=lambda kind: save(kind=kind),
        format_func=lambda kind: SPLIT_WORDS[kind],
        captions=[reasons[kind] for kind in kinds],
        help=SPLIT_HELP,
    )


def presets(dataset: Dataset, task: Task, save: Save) -> None:
    """Draw the usual shares: what is learned from, judged, and locked away."""
    split = task.split
    chosen = next((k for k, v in PRESETS.items() if all(getattr(split, name) == x for name, x in v.items())), None)
    controlled(
        st.pills,
        "Usual shares",
        list(PRESETS),
        key=f"split.preset.{dataset.id}",
        value=None if split.second else chosen,
        save=lambda name: save(**PRESETS[name], second="", second_fingerprint="") if name else None,
        help="60 / 20 / 20: learned from, judged (validation), locked away (test). 80 / 20 and 70 / 30: learned from "
        "and judged, nothing locked away.",
    )


def judged_choice(dataset: Dataset, task: Task, save: Save) -> None:
    """Draw how rows are judged: in folds or as one part, how many, how often."""
    split = task.split
    drawn = split.kind is not SplitKind.COLUMN or not (split.named_folds or SplitPart.JUDGE in split.parts.values())
    if not drawn:
        return
    if split.kind is not SplitKind.TIME:
        controlled(
            st.segmented_control,
            "Judged are",
            [False, True],
            key=f"split.single.{dataset.id}",
            value=split.validation > 0,
            save=lambda single: save(validation=0.2 if single else 0.0),
            format_func=lambda single: "One part of the rows" if single else "All rows in turn, in folds",
            required=True,
            help="In folds each row is judged once, by a model that has not seen it (cross-validation). One part is "
            "quicker, and risky with few rows (single hold-out, validation set).",
        )
    left, right = st.columns(2, gap="large")
    with left:
        if split.is_single:
            _percent("Judged, %", "validation", dataset, task, save, low=5)
        else:
            controlled(
                st.slider,
                "Folds",
                2,
                20,
                key=f"split.folds.{dataset.id}",
                value=split.folds,
                save=lambda folds: save(folds=folds),
                help="Each model is trained this many times, each time judged on rows it has not seen "
                "(cross-validation).",
            )
    with right:
        if split.kind is SplitKind.TIME:
            _percent("Judged in each fold, % (0: equal blocks)", "test_share", dataset, task, save)
        elif split.shuffle or split.kind is SplitKind.GROUP:
            controlled(
                st.slider,
                "Drawn anew, times",
                1,
                20,
                key=f"split.repeats.{dataset.id}",
                value=split.repeats,
                save=lambda repeats: save(repeats=repeats),
                help="Repeats steady the score where it depends on how rows happened to fall (repeated k-fold). "
                "Training takes as many times longer. A row counts once, however often it is judged.",
            )
            _repeat_advice(dataset, split, save)


def _repeat_advice(dataset: Dataset, split: Split, save: Save) -> None:
    """Suggest repeated folds on a small table."""
    advice = suggest_repeats(split, dataset.rows)
    if advice is not None:
        st.caption(advice.reason)
        st.button(
            f"Draw {advice.repeats} times",
            key="split.repeats.use",
            type="tertiary",
            on_click=lambda: save(repeats=advice.repeats),
        )


def _percent(label: str, field: str, dataset: Dataset, task: Task, save: Save, *, low: int = 0) -> None:
    controlled(
        st.slider,
        label,
        low,
        50,
        key=f"split.{field}.{dataset.id}",
        value=max(round(100 * getattr(task.split, field)), low),
        save=lambda percent: save(**{field: percent / 100}),
        step=5,
    )


def order_choice(dataset: Dataset, task: Task, save: Save) -> None:
    """Draw the switches of shuffled kinds, and window and gap of a split by time."""
    split = task.split
    if split.kind in (SplitKind.RANDOM, SplitKind.STRATIFIED):
        controlled(
            st.toggle,
            "Shuffle the rows first",
            key=f"split.shuffle.{dataset.id}",
            value=split.shuffle,
            save=lambda on: save(shuffle=on),
            help="Off: parts are blocks of rows as they stand in the file, and the last rows are locked away.",
        )
    if split.kind is SplitKind.GROUP:
        controlled(
            st.toggle,
            "Same mix in each part",
            key=f"split.stratify.{dataset.id}",
            value=split.stratify,
            save=lambda on: save(stratify=on),
            help="Groups stay whole and are handed out so that the parts have like shares of the classes, or of low "
            "and high numbers (stratified group k-fold).",
        )
    if split.kind is SplitKind.TIME:
        _window_and_gap(dataset, task, save)


def _window_and_gap(dataset: Dataset, task: Task, save: Save) -> None:
    split = task.split
    controlled(
        st.segmented_control,
        "Learned from",
        list(TimeWindow),
        key=f"split.window.{dataset.id}",
        value=split.window,
        save=lambda window: save(window=window),
        format_func=lambda window: WINDOW_WORDS[window],
        required=True,
        help="All that was before: expanding window. The last stretch only: sliding window, as long as what the first "
        "fold learns from; right where old rows no longer hold.",
    )
    time = next((c for c in dataset.columns if c.name == split.time), None)
    unit = "days" if time is not None and time.kind is ColumnKind.DATETIME else f"in units of {split.time}"
    left, right = st.columns(2, gap="large")
    with left:
        controlled(
            st.number_input,
            "Gap before what is judged",
            0.0,
            None,
            key=f"split.gap.{dataset.id}",
            value=float(split.gap),
            save=lambda gap: save(gap=gap),
            step=1.0,
            format="%g",
            help="Rows just before are left out: later, their answers will not be known yet when one predicts.",
        )
    with right:
        controlled(
            st.segmented_control,
            "Gap counted in",
            list(GapUnit),
            key=f"split.gap_unit.{dataset.id}",
            value=split.gap_unit,
            save=lambda chosen: save(gap_unit=chosen),
            format_func=lambda chosen: unit if chosen is GapUnit.TIME else GAP_WORDS[chosen],
            required=True,
        )


def locked_choice(dataset: Dataset, task: Task, save: Save) -> None:
    """Draw what is locked away: a share of the rows, or the rows of another table."""
    split = task.split
    others = {d.id: d for d in services.catalog().list(dataset.project_id) if d.id != dataset.id}
    share = "As the column says" if split.kind is SplitKind.COLUMN else "A share of the rows"
    left, right = st.columns(2, gap="large") if others or split.second else (st.container(), st.container())
    if others or split.second:
        with left:
            controlled(
                st.segmented_control,
                "Locked away for the last word (hold-out)",
                [False, True],
                key=f"split.locked.{dataset.id}",
                value=bool(split.second),
                save=lambda other: _save_second(save, next(iter(others.values()), None) if other else None),
                format_func=lambda other: "Another table" if other else share,
                required=True,
                help="Rows that no model sees until you ask for the final score. Another table must be in this project "
                "and have the same columns.",
            )
    with right:
        _locked_rows(dataset, task, save, others)
    if split.second and split.kind is SplitKind.COLUMN and SplitPart.LOCKED in split.parts.values():
        st.caption("Locked away are both the rows that the column names and those of the other table.")


def _locked_rows(dataset: Dataset, task: Task, save: Save, others: dict[str, Dataset]) -> None:
    """Draw which table's rows, or how many of this one's, are locked away."""
    split = task.split
    if split.second:
        options = list(others) if split.second in others else [split.second, *others]
        controlled(
            st.selectbox,
            "Table with the locked rows",
            options,
            key=f"split.second.{dataset.id}",
            value=split.second,
            save=lambda chosen: _save_second(save, others.get(chosen)),
            format_func=lambda chosen: others[chosen].name if chosen in others else "(no longer there)",
        )
        now = others.get(split.second)
        if now is not None and now.fingerprint != split.second_fingerprint:
            st.caption(f"{plain(now.name)} has changed since it was chosen.")
            st.button("Take it as it is now", key=f"split.renew.{dataset.id}", on_click=_save_second, args=(save, now))
    elif split.kind is not SplitKind.COLUMN:
        controlled(
            st.slider,
            "Locked away for the last word, %",
            0,
            50,
            key=f"split.holdout.{dataset.id}",
            value=round(100 * split.holdout),
            save=lambda percent: save(holdout=percent / 100),
            step=5,
            help="Rows that no model sees until you ask for the final score (hold-out, test set). 0 locks nothing "
            "away. Another table of the project can be the hold-out instead.",
        )


def _save_second(save: Save, other: Dataset | None) -> None:
    save(second=other.id if other else "", second_fingerprint=other.fingerprint if other else "")


def seed_choice(dataset: Dataset, task: Task, save: Save) -> None:
    """Draw the seed."""
    controlled(
        st.number_input,
        "Seed",
        0,
        2**31 - 1,
        key=f"split.seed.{dataset.id}",
        value=task.split.seed,
        save=lambda seed: save(seed=int(seed)),
        step=1,
        width=160,
        help="The same seed gives the same parts (random state). It is stored with every run.",
    )
