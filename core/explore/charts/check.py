"""A spec against its table: every problem at once, before anything is counted."""

from __future__ import annotations

from core.data.schema import Dataset
from core.errors import InvalidInput, LatheError
from core.explore.chart_spec import ChartSpec
from core.explore.charts.kind_parts import STYLE_OPTIONS, ChartKindSpec
from core.explore.charts.kinds import BASE_COLOR, LINE_STYLE, get_kind
from core.explore.charts.roles import Reading, RoleSpec
from core.params import ParamValue, validate_params

WORDS = {
    Reading.NUMBER: "numbers",
    Reading.DATE: "dates",
    Reading.TEXT: "text",
    Reading.GROUP: "any column",
}


def check(dataset: Dataset, spec: ChartSpec) -> dict[str, ParamValue]:
    """Check columns, options and filters of a spec.

    Returns
    -------
    dict
        The kind's options with their defaults filled in.

    Raises
    ------
    InvalidInput
        With one problem a field.
    """
    kind = get_kind(spec.kind)
    problems = [problem for role in kind.roles for problem in _role_problems(dataset, spec, kind, role)]
    problems += [
        LatheError(f"There is no column {shown(f.column)} to filter by.", field="filters")
        for f in spec.filters
        if f.column not in dataset.column_names
    ]
    options: dict[str, ParamValue] = {}
    try:
        options = validate_params(kind.options, {k: v for k, v in spec.options.items() if k not in STYLE_OPTIONS})
        _check_style(spec)
    except InvalidInput as error:
        problems += list(error.problems)
    except LatheError as error:
        problems.append(error)
    if problems:
        raise InvalidInput(problems)
    return options


def shown(name: str, longest: int = 60) -> str:
    """Return the name of a column for a sentence, cut where it is very long."""
    return name if len(name) <= longest else name[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _role_problems(dataset: Dataset, spec: ChartSpec, kind: ChartKindSpec, role: RoleSpec) -> list[LatheError]:
    chosen = role.chosen(spec)
    if role.name == "columns" and not role.least <= len(set(chosen)) <= role.most:
        return [
            LatheError(
                f"{kind.title} takes {role.least} to {role.most} different columns. {len(set(chosen))} are chosen.",
                field="columns",
            )
        ]
    if not chosen and not role.optional:
        return [LatheError(f"{kind.title} needs a column for {role.label!r}.", hint="Choose one.", field=role.name)]
    problems = []
    for name in chosen:
        if name not in dataset.column_names:
            problems.append(LatheError(f"There is no column {shown(name)}.", field=role.name))
        elif not role.takes(dataset.column(name)):
            needs = " or ".join(WORDS[reading] for reading in role.readings)
            holds = dataset.column(name).kind.value
            problems.append(
                LatheError(
                    f"{role.label} of a {kind.title.lower()} must be {needs}. {shown(name)} is {holds}.",
                    hint="Choose another column, or another kind of chart.",
                    field=role.name,
                )
            )
    return problems


def _check_style(spec: ChartSpec) -> None:
    for declared in (BASE_COLOR, LINE_STYLE):
        if declared.name in spec.options:
            declared.check(spec.options[declared.name])
    for name in ("title", "x_title", "y_title"):
        if not isinstance(spec.options.get(name, ""), str):
            raise LatheError("A title must be text.", field=name)
