"""Which device a model of a run trains on, and which it did train on."""

from __future__ import annotations

from typing import Any

from core.device import Resolved, list_devices, resolve_device
from core.models.spec import ModelSpec
from core.run.recipe import Recipe
from core.types import Framework


def resolve_for(spec: ModelSpec, recipe: Recipe) -> Resolved:
    """Return the device that a model trains on, and why it is not the one asked for."""
    usable = True
    if spec.capabilities.gpu != "none" and recipe.budget.device != "cpu" and any(d.is_gpu for d in list_devices()):
        usable = _library_sees_gpu(spec.framework)
    return resolve_device(recipe.budget.device, spec.capabilities.gpu, list_devices(), usable=usable)


def _library_sees_gpu(framework: Framework) -> bool:
    """Ask the installed library itself; only called where the machine has a GPU, and in workers."""
    if framework is Framework.TORCH:
        import torch

        return bool(torch.cuda.is_available())
    if framework is Framework.KERAS:
        import tensorflow as tf

        return bool(tf.config.list_physical_devices("GPU"))
    if framework is Framework.XGBOOST:
        import xgboost

        return bool(xgboost.build_info().get("USE_CUDA"))
    if framework is Framework.CATBOOST:
        from catboost.utils import get_gpu_device_count

        return bool(get_gpu_device_count())
    if framework is Framework.LIGHTGBM:
        from core.models.adapters.lightgbm_native import gpu_kind

        return bool(gpu_kind())
    return False


def device_used(pipeline: Any, asked: Resolved) -> Resolved:
    """Prefer what the estimator says it ran on: some libraries fall back to the CPU without a word."""
    used = str(getattr(_innermost(pipeline[-1]), "device_", asked.device))
    if used == asked.device:
        return asked
    return Resolved(used, asked.reason or f"The library ran on {used} although {asked.device} was asked for.")


def _innermost(model: Any) -> Any:
    """Return the estimator inside those that a plan put around it."""
    while True:
        inner = getattr(model, "regressor_", None) or next(iter(getattr(model, "members_", None) or ()), None)
        if inner is None:
            return model
        model = inner
