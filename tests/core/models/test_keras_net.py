from __future__ import annotations

import pytest

from core.device import list_devices
from tests.core.models import net_checks
from tests.core.models.net_process import run_checks

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return run_checks("keras", "common", tmp_path_factory.mktemp("keras"))


@pytest.mark.parametrize("check", net_checks.names("keras"))
def test_network(check: str, answers: dict[str, str]) -> None:
    assert not answers[check], answers[check]


@pytest.mark.slow
def test_keeps_every_rule_of_scikit_learn(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert not any(run_checks("keras", "estimator", tmp_path_factory.mktemp("keras")).values())


@pytest.mark.gpu
@pytest.mark.skipif(not any(device.is_gpu for device in list_devices()), reason="no GPU found")
def test_trains_on_the_gpu(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert not any(run_checks("keras", "gpu", tmp_path_factory.mktemp("keras")).values())
