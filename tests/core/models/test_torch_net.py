from __future__ import annotations

import pytest

from core.device import list_devices
from tests.core.models import net_checks
from tests.core.models.net_process import run_checks

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return run_checks("torch", "common", tmp_path_factory.mktemp("torch"))


@pytest.mark.parametrize("check", net_checks.names("torch"))
def test_network(check: str, answers: dict[str, str]) -> None:
    assert not answers[check], answers[check]


@pytest.mark.gpu
@pytest.mark.skipif(not any(device.is_gpu for device in list_devices()), reason="no GPU found")
def test_trains_on_the_gpu(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert not any(run_checks("torch", "gpu", tmp_path_factory.mktemp("torch")).values())
