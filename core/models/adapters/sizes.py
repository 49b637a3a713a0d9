"""Sizes that follow from the data: widths, rows in a batch, and the memory that learning takes."""

from __future__ import annotations

from core.models.adapters.graph import Graph, Layer

SMALLEST_BATCH, LARGEST_BATCH, ROWS_PER_BATCH_ROW = 32, 1024, 32
MANY_ROWS, LARGEST_OF_MANY, MANY_PER_BATCH_ROW = 131_072, 4096, 128
BYTES, KEPT_OF_WEIGHTS, KEPT_OF_VALUES = 4, 4, 3
SMALLEST_FITTING, SHARE_OF_MEMORY = 8, 0.25
MOST_AT_ONCE, VALUES_AT_ONCE = 16384, 40_000_000


def hidden_widths(layers: int, width: int, shape: str = "equal") -> tuple[int, ...]:
    """Return the width of each hidden layer; "halving" halves it from layer to layer, never below 4."""
    return tuple(max(4, width // 2**depth) if shape == "halving" else width for depth in range(layers))


def embedding_width(levels: int) -> int:
    """Return how many numbers describe one of ``levels`` categories.

    ``min(50, round(1.6 * levels ** 0.56))``: the rule of fastai's tabular models (``emb_sz_rule``), with the smaller
    cap of its first version, because tables here have thousands rather than millions of rows.
    """
    width: float = 1.6 * levels**0.56
    return max(1, min(50, round(width)))


def heads_of(width: int) -> int:
    """Return the attention heads for tokens of ``width``: 8, or fewer where 8 does not divide it."""
    return next(heads for heads in (8, 4, 2, 1) if width % heads == 0)


def batch_rows(n_rows: int) -> int:
    """Return the automatic batch size: the power of two at or below ``n_rows / 32``, from 32 to 1024.

    From 131,072 rows on it is the one at or below ``n_rows / 128``, up to 4096: enough to keep a GPU busy.
    """
    if n_rows > MANY_ROWS:
        return min(LARGEST_OF_MANY, _power_of_two(n_rows // MANY_PER_BATCH_ROW))
    return min(LARGEST_BATCH, max(SMALLEST_BATCH, _power_of_two(n_rows // ROWS_PER_BATCH_ROW)))


def training_memory_bytes(graph: Graph, batch: int) -> int:
    """Estimate the memory that learning takes in bytes, without the rows themselves.

    Weights, their gradients and the two averages of Adam; for each row of a batch the values between the layers,
    their gradients and as much again for what the operations keep inside; in float32.
    """
    per_row = graph.activations + sum(_inside(layer) for layer in graph.layers)
    return BYTES * (KEPT_OF_WEIGHTS * graph.parameters + KEPT_OF_VALUES * batch * per_row)


def fitting_batch(graph: Graph, batch: int, memory_bytes: int) -> int:
    """Halve ``batch`` until learning takes at most a quarter of ``memory_bytes`` (0: unknown), never below 8 rows."""
    room = SHARE_OF_MEMORY * memory_bytes
    while memory_bytes and batch > SMALLEST_FITTING and training_memory_bytes(graph, batch) > room:
        batch = max(SMALLEST_FITTING, batch // 2)
    return batch


def rows_at_once(graph: Graph) -> int:
    """Return how many rows are predicted at once: so that the values between the layers take some 300 MB at most."""
    widest = max(1, graph.activations + sum(_inside(layer) for layer in graph.layers))
    return max(16, min(MOST_AT_ONCE, VALUES_AT_ONCE // widest))


def device_memory_bytes(device: str) -> int:
    """Return how much memory ``device`` has in all ("cpu", "cuda:0"); 0 where unknown."""
    from core.device import list_devices

    return next((found.memory_mb * 2**20 for found in list_devices() if found.id == device), 0)


def _inside(layer: Layer) -> int:
    """Return the numbers for one row that an operation keeps besides what it gives."""
    match layer.op:
        case "attention":
            tokens, width = layer.shape
            return 4 * tokens * width + tokens * tokens * int(layer.options["heads"])
        case "periodic":
            columns, frequencies = layer.weights[0][1]
            return 2 * columns * frequencies
        case "member_dense":
            return 2 * layer.shape[0] * layer.shape[1]
        case _:
            return 0


def _power_of_two(number: int) -> int:
    return 1 << (max(1, number).bit_length() - 1)
