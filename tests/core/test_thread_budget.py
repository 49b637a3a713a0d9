"""Workers and their threads stay within the machine."""

from __future__ import annotations

import pytest

from core.settings import Settings


@pytest.mark.parametrize("cores", [1, 2, 3, 6, 8, 12, 64])
@pytest.mark.parametrize("workers", ["", "1", "2"])
def test_models_side_by_side_share_the_cores(monkeypatch: pytest.MonkeyPatch, cores: int, workers: str) -> None:
    monkeypatch.setattr("core.settings.usable_cores", lambda: cores)
    monkeypatch.delenv("LATHE_THREADS", raising=False)
    monkeypatch.setenv("LATHE_WORKERS", workers)
    settings = Settings.from_environment("/nowhere")
    assert settings.threads_per_worker >= 1
    assert settings.workers * settings.threads_per_worker <= max(cores, settings.workers)


def test_what_the_operator_says_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATHE_WORKERS", "3")
    monkeypatch.setenv("LATHE_THREADS", "5")
    settings = Settings.from_environment("/nowhere")
    assert (settings.workers, settings.threads_per_worker) == (3, 5)
