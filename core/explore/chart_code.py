"""Python code that draws a chart again from the file, with pandas and plotly alone."""

from __future__ import annotations

from pathlib import PurePath

from core.data.schema import Dataset
from core.explore.chart_code_kinds import BODIES, columns_of
from core.explore.chart_code_parts import HELPERS
from core.explore.chart_spec import ChartData, ChartFilter
from core.types import StorageType

READERS = {"excel": "read_excel", "parquet": "read_parquet", "feather": "read_feather", "json": "read_json"}


def chart_code(dataset: Dataset, data: ChartData, *, source: str = "") -> str:
    """Return a script that reads the person's file, counts what the chart counts and draws it as ``fig``.

    What is drawn stands in the frame ``data`` of the script: the same numbers as in the chart, except where the chart
    draws a sample.

    Parameters
    ----------
    dataset : Dataset
        The table.
    data : ChartData
        The chart.
    source : str
        The file to read; the one the table came from where empty. A name that ends in ".parquet" is read as such.

    Returns
    -------
    str
        Python source. Names and values of the table stand in it as literals.
    """
    spec = data.spec
    used = columns_of(spec)
    lines = [
        "# " + " ".join(data.finding.split()),
        "import numpy as np",
        "import pandas as pd",
        "import plotly.express as px",
        "import plotly.graph_objects as go",
        "",
        *_reading(dataset, used, source),
        "",
        HELPERS.strip(),
        "",
        "",
        *[_filter(one) for one in spec.filters],
        *BODIES[spec.kind](data),
        f"fig.update_layout(title={str(spec.options.get('title') or data.finding)!r}, template='simple_white')",
        "if __name__ == '__main__':",
        "    fig.write_html('chart.html')",
    ]
    return "\n".join(lines) + "\n"


def _reading(dataset: Dataset, used: list[str], source: str) -> list[str]:
    name = source or dataset.source_name or f"{dataset.name}.csv"
    parse = dataset.parse
    chosen = [c for c in dataset.columns if c.name in used]
    dates = [c.name for c in dataset.columns if c.storage is StorageType.DATETIME and c.name in used]
    lines = []
    if dataset.steps and not source:
        lines.append(
            f"# {dataset.name} was changed by {len(dataset.steps)} steps after reading; save it as Parquet first."
        )
        name = f"{PurePath(dataset.name).stem}.parquet"
    if name.endswith(".parquet"):
        return [*lines, f"table = pd.read_parquet({name!r})"]
    if parse.format in READERS:
        return [*lines, f"table = pd.{READERS[parse.format]}({name!r})", *_dates(dates, day_first=parse.day_first)]
    options = [repr(name)]
    if parse.delimiter != ",":
        options.append(f"sep={parse.delimiter!r}")
    options += [f"encoding={parse.encoding!r}"] if parse.encoding.lower() not in ("utf-8", "utf8") else []
    options += [f"decimal={parse.decimal!r}"] if parse.decimal != "." else []
    options += [f"thousands={parse.thousands!r}"] if parse.thousands else []
    options += [f"skiprows={parse.skip_lines}"] if parse.skip_lines else []
    options += [f"skipfooter={parse.footer_lines}, engine='python'"] if parse.footer_lines else []
    text = {c.name: "object" for c in chosen if c.storage is StorageType.STRING}
    options += [f"dtype={text!r}"] if text else []
    options += [f"na_values={list(parse.missing_words)!r}, keep_default_na=False, skipinitialspace=True"]
    lines.append(f"table = pd.read_csv({', '.join(options)})")
    if not parse.header:
        lines[-1] = f"table = pd.read_csv({', '.join([*options, 'header=None'])})"
        lines.append(f"table.columns = {list(dataset.column_names)!r}")
    return lines + _dates(dates, day_first=parse.day_first)


def _dates(names: list[str], *, day_first: bool) -> list[str]:
    more = ", dayfirst=True" if day_first else ""
    return [f"table[{name!r}] = pd.to_datetime(table[{name!r}]{more})" for name in names]


def _filter(one: ChartFilter) -> str:
    column = f"table[{one.column!r}]"
    parts = []
    if one.values:
        inside = f"text({column}).isin({list(one.values)!r})"
        parts.append(f"({column}.notna() & ~{inside})" if one.negated else inside)
    if one.low is not None:
        parts.append(f"(number({column}) >= {one.low!r})")
    if one.high is not None:
        parts.append(f"(number({column}) {'<' if one.high_open else '<='} {one.high!r})")
    return f"table = table[{' & '.join(parts)}]" if parts else ""
