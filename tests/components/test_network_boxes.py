from __future__ import annotations

import pytest

from components.network_boxes import boxes_of, fold
from components.network_diagram import layers_table, positions
from core.models.adapters.architectures import build_graph
from core.models.adapters.network_spec import ARCHITECTURES, DataShape
from core.models.adapters.presets import network_spec

DATA = DataShape(5, (4, 9, 30), 3)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("blocks", [1, 2, 6])
def test_boxes_hold_all_that_is_learned_and_read_only_those_above(architecture: str, blocks: int) -> None:
    graph = build_graph(network_spec(architecture, blocks=blocks, layers=min(blocks, 5)), DATA)  # type: ignore[arg-type]
    boxes = boxes_of(graph)
    assert sum(box.parameters for box in boxes) == graph.parameters
    assert boxes[-1].title.startswith("Prediction: ")
    assert boxes[-1].shape == graph.output.shape
    rows = [row for _, row, _ in positions(boxes)]
    assert all(rows[one] < rows[place] for place, box in enumerate(boxes) for one in box.inputs)
    read = {one for box in boxes for one in box.inputs}
    assert read == set(range(len(boxes) - 1))
    assert layers_table(graph)["Numbers to learn"].sum() == graph.parameters


def test_a_block_repeated_three_times_is_told_once() -> None:
    boxes = boxes_of(build_graph(network_spec("resnet", blocks=6), DATA))
    [note] = [box for box in boxes if box.note]
    assert note.title == "the same block 4 times more"
    assert len(boxes) == len(boxes_of(build_graph(network_spec("resnet", blocks=9), DATA)))
    two = boxes_of(build_graph(network_spec("resnet", blocks=2), DATA))
    assert not any(box.note for box in two)
    assert fold(two) == two


def test_boxes_say_what_is_inside() -> None:
    titles = [box.title for box in boxes_of(build_graph(network_spec("mlp", batch_norm=True), DATA))]
    assert titles[:3] == ["5 number columns", "3 category columns as learned numbers", "Side by side"]
    assert titles[3] == "Dense 128, batch norm, ReLU, dropout 0.1"
