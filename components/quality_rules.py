"""Rules: what became of them, a form for another one, and those that the table keeps already."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import streamlit as st

from components import layout, services, state
from components.messages import plain, show_error
from components.numbers import counted
from components.quality_data import results, set_rules
from components.quality_findings import rows_table
from components.words import shortened
from core.data.actions import Rule
from core.data.schema import Dataset
from core.errors import ErrorInfo
from core.quality.propose_rules import propose_rules
from core.quality.rule_kinds import COMPARISONS, get_kind, rule_sentence
from core.quality.rules import RULE_KINDS, RuleResult
from core.types import StorageType

_COMPARED = ("<=", "<", "=", "!=", ">", ">=")


def rules_section(dataset: Dataset) -> None:
    """Draw the rules of a table."""
    layout.section("Rules", "What you demand of this table, and of every later file brought in its place.")
    found = results(dataset)
    left, right = layout.two_columns()
    with left:
        broken = [place for place, result in enumerate(found) if not result.holds]
        for place in broken:
            with st.container(border=True, gap="xsmall"):
                _rule(dataset, place, found[place])
        if len(broken) < len(found):
            with st.container(border=True, gap="xxsmall"):
                for place, result in enumerate(found):
                    if result.holds:
                        _rule(dataset, place, result)
        if not found:
            with st.container(border=True):
                st.caption("No rules yet. Add one, or take over what this table keeps already.")
    with right:
        with st.container(border=True, gap="small"):
            _form(dataset)
        _proposals(dataset)
        if found:
            _download(dataset)


def _download(dataset: Dataset) -> None:
    st.download_button(
        "Rules as JSON",
        data=json.dumps([rule.model_dump(mode="json") for rule in dataset.rules], indent=1),
        file_name="rules.json",
        mime="application/json",
        key="quality.rules.download",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
        help="For checks outside: python -m core quality FILE --rules rules.json ends with status 3 if one is broken.",
    )


def broken_words(found: tuple[RuleResult, ...]) -> str:
    """Return what became of the rules in a few words."""
    broken = sum(not result.holds for result in found)
    if not broken:
        return f"{'Your rule holds' if len(found) == 1 else f'All {len(found)} rules hold'}."
    return f"{broken} of {counted(len(found), 'rule')} {'is' if broken == 1 else 'are'} broken."


def _rule(dataset: Dataset, place: int, result: RuleResult) -> None:
    key = f"rule.{place}"
    opened = state.recall("quality.rows") == key
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        mark = ":green[:material/check:]" if result.holds else ":red[:material/error:]"
        words = "holds"
        if not result.holds:
            words = result.problem or f"broken in {result.violations:,} of {counted(result.rows, 'row')}"
        sentence = plain(shortened(result.sentence, 200))
        st.markdown(f"{mark} {sentence} :gray[{plain(words)}]", width="content")
        with st.container(horizontal=True, width="content", gap="small"):
            if result.violations:
                st.button(
                    "Hide rows" if opened else "Show rows",
                    key=f"quality.rows.{key}",
                    type="tertiary",
                    on_click=state.remember,
                    args=("quality.rows", None if opened else key),
                )
            rest = (*dataset.rules[:place], *dataset.rules[place + 1 :])
            st.button("Remove", key=f"quality.remove.{key}", type="tertiary", on_click=set_rules, args=(dataset, rest))
    if opened and result.where:
        rows_table(dataset, result.where, result.rule.columns, key=key)


def _form(dataset: Dataset) -> None:
    st.markdown("**Another rule**")
    kinds = {kind.key: kind for kind in RULE_KINDS}
    names = list(dataset.column_names)
    chosen = st.selectbox(
        "It says that a column", list(kinds), format_func=lambda key: kinds[key].title, key="quality.rule.kind"
    )
    kind = get_kind(chosen)
    if kind.most > 2:
        columns = tuple(st.multiselect("Columns", names, key="quality.rule.columns"))
    else:
        columns = (st.selectbox("Column", names, key="quality.rule.column"),)
    params = _params(dataset, chosen, columns)
    if chosen == "compare":
        columns = (*columns, params.pop("other"))
    st.caption(kind.help)
    rule = Rule(kind=chosen, columns=columns, params=params)
    st.button(
        "Add the rule",
        key="quality.rule.add",
        disabled=not columns,
        on_click=set_rules,
        args=(dataset, (*dataset.rules, rule)),
    )
    problem = state.recall("quality.rule_problem")
    if problem:
        show_error(ErrorInfo.model_validate(problem))


def _params(dataset: Dataset, kind: str, columns: tuple[str, ...]) -> dict[str, Any]:
    match kind:
        case "range":
            dates = bool(columns) and dataset.column(columns[0]).storage is StorageType.DATETIME
            if dates:
                ends: tuple[Any, ...] = (
                    st.text_input("Earliest", key="quality.rule.from", placeholder="2024-01-31"),
                    st.text_input("Latest", key="quality.rule.to", placeholder="2024-12-31"),
                )
            else:
                ends = (
                    st.number_input("Lowest", value=None, key="quality.rule.low", placeholder="no end"),
                    st.number_input("Highest", value=None, key="quality.rule.high", placeholder="no end"),
                )
            return {name: end for name, end in zip(("low", "high"), ends, strict=True) if end not in (None, "")}
        case "set":
            text = st.text_area("Allowed values, one a line", key="quality.rule.values", height=110)
            return {"values": [line.strip() for line in text.splitlines() if line.strip()]}
        case "pattern":
            return {
                "pattern": st.text_input(
                    "Pattern",
                    key="quality.rule.pattern",
                    placeholder="[A-Z]{2}[0-9]{4}",
                    help="A regular expression (RE2) that the whole cell must match.",
                )
            }
        case "compare":
            operator = st.selectbox(
                "Comparison", _COMPARED, format_func=COMPARISONS.__getitem__, key="quality.rule.operator"
            )
            return {
                "operator": operator,
                "other": st.selectbox("Other column", list(dataset.column_names), key="quality.rule.other"),
            }
    return {}


def _proposals(dataset: Dataset) -> None:
    proposed = _proposed(str(services.workspace().root), dataset.view_key, len(dataset.rules), dataset)
    known = {(rule.kind, rule.columns) for rule in dataset.rules}
    proposed = tuple(rule for rule in proposed if (rule.kind, rule.columns) not in known)
    if not proposed:
        return
    st.markdown("**Kept by this table already**")
    st.caption("Tick those that later files must keep too.")
    ticks = st.dataframe(
        pd.DataFrame({"Rule": [rule_sentence(rule) for rule in proposed]}),
        key=f"quality.proposed.{len(dataset.rules)}",
        hide_index=True,
        height=min(36 * (len(proposed) + 1) + 2, 260),
        selection_mode="multi-row",
        on_select="rerun",
    )
    chosen = [proposed[row] for row in ticks.selection.rows if row < len(proposed)]
    st.button(
        f"Take over {counted(len(chosen), 'rule')}" if chosen else f"Take over all {len(proposed)}",
        key="quality.proposed.take",
        on_click=set_rules,
        args=(dataset, (*dataset.rules, *(chosen or proposed))),
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _proposed(root: str, fingerprint: str, rules: int, _dataset: Dataset) -> tuple[Rule, ...]:
    return propose_rules(services.workspace(), _dataset)
