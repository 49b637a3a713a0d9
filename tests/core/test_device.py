"""Devices as the driver's tool tells them, without a GPU and without a framework."""

from __future__ import annotations

import pytest

from core import device
from core.device import GpuLoad, gpu_load, list_devices, physical_device

TWO = ["0, Alpha, 16000", "1, Beta, [N/A]"]


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_ask_driver", lambda fields: TWO)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(device, "list_devices", list_devices.__wrapped__)


@pytest.mark.usefixtures("two_gpus")
def test_a_process_sees_the_gpus_it_was_given_counted_from_0(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [one.id for one in device.list_devices()] == ["cpu", "cuda:0", "cuda:1"]
    assert device.list_devices()[2].memory_mb == 0
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert [(one.id, one.title) for one in device.list_devices()[1:]] == [("cuda:0", "Beta")]
    assert physical_device("cuda:0") == "cuda:1"
    assert physical_device("cpu") == "cpu"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert [one.id for one in device.list_devices()] == ["cpu"]


def test_how_busy_a_gpu_is() -> None:
    found = gpu_load(lambda fields: ["0, Alpha, 83, 2048, 16384", "1, Beta, [N/A], 10, 20"])
    assert found == (GpuLoad("cuda:0", "Alpha", 0.83, 2048, 16384), GpuLoad("cuda:1", "Beta", 0.0, 10, 20))
    assert gpu_load(lambda fields: []) == ()


def test_gpus_given_by_their_serials_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"index,uuid": ["0, GPU-aa11", "1, GPU-bb22"], "index,name,memory.total": TWO}
    monkeypatch.setattr(device, "_ask_driver", told.__getitem__)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-bb22, MIG-cc33")
    assert [(one.id, one.title) for one in list_devices.__wrapped__()[1:]] == [("cuda:0", "Beta")]
    assert physical_device("cuda:0") == "cuda:1"
