"""Places, money and units: pairs of coordinates, and text that stands for numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import LatheError
from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps import amounts
from core.prepare.steps.common import NUMBER_KINDS, number_of, text_of
from core.types import ColumnKind

_WHEN = "The step's column is the latitude; both are in degrees, so that it comes before scaling."


def _column(name: str, label: str, help: str, active_when: Condition | None = None) -> ParamSpec:
    return ParamSpec(
        name=name,
        kind="column",
        default="",
        column_kinds=NUMBER_KINDS,
        label=label,
        help=help,
        why_default="Only you know which column it is.",
        tunable=False,
        active_when=active_when,
    )


def _degrees(name: str, label: str, high: float) -> ParamSpec:
    return ParamSpec(
        name=name,
        kind="float",
        default=0.0,
        low=-high,
        high=high,
        label=label,
        help="In degrees; south and west are negative.",
        why_default="Zero stands for no place in particular: type yours.",
        tunable=False,
        active_when=Condition(param="to", values=("point",)),
    )


LONGITUDE = _column("longitude", "Longitude", "The column of longitudes that belongs to the latitudes.")
_OTHER = Condition(param="to", values=("columns",))

PLACE_DISTANCE = StepSpec(
    key="place_distance",
    title="Distance to a place",
    purpose="Says how far each place is from a point, or from the place in two other columns.",
    when=f"Where nearness to something matters: a city's centre, a shop, the end of a journey. {_WHEN}",
    group=StepGroup.PLACES,
    scope=StepScope.NEW,
    kinds=NUMBER_KINDS,
    takes=(Form.NUMBER,),
    formula=r"d = 2 R \arcsin \sqrt{\sin^2\tfrac{\varphi_2 - \varphi_1}{2}"
    r" + \cos\varphi_1 \cos\varphi_2 \sin^2\tfrac{\lambda_2 - \lambda_1}{2}}",
    source="R. W. Sinnott, Virtues of the haversine (1984)",
    params=(
        LONGITUDE,
        ParamSpec(
            name="to",
            kind="choice",
            default="point",
            choices=("point", "columns"),
            choice_labels=("One point", "The place in two other columns"),
            label="Distance to",
            help="A fixed point, or a second place in each row.",
            why_default="Most tables have one place a row.",
            tunable=False,
        ),
        _degrees("point_latitude", "Latitude of the point", 90.0),
        _degrees("point_longitude", "Longitude of the point", 180.0),
        _column("other_latitude", "Other latitude", "The column of the second place's latitude.", _OTHER),
        _column("other_longitude", "Other longitude", "The column of the second place's longitude.", _OTHER),
        ParamSpec(
            name="unit",
            kind="choice",
            default="km",
            choices=("km", "miles"),
            choice_labels=("Kilometres", "Miles"),
            label="In",
            help="Unit of the distance.",
            why_default="Models do not mind which.",
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.places:build_distance",
    outline="core.prepare.steps.places:outline_distance",
    sentence="core.prepare.steps.places:say_distance",
)

PLACE_CENTRES = StepSpec(
    key="place_centres",
    title="Distances to centres",
    purpose="Finds where the training rows crowd and says how far each place is from each of these centres.",
    when=f"Where region matters and no point is known beforehand. {_WHEN} Where training has fewer different places "
    "than centres, the last columns repeat one.",
    group=StepGroup.PLACES,
    scope=StepScope.NEW,
    kinds=NUMBER_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x_k = d(p, c_k), \quad c = \arg\min \sum_i \min_k \lVert p_i - c_k \rVert^2",
    source="k-means on the sphere; scikit-learn, KMeans",
    params=(
        LONGITUDE,
        ParamSpec(
            name="centres",
            kind="int",
            default=5,
            low=1,
            high=50,
            label="Centres",
            help="Columns given, one a centre, from west to east.",
            why_default="A few distances already place a point.",
        ),
    ),
    builder="core.prepare.steps.places:build_centres",
    outline="core.prepare.steps.places:outline_centres",
    sentence="core.prepare.steps.places:say_centres",
)

PLACE_TURNED = StepSpec(
    key="place_turned",
    title="Turn coordinates",
    purpose="Gives each place coordinates in turned axes.",
    when=f"For trees, which cut along one number at a time: a coast or a river rarely runs north or east. {_WHEN}",
    group=StepGroup.PLACES,
    scope=StepScope.NEW,
    kinds=NUMBER_KINDS,
    takes=(Form.NUMBER,),
    formula=r"u = \lambda \cos\theta + \varphi \sin\theta, \quad v = \varphi \cos\theta - \lambda \sin\theta",
    source="Rotation of axes",
    params=(
        LONGITUDE,
        ParamSpec(
            name="turns",
            kind="int",
            default=2,
            low=1,
            high=8,
            label="Turned axes",
            help="Pairs of columns given, spread evenly between 0 and 90 degrees: 2 turns by 30 and 60.",
            why_default="Two turned pairs and the two raw columns cut in six directions.",
        ),
    ),
    builder="core.prepare.steps.places:build_turned",
    outline="core.prepare.steps.places:outline_turned",
    sentence="core.prepare.steps.places:say_turned",
)

PLACE_CELL = StepSpec(
    key="place_cell",
    title="Grid cell of a place",
    purpose="Names the square on the map that each place lies in, as a category.",
    when=f"Where neighbourhoods differ sharply. {_WHEN} Turn the cells into numbers afterwards; rare ones share one "
    "there.",
    group=StepGroup.PLACES,
    scope=StepScope.NEW,
    kinds=NUMBER_KINDS,
    takes=(Form.NUMBER,),
    formula=r"\left(s \lfloor \varphi / s \rfloor,\; s \lfloor \lambda / s \rfloor\right)",
    source="Regular grid",
    params=(
        LONGITUDE,
        ParamSpec(
            name="size",
            kind="float",
            default=1.0,
            low=0.001,
            high=45.0,
            log=True,
            label="Size of a cell in degrees",
            help="One degree of latitude is about 111 kilometres.",
            why_default="Suits a country; take 0.01 for a city.",
        ),
    ),
    builder="core.prepare.steps.places:build_cell",
    outline="core.prepare.steps.places:outline_cell",
    sentence="core.prepare.steps.places:say_cell",
)

STEPS: tuple[StepSpec, ...] = (PLACE_DISTANCE, PLACE_CENTRES, PLACE_TURNED, PLACE_CELL, *amounts.STEPS)


def build_distance(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the distance of a pair of columns."""
    from core.prepare.transformers.places import PlaceDistance

    miles = params["unit"] == "miles"
    if params["to"] == "columns":
        return PlaceDistance(latitude=None, longitude=None, miles=miles)
    return PlaceDistance(number_of(params, "point_latitude"), number_of(params, "point_longitude"), miles=miles)


def outline_distance(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column."""
    others = ("other_latitude", "other_longitude") if params["to"] == "columns" else ()
    return _placed(params, context, width=1, others=others)


def say_distance(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say between what the distance is."""
    if params["to"] == "columns":
        where = f"{params['other_latitude']}, {params['other_longitude']}"
    else:
        where = f"{number_of(params, 'point_latitude'):g}, {number_of(params, 'point_longitude'):g}"
    return f"with {params['longitude']}: distance to {where} in {params['unit']}, in a new column"


def build_centres(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the distances to learned centres."""
    from core.prepare.transformers.places import PlaceCentres

    return PlaceCentres(centres=int(number_of(params, "centres")), seed=context.seed)


def outline_centres(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column a centre."""
    return _placed(params, context, width=int(number_of(params, "centres")))


def say_centres(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is measured."""
    return f"with {params['longitude']}: distances to {params['centres']} centres, in new columns"


def build_turned(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the turned axes."""
    from core.prepare.transformers.places import PlaceTurned

    turns = int(number_of(params, "turns"))
    return PlaceTurned(angles=[90.0 * n / (turns + 1) for n in range(1, turns + 1)])


def outline_turned(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return two columns a turn."""
    return _placed(params, context, width=2 * int(number_of(params, "turns")))


def say_turned(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is added."""
    return f"with {params['longitude']}: {params['turns']} turned pairs of coordinates, in new columns"


def build_cell(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the grid."""
    from core.prepare.transformers.places import PlaceCells

    return PlaceCells(size=number_of(params, "size"))


def outline_cell(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one category; how many cells there are is not known before rows are read."""
    (made,) = _placed(params, context, width=1)
    cells = (180 / number_of(params, "size")) * (360 / number_of(params, "size"))
    return (made.becomes(form=Form.WORDS, unique=int(max(min(made.unique, cells), 1))),)


def say_cell(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is named."""
    return f"with {params['longitude']}: the grid cell of {number_of(params, 'size'):g} degrees, as a category"


def _placed(
    params: Mapping[str, ParamValue], context: StepContext, *, width: int, others: Sequence[str] = ()
) -> tuple[Feature, ...]:
    """Return the new feature, after a look at whether the columns are a pair."""
    if len(context.features) != 1 or context.features[0].width != 1:
        raise LatheError(
            f"The step takes one column, the latitude. It has {sum(f.width for f in context.features)}.",
            hint="Choose the latitude; the longitude is a setting of the step.",
        )
    latitude = context.features[0]
    named = [latitude.root, *(text_of(params, name) for name in ("longitude", *others))]
    if len(set(named)) < len(named):
        raise LatheError(
            f"Latitudes and longitudes must be different columns. They are {', '.join(map(repr, named))}.",
            hint="Choose another column.",
        )
    return (
        latitude.becomes(form=Form.NUMBER, kind=ColumnKind.NUMERIC, width=width, gaps=True, gaps_seen=0, density=1.0),
    )
