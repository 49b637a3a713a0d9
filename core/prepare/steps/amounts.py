"""Text that stands for something else: amounts, codes of which the start matters, lists in one cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepSpec
from core.prepare.steps.common import number_of, text_of
from core.prepare.units import find_unit, unit_names
from core.types import ColumnKind

_KINDS = (ColumnKind.CATEGORICAL, ColumnKind.TEXT, ColumnKind.IDENTIFIER)

READ_AMOUNTS = StepSpec(
    key="read_amounts",
    title="Read money and units as numbers",
    purpose="Turns text such as '$1,200.50', '3.5 kg', '1.2k' or '12 %' into numbers of one unit.",
    when="For columns of amounts that were read as text. Units of one kind are converted into one another; currencies "
    "are not, because rates change, so that amounts in another currency are missing. So is whatever is no amount.",
    group=StepGroup.PLACES,
    kinds=_KINDS,
    takes=(Form.WORDS,),
    formula=r"x = \frac{v \cdot f_{\text{given}}}{f_{\text{wanted}}}",
    source="International avoirdupois and SI definitions of the units",
    params=(
        ParamSpec(
            name="decimal",
            kind="choice",
            default=".",
            choices=(".", ","),
            choice_labels=("A point: 1,200.50", "A comma: 1.200,50"),
            label="Mark before decimals",
            help="The other mark may divide thousands.",
            why_default="What most files use.",
            tunable=False,
        ),
        ParamSpec(
            name="unit",
            kind="text",
            default="",
            optional=True,
            none_label="The most frequent one",
            examples=("", "kg", "$", "%"),
            label="Unit",
            help="What amounts are converted to, such as kg, cm, h or \u20ac. Empty: the unit that most training rows "
            "use. Numbers without a unit are taken to be in it.",
            why_default="Most columns have one unit.",
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.amounts:build_amounts",
    outline="core.prepare.steps.amounts:outline_amounts",
    sentence="core.prepare.steps.amounts:say_amounts",
    one_to_one=True,
)

CODE_PREFIX = StepSpec(
    key="code_prefix",
    title="First characters of a code",
    purpose="Keeps the start of postal codes and the like, which names the wider area.",
    when="Where codes are too many to learn from one by one. Capitals, blanks and dashes make no difference.",
    group=StepGroup.PLACES,
    kinds=_KINDS,
    takes=(Form.WORDS,),
    formula=r"c_1 c_2 \dots c_m \mapsto c_1 \dots c_k",
    source="Postal codes are hierarchical",
    params=(
        ParamSpec(
            name="length",
            kind="int",
            default=2,
            low=1,
            high=12,
            label="Characters kept",
            help="The more, the smaller the area.",
            why_default="Two characters name a region in most countries.",
        ),
    ),
    builder="core.prepare.steps.amounts:build_prefix",
    outline="core.prepare.steps.amounts:outline_prefix",
    sentence="core.prepare.steps.amounts:say_prefix",
    one_to_one=True,
)

ENCODE_LISTS = StepSpec(
    key="encode_lists",
    title="Turn lists in a cell into columns",
    purpose="Counts the items of cells such as 'wifi; pool; garden' and gives each frequent item a column of 0 and 1.",
    when="For cells that hold several answers. Items that training did not have often, or at all, share one column.",
    group=StepGroup.PLACES,
    kinds=_KINDS,
    takes=(Form.WORDS,),
    formula=r"x \mapsto \left(|x|,\; \mathbf{1}[c_1 \in x], \dots, \mathbf{1}[c_K \in x],\;"
    r" \mathbf{1}[x \not\subseteq c]\right)",
    source="Multi-hot encoding",
    params=(
        ParamSpec(
            name="separator",
            kind="text",
            default=";",
            examples=(";", ",", "|"),
            label="What stands between items",
            help="One or a few characters. Brackets around the list and quotes around items do not matter.",
            why_default="A semicolon seldom stands inside of an item.",
            tunable=False,
        ),
        ParamSpec(
            name="most",
            kind="int",
            default=20,
            low=0,
            high=500,
            label="Items that get a column",
            help="Those of most training rows. 0 gives the number of items alone.",
            why_default="Rarer items have too few rows to learn from.",
        ),
    ),
    builder="core.prepare.steps.amounts:build_lists",
    outline="core.prepare.steps.amounts:outline_lists",
    sentence="core.prepare.steps.amounts:say_lists",
)

STEPS: tuple[StepSpec, ...] = (READ_AMOUNTS, CODE_PREFIX, ENCODE_LISTS)


def build_amounts(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the reader of amounts."""
    from core.prepare.transformers.amounts import Amounts

    return Amounts(decimal=text_of(params, "decimal"), unit=_unit(params))


def outline_amounts(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return a number in the place of each column; what is no amount is missing then."""
    _unit(params)
    return tuple(f.becomes(form=Form.NUMBER, kind=ColumnKind.NUMERIC, width=1, gaps=True) for f in context.features)


def say_amounts(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the text becomes."""
    unit = text_of(params, "unit").strip()
    return f"read as a number{f' of {unit}' if unit else ' of its most frequent unit'}"


def _unit(params: Mapping[str, ParamValue]) -> str:
    asked = text_of(params, "unit").strip()
    unit = find_unit(asked) if asked else None
    if asked and unit is None:
        raise LatheError(
            f"The unit must be one that is known. It is {asked!r}.",
            hint=f"Known: {', '.join(unit_names())}. Empty takes the most frequent one, whatever it is.",
            field="unit",
        )
    return unit.name if unit else ""


def build_prefix(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the cutter."""
    from core.prepare.transformers.amounts import Prefixes

    return Prefixes(length=int(number_of(params, "length")))


def outline_prefix(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the columns, still words, with at most as many levels as before."""
    most = 36 ** min(int(number_of(params, "length")), 4)
    return tuple(
        f.becomes(kind=ColumnKind.CATEGORICAL, unique=min(f.unique, most), gaps=True) for f in context.features
    )


def say_prefix(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is kept."""
    length = int(number_of(params, "length"))
    return "only its first character" if length == 1 else f"only its first {length} characters"


def build_lists(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the encoder of one column of lists."""
    from core.prepare.transformers.amounts import ListItems

    return ListItems(separator=text_of(params, "separator"), most=int(number_of(params, "most")))


def outline_lists(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return at most as many columns as items are asked for, one for the others and the count."""
    most = int(number_of(params, "most"))
    width = most + 2 if most else 1
    return tuple(
        f.becomes(form=Form.NUMBER, kind=ColumnKind.NUMERIC, width=width, gaps=False, density=min(4 / width, 1.0))
        for f in context.features
    )


def say_lists(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the lists become."""
    if not params["most"]:
        return f"items between {params['separator']!r} counted"
    return f"its {params['most']} most frequent items in columns of 0 and 1, and their number"
