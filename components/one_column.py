"""One column from close by: its picture in several ways, its figures, the distributions it follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components import charts, overview_data, services, state
from components.controlled import controlled
from components.kinds import KIND_WORDS
from components.messages import plain
from components.overview_charts import fitted_curves
from components.spec_chart import spec_chart
from components.words import shortened
from core.data.profile import QUANTILES, ColumnProfile
from core.data.schema import ColumnSchema, Dataset
from core.explore.chart_spec import ChartKind, ChartSpec
from core.explore.charts.suggest import FEW
from core.explore.charts.words import number
from core.explore.distributions import Distributions, params_text
from core.types import ColumnKind, StorageType
from core.words import share

FITS = "fits"
FEW_VALUES = 20
VIEW_WORDS = {
    ChartKind.HISTOGRAM: "Histogram",
    ChartKind.BOX: "Box",
    ChartKind.VIOLIN: "Violin",
    ChartKind.BARS: "Top values",
    ChartKind.TIME_COUNTS: "By period",
    ChartKind.TEXT: "Lengths and terms",
    FITS: "Fitted distributions",
}


def one_column(dataset: Dataset, name: str) -> None:
    """Draw the column called ``name``, with the choice of another."""
    schema, profile = dataset.column(name), services.table_profile(dataset).column(name)
    left, right = st.columns([2, 1], gap="large")
    with left:
        _chooser(dataset, name)
        if profile.unique:
            _views(dataset, schema)
        else:
            charts.words_only(title=f"{name} has no value in any row", caption="There is nothing to draw.")
    with right:
        figures(profile, rows=dataset.rows)


def _chooser(dataset: Dataset, name: str) -> None:
    controlled(
        st.selectbox,
        "Column",
        list(dataset.column_names),
        key=f"explore.column.{dataset.id}",
        value=name,
        save=lambda chosen: state.remember("explore.column", chosen),
        format_func=lambda text: shortened(text, 80),
    )


def views_of(schema: ColumnSchema) -> list[str]:
    """Return the ways in which a column can be drawn, the most telling one first."""
    if schema.storage is StorageType.DATETIME:
        return [ChartKind.TIME_COUNTS, ChartKind.HISTOGRAM, ChartKind.BOX]
    if schema.storage in (StorageType.INT, StorageType.FLOAT):
        if schema.unique <= FEW:
            return [ChartKind.BARS, ChartKind.HISTOGRAM, FITS] if schema.unique > 2 else [ChartKind.BARS, FITS]
        spread = [ChartKind.HISTOGRAM, ChartKind.BOX, ChartKind.VIOLIN, ChartKind.BARS, FITS]
        return spread if schema.kind is not ColumnKind.CATEGORICAL else [ChartKind.BARS, *spread[:3], FITS]
    if schema.kind is ColumnKind.TEXT:
        return [ChartKind.TEXT, ChartKind.BARS]
    return [ChartKind.BARS, FITS, ChartKind.TEXT] if schema.storage is StorageType.STRING else [ChartKind.BARS, FITS]


def _views(dataset: Dataset, schema: ColumnSchema) -> None:
    views = views_of(schema)
    kept = state.recall("explore.view")
    view = controlled(
        st.segmented_control,
        "Picture",
        views,
        key=f"explore.view.{'.'.join(views)}",
        value=kept if kept in views else views[0],
        save=lambda chosen: state.remember("explore.view", chosen),
        required=True,
        format_func=lambda one: VIEW_WORDS[one],
        label_visibility="collapsed",
    )
    if view == FITS:
        _fits(dataset, schema.name)
        return
    spec = ChartSpec.model_validate({"kind": view, **_place(view, schema.name), "options": _options(view, schema)})
    spec_chart(dataset, spec, key=f"explore.chart.{view}", height=340)


def _place(view: str, name: str) -> dict[str, str]:
    return {"y": name} if view in (ChartKind.BOX, ChartKind.VIOLIN) else {"x": name}


def _options(view: str, schema: ColumnSchema) -> dict[str, Any]:
    """Draw what can be chosen about a picture and return it."""
    # A curve over a few separate values would show what is not there.
    smooth = schema.unique > FEW_VALUES
    if view == ChartKind.HISTOGRAM:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            bins = st.slider("Bars", 0, 100, 0, key="explore.bins", help="0 chooses a round width.", width=260)
            density = st.checkbox(
                "Density curve", value=smooth, key=f"explore.density.{smooth}", help="A smooth estimate of the shape."
            )
        return {"bins": bins, "density": density}
    if view == ChartKind.BARS:
        return {"top": st.slider("Values shown", 2, 50, 15, key="explore.top", width=260)}
    if view == ChartKind.TIME_COUNTS:
        periods = ("auto", "day", "week", "month", "quarter", "year")
        return {"period": st.selectbox("Period", periods, key="explore.period", format_func=str.capitalize, width=180)}
    return {}


def _fits(dataset: Dataset, name: str) -> None:
    found = overview_data.distributions(dataset, name)
    if not found.fits:
        charts.words_only(title=found.sentence, caption=found.note)
        return
    drawn = [fit for fit in found.fits if fit.curve]
    if drawn:
        shown = st.pills(
            "Curves",
            [fit.key for fit in drawn],
            default=[fit.key for fit in drawn[:2]],
            key=f"explore.fits.{name[:60]}",
            selection_mode="multi",
            format_func={fit.key: fit.title for fit in drawn}.__getitem__,
        )
        bars = [(b.low, b.high, b.count) for b in services.table_profile(dataset).column(name).histogram]
        if bars and all(low == high for low, high, _ in bars):
            bars = [(low - 0.5, high + 0.5, count) for low, high, count in bars]
        charts.show(
            fitted_curves(found, bars, shown),
            title=found.sentence,
            caption="Bars: the column as density. Lines: distributions with the parameters that make it most likely.",
            table=fit_table(found),
            key="explore.chart.fits",
        )
    else:
        charts.words_only(title=found.sentence, caption=found.note)
    _fit_rows(found)


def _fit_rows(found: Distributions) -> None:
    st.dataframe(
        fit_table(found),
        hide_index=True,
        key="explore.fits.table",
        alt="Fitted distributions with their goodness of fit, best first",
        column_config={
            "AIC": st.column_config.NumberColumn(format="localized", help="Akaike's criterion: lower is better."),
            "Largest gap": st.column_config.NumberColumn(
                format="percent", help="Between the shares below each value (Kolmogorov-Smirnov statistic)."
            ),
            "p-value": st.column_config.NumberColumn(
                format="%.3g",
                help="Chance of such a gap if the column followed it. The parameters come from the same rows, so it is "
                "too kind; in large tables every small gap makes it 0.",
            ),
        },
    )
    st.caption(" ".join(part for part in (f"From {found.rows:,} values.", found.note) if part))


def fit_table(found: Distributions) -> pd.DataFrame:
    """Return the fits of a column, best first."""
    return pd.DataFrame(
        {
            "Distribution": [fit.title for fit in found.fits],
            "Fit": [fit.sentence.partition(":")[0] for fit in found.fits],
            "Largest gap": [fit.distance for fit in found.fits],
            "Test": [fit.test for fit in found.fits],
            "p-value": [fit.p_value for fit in found.fits],
            "AIC": [round(fit.aic) for fit in found.fits],
            "Parameters": [params_text(fit)[:300] for fit in found.fits],
        }
    )


def figures(column: ColumnProfile, *, rows: int) -> None:
    """Draw the figures of a column as a quiet table."""
    known = max(rows - column.missing, 1)
    st.markdown(f"**{plain(shortened(column.name, 60))}** :gray[{KIND_WORDS[column.kind]}]")
    table = pd.DataFrame(figure_rows(column, known), columns=["Figure", "Value"])
    st.dataframe(
        table,
        hide_index=True,
        height=min(35 * len(table) + 38, 640),
        key="explore.figures",
        alt=f"Figures of {column.name}",
        column_config={"Figure": st.column_config.TextColumn(width=130), "Value": st.column_config.TextColumn()},
    )
    for name, seen in column.sampled.items():
        st.caption(f"Frequent {name} were counted in {seen:,} cells spread over the table.")


def figure_rows(column: ColumnProfile, known: int) -> list[tuple[str, str]]:
    """Return names and texts of the figures that a column has."""
    rows = [("Missing", f"{column.missing:,} ({share(column.missing_share)})"), ("Distinct", f"{column.unique:,}")]
    if column.mode:
        rows.append(("Most frequent", f"{column.mode} ({share(column.mode_count / known)})"))
    if column.first:
        rows += [("First", column.first), ("Last", column.last)]
    elif column.mean is not None:
        rows += _number_rows(column)
    if column.entropy is not None:
        rows.append(("Entropy", f"{number(column.entropy)} bits"))
    if column.mean_length is not None:
        rows.append(("Letters", f"{column.min_length:,} to {column.max_length:,}, mean {number(column.mean_length)}"))
    if column.terms:
        rows.append(("Frequent terms", ", ".join(term.value for term in column.terms[:10])))
    return rows


def _number_rows(column: ColumnProfile) -> Sequence[tuple[str, str]]:
    rows = [("Mean", number(column.mean))]
    if column.mean_low is not None and column.mean_high is not None:
        rows.append(("95 % interval", f"{number(column.mean_low, 4)} to {number(column.mean_high, 4)}"))
    rows += [
        ("Middle (median)", number(column.median)),
        ("Std", number(column.std)),
        ("Variance", number(column.variance)),
        ("Lowest", number(column.minimum)),
        *((f"{100 * part:.0f} %", number(value)) for part, value in zip(QUANTILES, column.quantiles, strict=False)),
        ("Highest", number(column.maximum)),
        ("Skew", number(column.skew)),
        ("Kurtosis", number(column.kurtosis)),
        ("Zeros", f"{column.zeros:,}"),
        ("Below zero", f"{column.negatives:,}"),
    ]
    if column.infinite:
        rows.append(("Infinite", f"{column.infinite:,}"))
    return rows
