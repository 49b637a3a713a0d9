"""A person's own layers as lines, and the numbers that known networks learn."""

from __future__ import annotations

import pytest

from core.errors import LatheError
from core.models.adapters.architectures import build_graph
from core.models.adapters.network_spec import DataShape, NetworkSpec
from core.models.adapters.own_layers import FORMS, read_layers
from core.models.adapters.own_lines import COPIED, as_lines, follow_lines, line_of, split_lines
from core.models.adapters.presets import network_spec

DATA = DataShape(5, (4, 9), 3)


def own(*lines: str) -> NetworkSpec:
    return NetworkSpec("layers", (), lines="\n".join(lines))


def test_networks_of_textbooks_learn_as_many_numbers_as_there() -> None:
    pictures, digits = DataShape(784, (), 10), ("dense 64 relu", "dense 64 relu")
    assert build_graph(NetworkSpec(hidden=(64, 64)), pictures).parameters == 55_050
    assert build_graph(own(*digits), pictures).parameters == 55_050
    assert build_graph(NetworkSpec(hidden=()), DataShape(2 * 784, (), 10)).parameters == 15_690
    # 10,000 categories, the unseen one among them, by 16 numbers; dense 24; one output.
    words = DataShape(0, (9_999,), 1)
    assert build_graph(NetworkSpec(hidden=(24,), embedding_width=16), words).parameters == 160_433
    assert build_graph(own("category embedding 16", "dense 24 relu"), words).parameters == 160_433


@pytest.mark.parametrize("architecture", COPIED)
@pytest.mark.parametrize("predicts_number", [False, True])
def test_a_network_copied_as_lines_is_the_same_network(architecture: str, predicts_number: bool) -> None:
    data = DataShape(5, (4, 9), 1 if predicts_number else 3)
    for more in ({}, {"embedding_width": 6, "batch_norm": True, "dropout": 0.0, "block_dropout": 0.0, "blocks": 3}):
        spec = network_spec(architecture, **more)  # type: ignore[arg-type]
        copy = own(*as_lines(spec, predicts_number=predicts_number))
        assert build_graph(copy, data) == build_graph(spec, data)


def test_networks_that_are_no_row_of_layers_cannot_be_copied() -> None:
    assert as_lines(network_spec("tabm"), predicts_number=False) == ()
    assert as_lines(own("dense 4", "", "# none", "dropout 0.1"), predicts_number=False) == ("dense 4", "dropout 0.1")


@pytest.mark.parametrize("line", [*FORMS.values(), "dense 3", "residual 8 relu 0.25", "dropout 0"])
def test_a_layer_is_written_as_it_is_read(line: str) -> None:
    [layer] = read_layers(line)
    assert line_of(layer) == line


def test_each_line_says_what_it_gives_and_learns() -> None:
    lines = ("category embedding 6", "dense 8 relu", "dropout 0.1", "residual 4 relu", "layer norm")
    found = follow_lines(lines, DATA)
    assert [one.shape for one in found] == [(17,), (8,), (8,), (8,), (8,)]
    assert [one.parameters for one in found] == [(5 + 10) * 6, 18 * 8, 0, 2 * 8 + 9 * 4 + 5 * 8, 16]
    graph = build_graph(own(*lines), DATA)
    assert sum(one.parameters for one in found) + graph.output.parameters == graph.parameters


def test_a_line_that_does_not_fit_is_told_with_its_number_and_the_others_go_on() -> None:
    found = follow_lines(("dense 8", "dens 4", "numeric embedding 4", "dense 4"), DATA)
    assert [one.problem is None for one in found] == [True, False, False, True]
    assert str(found[1].problem).startswith("Line 2, 'dens 4'")
    assert (found[1].layer, found[2].layer) == (None, read_layers("numeric embedding 4")[0])
    assert str(found[2].problem).startswith("Line 3")
    assert found[3].shape == (4,)


def test_blank_lines_and_remarks_are_no_layers() -> None:
    assert split_lines("dense 8 # first\n\n  # nothing\n dropout 0.1 ") == ("dense 8 # first", "dropout 0.1")
    with pytest.raises(LatheError, match="1 to 50 layers"):
        read_layers("")
