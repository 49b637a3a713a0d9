"""The answer of a test: the sentence on top, then the picture, then everything that stands behind it, folded."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import statistics_charts
from components import statistics_state as asking
from components.layout import section
from components.messages import plain, show_notes
from components.numbers import counted
from core.data.schema import Dataset
from core.explore.hypothesis.registry import get_test
from core.explore.hypothesis.result import Assumption, Effect, TestResult, Verdict
from core.explore.hypothesis.suggest import Suggestion
from core.explore.hypothesis.words import figure, p_text

MARKS = {
    Verdict.HOLDS: (":green[:material/check_circle:]", "Holds"),
    Verdict.WATCH: (":orange[:material/warning:]", "Look at it"),
    Verdict.FAILS: (":red[:material/cancel:]", "Does not hold"),
    Verdict.REMINDER: (":gray[:material/info:]", "For you to judge"),
}


def draw_answer(dataset: Dataset, result: TestResult) -> None:
    """Draw the sentence, the picture and the figures."""
    with st.container(border=True, gap="small"):
        st.subheader(plain(result.finding), anchor=False)
        st.markdown(plain(result.meaning))
        st.caption(plain(_line(result)))
    show_notes(result.notes)
    statistics_charts.draw(result, key="tests.chart")
    _figures(result)
    _pairs(result)
    _mathematics(result)


def draw_ground(dataset: Dataset, result: TestResult, suggestion: Suggestion) -> None:
    """Draw which test it is and why, what it takes for granted, and what else could be taken."""
    spec = get_test(result.test)
    section("The test", "Which one answers this, and why.")
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(result.title)}**")
        if suggestion.test == result.test:
            st.caption(plain(f"Suggested. {suggestion.reason}"))
        else:
            st.caption(plain(f"Chosen by you; {suggestion.title} is suggested. {suggestion.reason}"))
            st.button(
                f"Take {suggestion.title}", key="tests.suggested", type="tertiary", on_click=_take, args=(dataset, "")
            )
        st.caption(plain(f"{spec.asks} {spec.needs}"))
    section("What it takes for granted")
    for place, assumption in enumerate(result.assumptions):
        _assumption(dataset, assumption, place, {a.test for a in suggestion.alternatives if a.possible})
    _alternatives(dataset, result, suggestion)


def _line(result: TestResult) -> str:
    return " ".join(
        part for part in (f"{result.title},", f"{counted(result.rows_used, 'row')},", f"p {p_text(result.p)}")
    )


def _figures(result: TestResult) -> None:
    with st.expander("Figures", type="compact", key="tests.figures"):
        st.dataframe(
            pd.DataFrame([_effect_row(effect) for effect in result.effects]),
            hide_index=True,
            key="tests.effects",
            alt="Effect sizes with their intervals.",
        )
        df = ", ".join(f"{value:,.4g}" for value in result.df)
        told = f"{result.statistic_name} = {result.statistic:,.4g}" + (f", degrees of freedom {df}" if df else "")
        st.caption(plain(f"{told}, p = {result.p:.4g}."))
        if result.groups:
            columns = ["label", "rows", "mean", "sd", "low", "high", "median", "q1", "q3"]
            frame = pd.DataFrame([group.model_dump() for group in result.groups])[columns]
            names = ["Group", "Rows", "Mean", "Standard deviation", "Mean from", "Mean to", "Median", "25 %", "75 %"]
            st.dataframe(frame.set_axis(names, axis=1), hide_index=True, key="tests.groups", alt="Groups in figures.")


def _effect_row(effect: Effect) -> dict[str, str]:
    known = effect.low is not None and effect.high is not None
    return {
        "What": effect.name,
        "Value": figure(effect.value),
        "95 % interval": f"{figure(effect.low or 0.0)} to {figure(effect.high or 0.0)}" if known else "",
        "Size": effect.size,
        "Term": effect.term,
        "Interval by": effect.method,
    }


def _pairs(result: TestResult) -> None:
    if not result.pairs:
        return
    differ = sum(pair.p_corrected < 0.05 for pair in result.pairs)
    title = f"Which groups differ: {differ} of {counted(len(result.pairs), 'pair')}"
    with st.expander(title, type="compact", key="tests.pairs"):
        rows = [
            {
                "One": pair.first,
                "Other": pair.second,
                "Difference": figure(pair.difference),
                "95 % interval": f"{figure(pair.low)} to {figure(pair.high)}"
                if pair.low is not None and pair.high is not None
                else "",
                "p": p_text(pair.p),
                "p, corrected": p_text(pair.p_corrected),
                "Beyond chance": "yes" if pair.p_corrected < 0.05 else "no",
            }
            for pair in sorted(result.pairs, key=lambda pair: pair.p_corrected)
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, key="tests.pairs.table", alt="Comparisons of pairs.")
        st.caption(plain(f"By {result.pair_method}: the p-values are raised because {len(rows)} pairs are compared."))


def _mathematics(result: TestResult) -> None:
    spec = get_test(result.test)
    with st.expander("The mathematics in your numbers", type="compact", key="tests.maths"):
        st.latex(spec.formula)
        with st.container(gap="xxsmall"):
            for line in result.working:
                left, middle, right = st.columns([5, 4, 3], vertical_alignment="center")
                left.caption(plain(line.name))
                middle.markdown(f"${line.formula}$")
                right.markdown(f"**{plain(f'{line.value:,.6g}')}**", text_alignment="right")
        st.caption(plain(f"Source: {spec.source}."))


def _assumption(dataset: Dataset, assumption: Assumption, place: int, possible: set[str]) -> None:
    mark, word = MARKS[assumption.verdict]
    with st.container(gap="xxsmall"):
        st.markdown(f"{mark} **{plain(assumption.name)}** :gray[{word.lower()}]")
        st.caption(plain(assumption.words))
        if assumption.instead in possible and assumption.verdict is not Verdict.HOLDS:
            st.button(
                f"Take {get_test(assumption.instead).title} instead",
                key=f"tests.instead.{place}",
                type="tertiary",
                icon=":material/arrow_forward:",
                on_click=_take,
                args=(dataset, assumption.instead),
            )


def _alternatives(dataset: Dataset, result: TestResult, suggestion: Suggestion) -> None:
    others = [one for one in suggestion.alternatives if one.test != result.test]
    if not others:
        return
    with st.expander(f"Other tests ({len(others)})", type="compact", key="tests.others"):
        for one in others:
            with st.container(gap="xxsmall"):
                st.button(
                    one.title,
                    key=f"tests.take.{one.test}",
                    type="tertiary",
                    disabled=not one.possible,
                    on_click=_take,
                    args=(dataset, one.test),
                )
                st.caption(plain(one.words))


def _take(dataset: Dataset, test: str) -> None:
    asking.ask(dataset, test=test)
