"""The code of each kind of chart: lines that count ``data`` from ``table`` and draw it as ``fig``."""

from __future__ import annotations

from collections.abc import Callable

from core.explore.chart_code_parts import group, in_order, looks, number, part, titles
from core.explore.chart_spec import ChartData, ChartKind, ChartSpec
from core.explore.charts.texts import SMALL_WORDS

KEYS = "['facet', 'color', 'x']"
PERIODS = {
    "second": "s",
    "minute": "min",
    "hour": "h",
    "day": "D",
    "week": "W",
    "month": "M",
    "quarter": "Q",
    "year": "Y",
}
AGGREGATES = {"mean": "mean", "median": "median", "sum": "sum", "min": "min", "max": "max", "count": "count"}


def columns_of(spec: ChartSpec) -> list[str]:
    """Return every column that a chart reads, filters included."""
    named = [spec.x, spec.y, spec.z, spec.color, spec.facet, *spec.columns, *(one.column for one in spec.filters)]
    return list(dict.fromkeys(name for name in named if name))


def _bins(facts: dict[str, float]) -> str:
    return f"{facts['low']!r}, {facts['width']!r}, {facts['count']!r}"


def histogram(data: ChartData) -> list[str]:
    """Return the code of a histogram."""
    bins = data.facts["bins"]
    low, width = bins["low"], bins["width"]
    x = f"{low!r} + (data['x'] + 0.5) * {width!r}"
    return [
        part(data, x=f"binned({number(data.spec.x)}, {_bins(bins)})"),
        f"data = part.groupby({KEYS}).size().rename('count').reset_index()",
        f"data['x'] = pd.to_datetime({x}, unit='s')" if bins["is_date"] else f"data['x'] = {x}",
        "data['share'] = data['count'] / data.groupby(['facet', 'color'])['count'].transform('sum')",
        f"fig = px.bar(data, x='x', y={data.facts['value']!r}, barmode='overlay'{looks(data)}, {titles(data, 'x')})",
        "fig.update_layout(bargap=0.05)",
    ]


def boxes(data: ChartData) -> list[str]:
    """Return the code of a box plot or a violin."""
    draw = "violin" if data.spec.kind is ChartKind.VIOLIN else "box"
    return [
        part(data, x=group(data.facts["x"]), y=number(data.spec.y)),
        f"data = part.groupby({KEYS})['y'].describe().reset_index()",
        f"fig = px.{draw}(part, x='x', y='y'{looks(data)}, {titles(data, 'x', 'y')})",
        in_order(data, "x", "x"),
    ]


def bars(data: ChartData) -> list[str]:
    """Return the code of bars."""
    spec, aggregate = data.spec, data.facts["aggregate"]
    within = "['facet']" if spec.kind is ChartKind.BARS else "['facet', 'x']"
    more = {"y": number(spec.y)} if spec.y else {}
    value = f"['y'].{AGGREGATES[aggregate]}()" if spec.y else ".size()"
    mode = "relative" if spec.kind is ChartKind.STACKED_BARS else "group"
    height = "share" if data.facts["share"] else "value"
    return [
        part(data, x=group(data.facts["x"]), **more),
        f"data = part.groupby({KEYS}){value}.rename('value').astype(float).reset_index()",
        f"data['share'] = data['value'] / data.groupby({within})['value'].transform('sum')",
        *_mean_interval(spec.y, aggregate),
        f"fig = px.bar(data, x='x', y={height!r}, barmode={mode!r}{looks(data)}, {titles(data, 'x')}"
        + (", error_y='half')" if spec.y and aggregate == "mean" else ")"),
        "fig.update_xaxes(type='category')",
        in_order(data, "x", "x"),
    ]


def _mean_interval(y: str, aggregate: str) -> list[str]:
    """Return the lines that add half the 95 % interval of a mean."""
    if not y or aggregate != "mean":
        return []
    return [
        "from scipy import stats",
        f"spread = part.groupby({KEYS})['y'].agg(['std', 'count']).reset_index()",
        "data['half'] = stats.t.ppf(0.975, spread['count'] - 1) * spread['std'] / np.sqrt(spread['count'])",
    ]


def lines(data: ChartData) -> list[str]:
    """Return the code of a line or counts over time."""
    spec, facts = data.spec, data.facts
    aggregate = facts.get("aggregate", "count")
    y = spec.y if spec.kind is ChartKind.LINE else ""
    if facts["x_date"]:
        x = f"table[{spec.x!r}].dt.to_period({PERIODS[facts['period']]!r}).dt.start_time"
    elif facts["width"]:
        edges = facts["x_bins"]
        x = f"{edges['low']!r} + (binned({number(spec.x)}, {_bins(edges)}) + 0.5) * {edges['width']!r}"
    else:
        x = number(spec.x)
    value = f"['y'].{AGGREGATES[aggregate]}()" if y else ".size()"
    interval = _mean_interval(y, aggregate) if spec.options.get("band", True) else []
    found = [
        part(data, x=x, **({"y": number(y)} if y else {})),
        f"data = part.groupby({KEYS}){value}.rename('value').astype(float).reset_index()",
        "data['share'] = data['value'] / data.groupby(['facet', 'x'])['value'].transform('sum')",
        *interval,
    ]
    if spec.kind is ChartKind.TIME_COUNTS:
        height = "share" if facts["y_title"] == "Share of rows" else "value"
        return [*found, f"fig = px.bar(data, x='x', y={height!r}{looks(data)}, {titles(data, 'x')})"]
    bars = ", error_y='half'" if interval else ""
    return [*found, f"fig = px.line(data, x='x', y='value'{bars}{looks(data)}, {titles(data, 'x')})"]


def heat_map(data: ChartData) -> list[str]:
    """Return the code of a heat map."""
    spec, facts = data.spec, data.facts
    axes = {
        axis: f"binned({number(facts[axis]['column'])}, {_bins(facts[axis]['bins'])})"
        if "bins" in facts[axis]
        else f"{group(facts[axis])}.map({ {label: i for i, label in enumerate(facts[axis]['labels'])}!r})"
        for axis in "xy"
    }
    share = str(spec.options.get("share", "none"))
    within = {"all": "['facet']", "rows": "['facet', 'y']", "columns": "['facet', 'x']"}.get(share)
    value = "data['value'] = data['count'].astype(float)"
    if spec.z:
        value = "data['value'] = part.groupby(['facet', 'x', 'y'])['z'].mean().to_numpy()"
    elif within:
        value = f"data['value'] = data['count'] / data.groupby({within})['count'].transform('sum')"
    facets = ", facet_col='facet', facet_col_wrap=3" if facts["facet"]["column"] else ""
    return [
        part(data, **axes, **({"z": number(spec.z)} if spec.z else {})),
        "data = part.groupby(['facet', 'x', 'y']).size().rename('count').reset_index()",
        value,
        f"fig = px.density_heatmap(data, x='x', y='y', z='value', histfunc='sum'{facets}, "
        f"nbinsx={len(facts['x_labels'])}, nbinsy={len(facts['y_labels'])}, color_continuous_scale='Cividis', "
        f"{titles(data, 'x', 'y')})",
        *(
            f"fig.update_{axis}axes(tickvals=list(range({len(facts[f'{axis}_labels'])})), "
            f"ticktext={list(facts[f'{axis}_labels'])!r})"
            for axis in "xy"
        ),
    ]


def points(data: ChartData) -> list[str]:
    """Return the code of a scatter or a map."""
    spec, facts = data.spec, data.facts
    logs = [f"part = part[part['{a}'] > 0]" for a in "xy" if facts.get(f"log_{a}")]
    value = {"value": number(spec.color)} if facts["value_title"] else {}
    found = [part(data, x=number(spec.x), y=number(spec.y), **value), *logs]
    found += _square_lines(data) if "bins" in data.layers else _point_lines(data)
    if facts.get("trend"):
        found += _trend_lines(data)
    for axis in "xy":
        found += [f"fig.update_{axis}axes(type='log')"] if facts.get(f"log_{axis}") else []
    if spec.kind is ChartKind.MAP:
        found.append(f"fig.update_yaxes(scaleanchor='x', scaleratio={facts['aspect']!r})")
    return found


def _square_lines(data: ChartData) -> list[str]:
    facts, lines_ = data.facts, []
    for axis in "xy":
        bins, log = facts["bins"][axis], facts.get(f"log_{axis}")
        cells = f"np.log10(part['{axis}'])" if log else f"part['{axis}']"
        place = f"{bins['low']!r} + (binned({cells}, {_bins(bins)}) + 0.5) * {bins['width']!r}"
        lines_.append(f"part['{axis}_middle'] = {f'10 ** ({place})' if log else place}")
    by = "['facet', 'x_middle', 'y_middle']"
    lines_.append(f"data = part.groupby({by}).size().rename('count').reset_index()")
    if facts["value_title"]:
        lines_.append(f"data['value'] = part.groupby({by})['value'].mean().to_numpy()")
    shown = "value" if facts["value_title"] else "count"
    facets = ", facet_col='facet', facet_col_wrap=3" if facts["facet"]["column"] else ""
    named = {"x_middle": facts["x_title"], "y_middle": facts["y_title"]}
    return [
        *lines_,
        f"fig = px.scatter(data, x='x_middle', y='y_middle', color={shown!r}, color_continuous_scale='Cividis'{facets}"
        f", labels={named!r})",
        "fig.update_traces(marker={'symbol': 'square', 'size': 7})",
    ]


def _point_lines(data: ChartData) -> list[str]:
    color = ", color='value', color_continuous_scale='Cividis'" if data.facts["value_title"] else ""
    return [
        "data = part.sample(min(len(part), 5000), random_state=0)",
        f"fig = px.scatter(data, x='x', y='y'{color}{looks(data)}, opacity=0.6, {titles(data, 'x', 'y')})",
    ]


def _trend_lines(data: ChartData) -> list[str]:
    if data.facts["facet"]["column"]:
        return []
    x, y = (f"np.log10(part['{a}'])" if data.facts.get(f"log_{a}") else f"part['{a}']" for a in "xy")
    ends = "10 ** ends" if data.facts.get("log_x") else "ends"
    heights = "intercept + slope * ends"
    heights = f"10 ** ({heights})" if data.facts.get("log_y") else heights
    return [
        f"slope, intercept = np.polyfit({x}, {y}, 1)",
        f"ends = np.array([{x}.min(), {x}.max()])",
        f"fig.add_trace(go.Scatter(x={ends}, y={heights}, mode='lines', name='trend'))",
    ]


def scatter_3d(data: ChartData) -> list[str]:
    """Return the code of a 3-D scatter."""
    spec, facts = data.spec, data.facts
    value = {"value": number(spec.color)} if facts["value_title"] else {}
    color = ", color='value', color_continuous_scale='Cividis'" if value else looks(data)
    most = int(spec.options.get("points", 2000))
    return [
        part(data, x=number(spec.x), y=number(spec.y), z=number(spec.z), **value),
        f"data = part.sample(min(len(part), {most}), random_state=0)",
        f"fig = px.scatter_3d(data, x='x', y='y', z='z'{color}, {titles(data, 'x', 'y', 'z')})",
        "fig.update_traces(marker={'size': 3})",
    ]


def pairs(data: ChartData) -> list[str]:
    """Return the code of pairs."""
    names = data.facts["names"]
    gathered = ", ".join(f"{name!r}: {number(name)}" for name in names)
    return [
        f"part = pd.DataFrame({{{gathered}}})",
        "data = part.corr(min_periods=3)",
        f"fig = px.scatter_matrix(part.sample(min(len(part), 2000), random_state=0), dimensions={list(names)!r})",
        "fig.update_traces(marker={'size': 3, 'opacity': 0.5})",
    ]


def parallel(data: ChartData) -> list[str]:
    """Return the code of parallel lines."""
    axes, columns = data.facts["axes"], {}
    for place, axis in enumerate(axes):
        if axis["labels"]:
            codes = {label: i for i, label in enumerate(axis["labels"])}
            columns[f"v{place}"] = f"{group(axis['groups'])}.map({codes!r})"
        else:
            columns[f"v{place}"] = number(axis["column"])
    labels = {f"v{place}": axis["column"] for place, axis in enumerate(axes)}
    most = int(data.spec.options.get("lines", 500))
    shown = data.facts["color"]["labels"]
    codes = {label: i for i, label in enumerate(shown)}
    return [
        part(data, **columns),
        f"data = part.sample(min(len(part), {most}), random_state=0)",
        f"fig = px.parallel_coordinates(data.assign(shade=data['color'].map({codes!r})), dimensions={list(columns)!r}, "
        f"color='shade', labels={labels!r}, color_continuous_scale='Cividis')",
        "fig.update_layout(coloraxis_showscale=False)",
    ]


def texts(data: ChartData) -> list[str]:
    """Return the code of words."""
    spec = data.spec
    small = sorted(SMALL_WORDS) if spec.options.get("stop_words", True) else []
    return [
        part(data, text=f"table[{spec.x!r}]"),
        "found = part['text'].astype(str).str.lower().str.findall(r'[^\\W_]{2,}')",
        "part['term'] = found.map(lambda terms: list(set(terms)))",
        "rows = part.groupby('color').size()",
        "terms = part.explode('term').dropna(subset=['term'])",
        f"terms = terms[~terms['term'].isin({small!r})]",
        "totals = terms.groupby('term').size().rename('total').reset_index()",
        "totals = totals.sort_values(['total', 'term'], ascending=[False, True])",
        f"chosen = totals['term'].head({int(spec.options.get('terms', 20))})",
        "data = terms[terms['term'].isin(chosen)].groupby(['color', 'term']).size().rename('count').reset_index()",
        "data['share'] = data['count'] / data['color'].map(rows)",
        f"fig = px.bar(data, x='share', y='term', orientation='h', barmode='group'{looks(data)})",
        "fig.update_yaxes(categoryorder='total ascending')",
    ]


BODIES: dict[ChartKind, Callable[[ChartData], list[str]]] = {
    ChartKind.HISTOGRAM: histogram,
    ChartKind.BOX: boxes,
    ChartKind.VIOLIN: boxes,
    ChartKind.BARS: bars,
    ChartKind.STACKED_BARS: bars,
    ChartKind.GROUPED_BARS: bars,
    ChartKind.TIME_COUNTS: lines,
    ChartKind.LINE: lines,
    ChartKind.HEAT_MAP: heat_map,
    ChartKind.SCATTER: points,
    ChartKind.MAP: points,
    ChartKind.SCATTER_3D: scatter_3d,
    ChartKind.PAIRS: pairs,
    ChartKind.PARALLEL: parallel,
    ChartKind.TEXT: texts,
}
