"""A graph under construction: each call adds a layer and returns its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.models.adapters.graph import Graph, Layer, Op
from core.models.adapters.network_spec import DataShape
from core.models.adapters.sizes import embedding_width

NORM = ("scale", "shift")
FREQUENCIES = 16


class Blocks:
    """The layers so far. Names are ``<what>_<number>`` unless given, counted for each kind."""

    def __init__(self, data: DataShape) -> None:
        self.data = data
        self._layers: dict[str, Layer] = {}
        self._counts: dict[str, int] = {}

    def graph(self) -> Graph:
        """Return the layers as a graph."""
        return Graph(tuple(self._layers.values()))

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape that a layer gives for one row."""
        return self._layers[name].shape

    def width(self, name: str) -> int:
        """Return the last length of a layer's shape."""
        return self._layers[name].shape[-1]

    def add(
        self,
        op: Op,
        inputs: Sequence[str],
        shape: tuple[int, ...],
        weights: Sequence[tuple[str, tuple[int, ...]]] = (),
        *,
        name: str = "",
        **options: Any,
    ) -> str:
        """Add a layer under ``name``, or its operation's name with the next number."""
        name = name or self._next(op)
        self._layers[name] = Layer(name, op, tuple(inputs), shape, tuple(weights), options)
        return name

    def _next(self, stem: str) -> str:
        number = self._counts.get(stem, 0)
        self._counts[stem] = number + 1
        return f"{stem}_{number}"

    def numbers(self) -> str | None:
        """Add the columns that are numbers; None where there are none."""
        return self.add("numbers", (), (self.data.n_numeric,), name="numbers") if self.data.n_numeric else None

    def embeddings(self, width: int | None, *, stem: str = "embedding", spread: float = 0.05) -> list[str]:
        """Add a table for each code column, ``width`` wide or by its number of categories."""
        found = []
        for code, levels in enumerate(self.data.levels):
            wide = width or embedding_width(levels)
            table = (("table", (levels + 1, wide)),)
            options = {"code": code, "levels": levels, "spread": spread}
            found.append(self.add("embedding", (), (wide,), table, name=f"{stem}_{code}", **options))
        return found

    def concat(self, inputs: Sequence[str], *, name: str = "") -> str:
        """Put layers beside each other; one alone stays as it is."""
        if len(inputs) == 1:
            return inputs[0]
        return self.add("concat", inputs, (sum(self.width(one) for one in inputs),), name=name)

    def dense(self, source: str, width: int, *, name: str = "") -> str:
        """Add ``x @ kernel + bias``."""
        shape, before = self.shape(source), self.width(source)
        return self.add(
            "dense", (source,), (*shape[:-1], width), (("kernel", (before, width)), ("bias", (width,))), name=name
        )

    def activation(self, source: str, kind: str) -> str:
        """Add an activation; "reglu" halves the width."""
        *others, width = self.shape(source)
        return self.add("activation", (source,), (*others, width // 2 if kind == "reglu" else width), kind=kind)

    def dropout(self, source: str, rate: float) -> str:
        """Add dropout where there is a rate."""
        return self.add("dropout", (source,), self.shape(source), rate=rate) if rate > 0 else source

    def batch_norm(self, source: str) -> str:
        """Add batch normalisation."""
        width = (self.width(source),)
        weights = tuple((name, width) for name in (*NORM, "mean", "variance"))
        return self.add("batch_norm", (source,), self.shape(source), weights, name=self._next("norm"))

    def layer_norm(self, source: str) -> str:
        """Add layer normalisation."""
        weights = tuple((name, (self.width(source),)) for name in NORM)
        return self.add("layer_norm", (source,), self.shape(source), weights)

    def scale(self, source: str) -> str:
        """Add a learned factor for each value."""
        return self.add("scale", (source,), self.shape(source), (("scale", (self.width(source),)),))

    def sum_of(self, *sources: str) -> str:
        """Add layers of equal shape."""
        return self.add("add", sources, self.shape(sources[0]))

    def periodic(self, source: str, width: int, *, spread: float) -> str:
        """Describe each number by ``width`` numbers, see `graph`."""
        columns = self.width(source)
        weights = (
            ("frequency", (columns, FREQUENCIES)),
            ("phase", (columns, FREQUENCIES)),
            ("kernel", (columns, FREQUENCIES, width - 1)),
            ("bias", (columns, width - 1)),
        )
        return self.add("periodic", (source,), (columns * width,), weights, spread=spread)

    def output(self, source: str) -> str:
        """Add the last dense layer."""
        return self.dense(source, self.data.n_outputs, name="output")
