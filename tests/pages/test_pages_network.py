"""The layer builder on the Train page: a network put together by clicking."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.data.catalog import DatasetCatalog
from core.models.adapters.presets import OWN_LAYERS
from core.run.recipe import ModelChoice
from tests.pages.screens import press, put_draft, words
from tests.pages.trained import Place, at_run

pytestmark = pytest.mark.parametrize("place", ["bare"], indirect=True)


def at_network(place: Place, **params: object) -> AppTest:
    """Open Train with the PyTorch network being adjusted."""
    draft = place.draft()
    models = (ModelChoice(key="baseline"), ModelChoice(key="torch_net", params=params))
    dataset = DatasetCatalog(place.workspace).get(place.dataset)
    put_draft(place.workspace, dataset, draft.model_copy(update={"models": models}))
    return at_run("train", place)


def layers(place: Place) -> list[str]:
    """The layers as the draft keeps them."""
    [choice] = [model for model in place.draft().models if model.key == "torch_net"]
    return str(choice.params.get("own_layers", OWN_LAYERS)).splitlines()


def learned(at: AppTest) -> int:
    """How many numbers the network learns, as the page says."""
    said = words(at)
    return int(said[: said.index(" numbers** to learn")].rpartition("**")[2].replace(",", ""))


def test_layers_are_added_changed_moved_and_removed_and_the_draft_keeps_them(place: Place) -> None:
    at = at_network(place, architecture="layers")
    start = learned(at)
    at.number_input(key="network.width.0").set_value(64).run()
    assert learned(at) < start
    at.selectbox(key="network.add.what").set_value("residual").run()
    press(at, "network.add")
    assert layers(place) == ["dense 64 relu", "dropout 0.1", "dense 128 relu", "dropout 0.1", "residual 128 gelu"]
    press(at, "network.up.4")
    press(at, "network.remove.4")
    press(at, "network.copy.0")
    at.selectbox(key="network.activation.1").set_value("").run()
    assert layers(place) == [
        *("dense 64 relu", "dense 64", "dropout 0.1", "dense 128 relu", "residual 128 gelu"),
    ]
    again = at_run("train", place)
    assert learned(again) == learned(at)
    assert again.selectbox(key="network.what.4").value == "residual"


def test_what_stands_in_a_wrong_place_says_so_beside_it_and_can_be_mended(place: Place) -> None:
    at = at_network(place, architecture="layers", own_layers="dense 16\nnumeric embedding 8\ndense one")
    assert "Line 2, 'numeric embedding 8': numeric embedding stands once, before all other layers" in words(at)
    assert "Line 3, 'dense one': its width must be a whole number from 1 to 4096" in words(at)
    press(at, "network.up.1")
    at.selectbox(key="network.what.2").set_value("layer norm").run()
    assert layers(place) == ["numeric embedding 8", "dense 16", "layer norm"]
    assert "its width must be" not in words(at)
    assert learned(at) > 0


def test_a_known_network_is_copied_layer_by_layer(place: Place) -> None:
    at = at_network(place, architecture="resnet", blocks=1, block_width=32)
    published = learned(at)
    press(at, "network.open")
    assert layers(place) == ["dense 32", "residual 64 relu 0.15", "batch norm", "activation relu"]
    assert learned(at) == published
    press(at, "network.start.realmlp")
    assert layers(place)[:2] == ["numeric embedding 4", "scale"]
