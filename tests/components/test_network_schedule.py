from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def drawn(**params: object) -> str:
    """What is said of the learning rate and drawn of the network."""

    def script(params: dict[str, object]) -> None:
        from components.network_diagram import network_diagram
        from components.network_schedule import schedule_preview
        from core.models.networks import NETWORK_PARAMS, graph_of

        schedule_preview({param.name: param.default for param in NETWORK_PARAMS} | params, key="rate")
        network_diagram(graph_of({}, 5, (3, 4), n_outputs=2), key="diagram")

    at = AppTest.from_function(script, kwargs={"params": params}, default_timeout=60).run()
    assert not at.exception
    return "\n".join(str(part.value) for part in (*at.markdown, *at.caption)).replace("\\", "")


@pytest.mark.parametrize(
    ("params", "finding"),
    [
        ({"schedule": "cosine", "learning_rate": 0.01}, "The learning rate of 0.010 falls to zero along half a wave"),
        ({"architecture": "realmlp", "warmup_epochs": 3}, "of 0.0050 grows over 3 epochs and then falls to zero"),
        ({"schedule": "one_cycle", "warmup_epochs": 3}, "of 0.0010 rises to it in the first 30 % and falls"),
        ({"schedule": "step", "step_epochs": 5}, "is multiplied by 0.5 every 5 epochs"),
        ({"schedule": "plateau"}, "whenever the loss has not become better for 3 epochs"),
        ({"optimizer": "sgd"}, "The learning rate stays at 0.01 in all epochs"),
    ],
)
def test_the_learning_rate_is_told_and_the_network_is_drawn(params: dict[str, object], finding: str) -> None:
    said = drawn(**params)
    assert finding in said
    assert "numbers to learn in 11 layers" in said
