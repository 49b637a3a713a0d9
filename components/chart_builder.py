"""The chart builder: columns, kind, places, options and looks; the chart follows at once."""

from __future__ import annotations

from typing import Any

import streamlit as st
from pydantic import ValidationError

from components import layout, state
from components.chart_data import counted_chart, show_chart
from components.chart_parts import Drawn
from components.controlled import controlled
from components.messages import plain, show_error
from components.task_form import likely_targets
from core.data.schema import Dataset
from core.errors import LatheError
from core.explore.chart_spec import ChartKind, ChartSpec
from core.explore.charts import KINDS, RoleSpec, Suggestion, get_kind, suggestions
from core.explore.charts.arrange import arrange
from core.params import ParamSpec

MOST_COLUMNS = 8
GALLERY = 4
CARD_PX = 170
COLOR_NAMES = ("Blue", "Orange", "Teal", "Pink", "Violet", "Gold", "Green", "Grey")
NOTHING = "Nothing"


def current_spec(dataset: Dataset) -> ChartSpec:
    """Return the chart being built; a first one from the table where there is none."""
    try:
        spec = ChartSpec.model_validate(state.recall(_key(dataset)) or {})
    except ValidationError:
        return _first(dataset)
    used = {spec.x, spec.y, spec.z, spec.color, spec.facet, *spec.columns} - {""}
    return spec if used and used <= set(dataset.column_names) else _first(dataset)


def build(dataset: Dataset, spec: ChartSpec) -> None:
    """Work on a chart from now on. Safe in a callback; any page may call it and go to the builder."""
    state.remember(_key(dataset), spec.model_dump(mode="json"))


def columns_of(spec: ChartSpec) -> list[str]:
    """Return the columns of a chart, each once, in the order of their places."""
    return list(dict.fromkeys(c for c in (spec.x, spec.y, spec.z, spec.color, spec.facet, *spec.columns) if c))


def builder(dataset: Dataset, spec: ChartSpec) -> None:
    """Draw what is chosen on the left and the chart on the right, other ways to see the columns below."""
    left, right = st.columns([1, 2.4], gap="large")
    with left:
        _form(dataset, spec)
    with right:
        _chart(dataset, spec)
    _gallery(dataset, spec)


def _first(dataset: Dataset) -> ChartSpec:
    task = state.draft().task
    name = task.target if task else (*likely_targets(dataset), *dataset.column_names)[0]
    found = suggestions(dataset, [name])
    return found[0].spec if found else ChartSpec(kind=ChartKind.BARS, x=name)


def _key(dataset: Dataset) -> str:
    return f"charts.spec.{dataset.id}"


def _chart(dataset: Dataset, spec: ChartSpec) -> None:
    try:
        data = counted_chart(dataset, spec)
    except LatheError as error:
        show_error(error)
        return
    show_chart(dataset, data, key="charts.main")


def _form(dataset: Dataset, spec: ChartSpec) -> None:
    def choose(columns: list[str]) -> None:
        found = suggestions(dataset, columns)
        if found:
            build(dataset, found[0].spec)

    controlled(
        st.multiselect,
        "Columns",
        list(dataset.column_names),
        key=f"charts.columns.{dataset.id}",
        value=columns_of(spec),
        save=choose,
        max_selections=MOST_COLUMNS,
        help="One shows its spread, two how they go together, more are told apart by colour or set side by side.",
    )
    controlled(
        st.selectbox,
        "Kind of chart",
        [kind.kind for kind in KINDS],
        key=f"charts.kind.{dataset.id}",
        value=spec.kind,
        save=lambda kind: build(dataset, arrange(dataset, kind, columns_of(spec))),
        format_func=lambda kind: get_kind(kind).title,
        help=get_kind(spec.kind).purpose,
    )
    kind = get_kind(spec.kind)
    for role in kind.roles:
        _place(dataset, spec, role)
    for option in kind.options:
        # Without a value, rows are counted, whatever is chosen.
        if option.name == "aggregate" and not spec.y:
            continue
        _option(dataset, spec, option)
    with st.expander("Looks", type="compact"):
        _looks(dataset, spec)


def _place(dataset: Dataset, spec: ChartSpec, role: RoleSpec) -> None:
    fitting = [column.name for column in dataset.columns if role.takes(column)]
    key = f"charts.place.{role.name}.{spec.kind.value}.{dataset.id}"
    if role.name == "columns":
        controlled(
            st.multiselect, role.label, fitting, key=key, value=[c for c in spec.columns if c in fitting],
            save=lambda names: build(dataset, spec.model_copy(update={"columns": tuple(names)})),
            max_selections=role.most,
        )  # fmt: skip
        return
    chosen = getattr(spec, role.name)
    options = ["", *fitting] if role.optional or not chosen else fitting
    controlled(
        st.selectbox,
        role.label,
        options,
        key=key,
        value=chosen if chosen in options else "",
        save=lambda name: build(dataset, spec.model_copy(update={role.name: name})),
        format_func=lambda name: name or NOTHING,
        help=role.help or None,
    )


def _option(dataset: Dataset, spec: ChartSpec, option: ParamSpec) -> None:
    key = f"charts.option.{option.name}.{spec.kind.value}.{dataset.id}"
    value = spec.options.get(option.name, option.default)
    save = _saver(dataset, spec, option.name, option.default)
    help_text = option.help or None
    if option.kind == "bool":
        controlled(st.toggle, option.label, key=key, value=bool(value), save=save, help=help_text)
    elif option.kind == "choice":
        words = dict(zip(option.choices, option.choice_labels, strict=True))
        controlled(
            st.selectbox, option.label, list(option.choices), key=key, value=value, save=save, help=help_text,
            format_func=lambda choice: words.get(choice, choice),
        )  # fmt: skip
    else:
        controlled(
            st.slider, option.label, int(option.low or 0), int(option.high or 100), key=key, value=int(value or 0),
            save=save, help=help_text, step=int(option.step or 1),
        )  # fmt: skip


def _looks(dataset: Dataset, spec: ChartSpec) -> None:
    for name, label in (("title", "Title"), ("x_title", "Title of the x axis"), ("y_title", "Title of the y axis")):
        controlled(
            st.text_input, label, key=f"charts.look.{name}.{dataset.id}", value=str(spec.options.get(name, "")),
            save=_saver(dataset, spec, name, ""), max_chars=200,
            placeholder="As found" if name == "title" else "As the column",
        )  # fmt: skip
    controlled(
        st.selectbox, "Colour", list(range(len(COLOR_NAMES))), key=f"charts.look.color.{dataset.id}",
        value=int(spec.options.get("base_color", 0)), save=_saver(dataset, spec, "base_color", 0),
        format_func=lambda place: COLOR_NAMES[place],
    )  # fmt: skip
    styles = {"solid": "Solid", "dash": "Dashed", "dot": "Dotted"}
    controlled(
        st.selectbox, "Lines", list(styles), key=f"charts.look.line.{dataset.id}",
        value=str(spec.options.get("line_style", "solid")), save=_saver(dataset, spec, "line_style", "solid"),
        format_func=lambda style: styles[style],
    )  # fmt: skip


def _saver(dataset: Dataset, spec: ChartSpec, name: str, default: Any) -> Any:
    def save(value: Any) -> None:
        options = {k: v for k, v in spec.options.items() if k != name}
        build(dataset, spec.model_copy(update={"options": options | ({name: value} if value != default else {})}))

    return save


def _gallery(dataset: Dataset, spec: ChartSpec) -> None:
    others = [one for one in suggestions(dataset, columns_of(spec)) if one.spec.kind is not spec.kind][:GALLERY]
    if not others:
        return
    layout.section("Other ways to see these columns", "Pick one to work on it.")
    for place, (cell, one) in enumerate(zip(st.columns(GALLERY, gap="medium"), others, strict=False)):
        with cell, st.container(border=True, gap="xsmall"):
            _card(dataset, one, place)


def _card(dataset: Dataset, one: Suggestion, place: int) -> None:
    kind = get_kind(one.spec.kind)
    st.button(
        kind.title, key=f"charts.card.{place}", icon=f":material/{kind.icon}:", type="tertiary",
        on_click=build, args=(dataset, one.spec), help=kind.purpose,
    )  # fmt: skip
    st.caption(plain(one.reason))
    try:
        data = counted_chart(dataset, one.spec)
    except LatheError as error:
        st.caption(plain(error.message))
        return
    thumbnail(dataset, data, key=f"charts.small.{place}")


def thumbnail(dataset: Dataset, data: Any, *, key: str) -> None:
    """Draw a chart as a small picture: no titles, no legend, nothing to press."""
    from components import charts
    from components.chart_figures import draw
    from components.theme import palette

    drawn: Drawn = draw(data, palette())
    fig = drawn.figure
    fig.update_layout(template=charts.template(palette()), height=CARD_PX, showlegend=False,
                      margin={"l": 0, "r": 0, "t": 0, "b": 0}, coloraxis_showscale=False)  # fmt: skip
    fig.update_xaxes(title_text="", showticklabels=False)
    fig.update_yaxes(title_text="", showticklabels=False)
    fig.update_annotations(text="")
    fig.update_traces(hoverinfo="skip", hovertemplate=None)
    st.plotly_chart(fig, theme=None, key=key, config={"staticPlot": True}, alt=data.alt)
