"""The methods of projection."""

from __future__ import annotations

from core.errors import LatheError
from core.explore.projection.spec import MethodSpec
from core.params import ParamSpec
from core.types import ParamLevel

_HERE = "core.explore.projection"

_SCALE = ParamSpec(
    name="scale",
    kind="bool",
    default=True,
    label="Count each column alike",
    help="Numbers are brought to the same spread (standardised), so that a column in grams does not outweigh one in "
    "tonnes.",
    why_default="units are rarely comparable.",
    level=ParamLevel.ADVANCED,
)
_DISTANCES = ("euclidean", "manhattan", "cosine")


def _distance(help_text: str) -> ParamSpec:
    return ParamSpec(
        name="metric",
        kind="choice",
        default="euclidean",
        choices=_DISTANCES,
        choice_labels=("Straight line", "Sum over the columns", "Angle"),
        label="Distance",
        help=help_text,
        why_default="it suits columns of the same spread.",
        level=ParamLevel.ADVANCED,
    )


def _rows(default: int, high: int, why: str) -> ParamSpec:
    return ParamSpec(
        name="rows",
        kind="int",
        default=default,
        low=100,
        high=high,
        step=100,
        label="Rows at most",
        help="Of a longer table this many rows are drawn at random.",
        why_default=why,
        level=ParamLevel.ADVANCED,
    )


def _components(high: int) -> ParamSpec:
    return ParamSpec(
        name="components",
        kind="int",
        default=2,
        low=2,
        high=high,
        label="Axes",
        help="Coordinates a point gets (components).",
        why_default="a picture has two.",
        level=ParamLevel.ADVANCED if high <= 3 else ParamLevel.BASIC,
    )


METHODS: tuple[MethodSpec, ...] = (
    MethodSpec(
        key="pca",
        title="Principal components (PCA)",
        purpose="Turns the table so that it is seen from its widest side. Quick, the same every time, all rows.",
        caption="Rows close together have similar values. Each axis is a mix of columns; the loadings say of which.",
        formula=r"\max_{\lVert w\rVert=1} w^\top\Sigma w",
        source="Pearson 1901; Hotelling 1933",
        params=(_components(10).model_copy(update={"default": 3}), _SCALE),
        function=f"{_HERE}.pca:project",
        whole_table=True,
    ),
    MethodSpec(
        key="tsne",
        title="Neighbour map (t-SNE)",
        purpose="Puts rows that are alike beside one another. Good at showing groups, slow on many rows.",
        caption="Only nearness counts: rows close together are alike. The distance between groups, their size and the "
        "axes mean little, and other settings give another picture.",
        formula=r"\min\sum_{i\ne j}p_{ij}\log\frac{p_{ij}}{q_{ij}}",
        source="van der Maaten and Hinton 2008",
        params=(
            ParamSpec(
                name="perplexity",
                kind="float",
                default=30.0,
                low=2.0,
                high=100.0,
                step=1.0,
                label="Neighbours that count",
                help="About how many rows are taken as near (perplexity). Few show small groups, many the broad shape.",
                why_default="it suits a few hundred to a few thousand rows.",
            ),
            ParamSpec(
                name="iterations",
                kind="int",
                default=1000,
                low=250,
                high=5000,
                step=50,
                label="Rounds",
                help="How long the points are moved (iterations).",
                why_default="most tables are still by then.",
                level=ParamLevel.ADVANCED,
            ),
            _components(3),
            _distance("How far two rows are taken to be apart."),
            _rows(5_000, 10_000, "it takes a minute or two; twice the rows take more than twice as long."),
            _SCALE,
            ParamSpec(
                name="exaggeration",
                kind="float",
                default=12.0,
                low=1.0,
                high=50.0,
                step=1.0,
                label="Early pull",
                help="How strongly groups are drawn together at first (early exaggeration).",
                why_default="the authors' choice.",
                level=ParamLevel.EXPERT,
            ),
        ),
        function=f"{_HERE}.tsne:project",
    ),
    MethodSpec(
        key="umap",
        title="Neighbour map (UMAP)",
        purpose="Puts rows that are alike beside one another, quicker than t-SNE on many rows.",
        caption="Nearness counts: rows close together are alike. The distance between groups, their size and the axes "
        "mean little, and other settings give another picture.",
        formula=r"\min\sum_{ij}v_{ij}\log\frac{v_{ij}}{w_{ij}}+(1-v_{ij})\log\frac{1-v_{ij}}{1-w_{ij}}",
        source="McInnes, Healy and Melville 2018",
        params=(
            ParamSpec(
                name="neighbours",
                kind="int",
                default=15,
                low=2,
                high=100,
                label="Neighbours that count",
                help="How many of the nearest rows each row is tied to. Few show small groups, many the broad shape.",
                why_default="it keeps small groups and some of the whole.",
            ),
            ParamSpec(
                name="min_distance",
                kind="float",
                default=0.1,
                low=0.0,
                high=0.99,
                step=0.01,
                label="Least distance",
                help="How tightly points may lie together. Small makes dense clumps, large spreads them.",
                why_default="groups are dense and their points still apart.",
            ),
            _components(3),
            _distance("How far two rows are taken to be apart."),
            _rows(10_000, 50_000, "it takes about half a minute."),
            _SCALE,
        ),
        function=f"{_HERE}.umap_map:project",
    ),
)


def get_method(key: str) -> MethodSpec:
    """Return a method; a `LatheError` names the known ones where there is none of this key."""
    for spec in METHODS:
        if spec.key == key:
            return spec
    raise LatheError(
        f"There is no projection called {key!r}.", hint=f"Known: {', '.join(m.key for m in METHODS)}.", field="method"
    )
