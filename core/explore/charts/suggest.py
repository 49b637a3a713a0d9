"""Which chart suits some columns, best first, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.data.schema import ColumnSchema, Dataset
from core.explore.chart_spec import ChartKind, ChartSpec
from core.explore.charts.roles import Reading, reads_as
from core.types import ColumnKind, Meaning

FEW = 12
"""A number with at most this many values can also be taken value by value."""
MANY_GROUPS = 60


@dataclass(frozen=True)
class Suggestion:
    """A chart and why it suits."""

    spec: ChartSpec
    reason: str


@dataclass(frozen=True)
class _Sorted:
    """Chosen columns by what they can be; the order of choice is kept."""

    numbers: tuple[str, ...]
    groups: tuple[str, ...]
    dates: tuple[str, ...]
    texts: tuple[str, ...]
    flags: tuple[str, ...]
    latitude: str
    longitude: str


def suggest(dataset: Dataset, columns: Sequence[str]) -> tuple[ChartSpec, ...]:
    """Return charts that suit the columns, best first; empty without columns."""
    return tuple(one.spec for one in suggestions(dataset, columns))


def suggestions(dataset: Dataset, columns: Sequence[str]) -> tuple[Suggestion, ...]:
    """Return charts that suit the columns, best first, each with its reason.

    Parameters
    ----------
    dataset : Dataset
        The table.
    columns : sequence of str
        One or more; the first is the one that matters most.
    """
    chosen = [dataset.column(name) for name in dict.fromkeys(columns)]
    if not chosen:
        return ()
    kinds = _sort(chosen)
    maker = {1: _one, 2: _two}.get(len(chosen), _many)
    found: dict[str, Suggestion] = {}
    for one in maker(kinds, chosen):
        found.setdefault(one.spec.model_dump_json(), one)
    return tuple(found.values())


def _sort(columns: Sequence[ColumnSchema]) -> _Sorted:
    numbers, groups, dates, texts, flags = [], [], [], [], []
    for column in columns:
        if reads_as(column, Reading.DATE):
            dates.append(column.name)
        elif column.kind is ColumnKind.TEXT or (column.kind is ColumnKind.IDENTIFIER and _is_text(column)):
            texts.append(column.name)
        elif column.kind is ColumnKind.BOOLEAN:
            groups.append(column.name)
            flags.append(column.name)
        elif column.kind in (ColumnKind.NUMERIC, ColumnKind.IDENTIFIER):
            numbers.append(column.name)
        else:
            groups.append(column.name)
    by = {column.meaning: column.name for column in columns if column.meaning}
    names = {column.name.lower(): column.name for column in columns if reads_as(column, Reading.NUMBER)}

    def place(meaning: Meaning, *words: str) -> str:
        return by.get(meaning, "") or next((names[w] for w in words if w in names), "")

    return _Sorted(
        tuple(numbers),
        tuple(groups),
        tuple(dates),
        tuple(texts),
        tuple(flags),
        place(Meaning.LATITUDE, "latitude", "lat"),
        place(Meaning.LONGITUDE, "longitude", "lon", "lng", "long"),
    )


def _is_text(column: ColumnSchema) -> bool:
    return reads_as(column, Reading.TEXT)


def _make(kind: ChartKind, reason: str, **more: object) -> Suggestion:
    return Suggestion(ChartSpec.model_validate({"kind": kind, **more}), reason)


def _one(kinds: _Sorted, columns: Sequence[ColumnSchema]) -> Iterator[Suggestion]:
    column, name = columns[0], columns[0].name
    if kinds.dates:
        yield _make(ChartKind.TIME_COUNTS, "Dates are counted by period.", x=name)
        yield _make(ChartKind.LINE, "Rows over time as a line.", x=name)
        yield _make(ChartKind.HISTOGRAM, "Dates in ranges of equal length.", x=name)
    elif kinds.numbers:
        few = 0 < column.unique <= FEW
        if few:
            yield _make(ChartKind.BARS, "A number with few values is counted value by value.", x=name)
            yield _make(ChartKind.BARS, "The same as shares, with intervals.", x=name, options={"share": True})
            return
        yield _make(ChartKind.HISTOGRAM, "The spread of a number shows best in ranges.", x=name)
        yield _make(ChartKind.BOX, "Middle, spread and far-off values.", y=name)
        yield _make(ChartKind.VIOLIN, "The whole shape at a glance.", y=name)
    elif kinds.texts:
        yield _make(ChartKind.TEXT, "Texts differ; their words and lengths say more.", x=name)
    else:
        yield _make(ChartKind.BARS, "How often each value occurs.", x=name)
        yield _make(ChartKind.BARS, "The same as shares, with intervals.", x=name, options={"share": True})
        if _is_text(column) and column.kind is not ColumnKind.BOOLEAN and column.unique > FEW:
            yield _make(ChartKind.TEXT, "The words in the values.", x=name)


def _two(kinds: _Sorted, columns: Sequence[ColumnSchema]) -> Iterator[Suggestion]:
    by = {column.name: column for column in columns}
    if kinds.latitude and kinds.longitude and kinds.latitude != kinds.longitude:
        yield _make(ChartKind.MAP, "The columns are coordinates.", x=kinds.longitude, y=kinds.latitude)
    if kinds.dates and len(kinds.dates) == 1:
        yield from _over_time(kinds, kinds.dates[0])
    elif len(kinds.numbers) == 2 and all(by[name].unique <= FEW for name in kinds.numbers):
        yield from _two_groups(kinds.numbers, kinds.numbers, by)
    elif len(kinds.numbers) == 2:
        x, y = kinds.numbers
        if by[x].unique <= FEW < by[y].unique:
            yield _make(ChartKind.BOX, f"{x} has few values.", x=x, y=y)
        if by[y].unique <= FEW < by[x].unique:
            yield _make(ChartKind.BOX, f"{y} has few values.", x=y, y=x)
        yield _make(ChartKind.SCATTER, "Two numbers against each other.", x=x, y=y)
        yield _make(ChartKind.HEAT_MAP, "Where most rows lie.", x=x, y=y)
        yield _make(ChartKind.LINE, "The mean of one along the other.", x=x, y=y)
    elif kinds.numbers and kinds.groups:
        if by[kinds.numbers[0]].unique <= 2:
            yield from _two_groups((kinds.numbers[0], kinds.groups[0]), kinds.numbers[:1], by)
        yield from _number_by_group(kinds.numbers[0], by[kinds.groups[0]])
    elif len(kinds.groups) == 2:
        yield from _two_groups(kinds.groups, kinds.flags, by)
    elif kinds.texts and kinds.groups:
        yield _make(ChartKind.TEXT, "Words of each group.", x=kinds.texts[0], color=kinds.groups[0])
    for name in by:
        yield from list(_one(_sort([by[name]]), [by[name]]))[:1]


def _two_groups(names: Sequence[str], flags: Sequence[str], by: dict[str, ColumnSchema]) -> Iterator[Suggestion]:
    x, color = sorted(names, key=lambda name: -by[name].unique)
    yield _make(ChartKind.STACKED_BARS, "What each group is made of.", x=x, color=color)
    yield _make(ChartKind.HEAT_MAP, "Every pair of values.", x=color, y=x)
    yield _make(ChartKind.GROUPED_BARS, "Parts side by side.", x=x, color=color)
    if color in flags and by[color].unique == 2:
        yield _make(ChartKind.BARS, "The mean of the second for each value, with its interval.", x=x, y=color)


def _over_time(kinds: _Sorted, date: str) -> Iterator[Suggestion]:
    color = {"color": kinds.groups[0]} if kinds.groups else {}
    for number in kinds.numbers:
        yield _make(ChartKind.LINE, "A number over time.", x=date, y=number, **color)
    if kinds.groups:
        yield _make(ChartKind.TIME_COUNTS, "Rows over time, group by group.", x=date, **color)
        yield _make(ChartKind.LINE, "Rows over time as lines.", x=date, **color)
    for number in kinds.numbers[:1]:
        yield _make(ChartKind.SCATTER, "Each row at its time.", x=date, y=number, **color)


def _number_by_group(number: str, group: ColumnSchema) -> Iterator[Suggestion]:
    name = group.name
    yield _make(ChartKind.BOX, "A number, group by group.", x=name, y=number)
    yield _make(ChartKind.BARS, "The mean of each group with its interval.", x=name, y=number)
    if group.unique <= 8:
        yield _make(ChartKind.HISTOGRAM, "The spread of each group.", x=number, color=name, options={"share": True})
    if group.unique <= MANY_GROUPS:
        yield _make(ChartKind.VIOLIN, "The shape of each group.", x=name, y=number)
        yield _make(ChartKind.HISTOGRAM, "A small chart a group.", x=number, facet=name)


def _many(kinds: _Sorted, columns: Sequence[ColumnSchema]) -> Iterator[Suggestion]:
    by = {column.name: column for column in columns}
    numbers, groups = kinds.numbers, kinds.groups
    if kinds.latitude and kinds.longitude and kinds.latitude != kinds.longitude:
        rest = [name for name in by if name not in (kinds.latitude, kinds.longitude)]
        yield _make(
            ChartKind.MAP, "Coordinates, coloured by the third column.", x=kinds.longitude, y=kinds.latitude,
            color=rest[0] if rest else "",
        )  # fmt: skip
    if len(kinds.dates) == 1:
        yield from _over_time(kinds, kinds.dates[0])
    if len(numbers) >= 2 and groups:
        yield _make(ChartKind.SCATTER, "Two numbers, coloured by a group.", x=numbers[0], y=numbers[1], color=groups[0])
        yield _make(ChartKind.SCATTER, "A small chart a group.", x=numbers[0], y=numbers[1], facet=groups[0])
    if len(numbers) == 3 and not groups:
        x, y, color = numbers
        yield _make(ChartKind.SCATTER, "Two numbers, coloured by a third.", x=x, y=y, color=color)
    if len(numbers) >= 2 and len(numbers) >= 3:
        more = {"color": groups[0]} if groups else {}
        yield _make(ChartKind.PAIRS, "Every number against every other.", columns=numbers[:6])
        yield _make(ChartKind.PARALLEL, "Rows across many columns.", columns=numbers[:8], **more)
        x, y, z = numbers[:3]
        yield _make(ChartKind.SCATTER_3D, "Three numbers as a cloud.", x=x, y=y, z=z, **more)
        yield _make(ChartKind.HEAT_MAP, "The mean of a third number.", x=x, y=y, z=z)
    if len(numbers) == 1 and len(groups) >= 2:
        x, color = sorted(groups[:2], key=lambda name: -by[name].unique)
        yield _make(ChartKind.BOX, "A number by two groups.", x=x, y=numbers[0], color=color)
        yield _make(ChartKind.HEAT_MAP, "The mean for every pair of groups.", x=color, y=x, z=numbers[0])
        yield _make(ChartKind.GROUPED_BARS, "Means side by side, with intervals.", x=x, y=numbers[0], color=color)
    if len(groups) >= 3:
        x, color, facet = groups[:3]
        yield _make(
            ChartKind.STACKED_BARS, "Parts of each group, a small chart a third.", x=x, color=color, facet=facet
        )
        yield _make(ChartKind.PARALLEL, "Values across many columns.", columns=tuple(groups[:8]))
    first_two = columns[:2]
    yield from _two(_sort(first_two), first_two)
