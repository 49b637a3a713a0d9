"""What to project and how: method, parameters, columns."""

from __future__ import annotations

import streamlit as st

from components import projection_state as projecting
from components import state
from components.controlled import controlled
from components.messages import plain, show_error
from components.numbers import counted
from components.params_form import params_form
from core.data.schema import Dataset
from core.errors import LatheError
from core.explore.projection.features import choose_columns
from core.explore.projection.registry import METHODS, get_method


def projection_form(dataset: Dataset) -> None:
    """Draw the settings."""
    titles = {spec.key: spec.title for spec in METHODS}
    key = projecting.method(dataset)
    controlled(
        st.segmented_control,
        "Method",
        list(titles),
        key=f"projection.method.{dataset.id}",
        value=key,
        save=lambda chosen: state.remember(f"projection.method.{dataset.id}", chosen or key),
        format_func=titles.__getitem__,
        label_visibility="collapsed",
    )
    spec = get_method(key)
    st.markdown(plain(spec.purpose))
    params_form(spec.params, projecting.start_params(dataset, key), scope=projecting.scope(dataset, key))
    _columns(dataset)


def _columns(dataset: Dataset) -> None:
    chosen = projecting.columns(dataset)
    try:
        kept, left_out = choose_columns(dataset, chosen)
    except LatheError as error:
        kept, left_out = (), ()
        show_error(error)
    title = f"Columns: {len(kept)} of {len(dataset.columns)}" + (", chosen by you" if chosen else "")
    with st.expander(title, type="compact", key="projection.columns.fold"):
        controlled(
            st.multiselect,
            "Columns to project",
            list(dataset.column_names),
            key=f"projection.columns.{dataset.id}",
            value=list(chosen),
            save=lambda names: state.remember(f"projection.columns.{dataset.id}", tuple(names)),
            placeholder="All that suit",
            help="Numbers, dates, and categories with few values. Each counts alike, whatever its unit.",
        )
        if left_out:
            st.caption(f"{counted(len(left_out), 'column')} left out:")
        for one in left_out[:30]:
            st.caption(f"**{plain(one.column)}** {plain(one.reason)}")
