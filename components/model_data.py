"""Findings in words, drawn from what a model's page shows."""

from __future__ import annotations

import numpy as np

from components.numbers import counted, duration, number
from core.evaluate.curves import Confusion
from core.run.result import EpochRecord, ModelResult
from core.words import share


def confusion_finding(table: Confusion) -> str:
    """Say how many are right and which mix-up is the most frequent."""
    counts = np.asarray(table.counts)
    right, total = int(np.trace(counts)), int(counts.sum())
    wrong = counts - np.diag(np.diag(counts))
    head = f"{right:,} of {total:,} rows are right"
    if not wrong.any():
        return f"{head}."
    true, predicted = np.unravel_index(int(wrong.argmax()), wrong.shape)
    mixed = int(wrong[true, predicted])
    return f"{head}; most often {table.classes[true]} is taken for {table.classes[predicted]} ({counted(mixed, 'row')})"


def error_finding(truth: np.ndarray, predicted: np.ndarray) -> str:
    """Say how far off half and nine tenths of the predictions are."""
    off = np.abs(truth - predicted)
    half, most = np.quantile(off, [0.5, 0.9])
    return f"Half are off by less than {number(float(half))}, nine in ten by less than {number(float(most))}"


def bias_finding(truth: np.ndarray, predicted: np.ndarray) -> str:
    """Say whether predictions are too high or too low on average, or where they spread."""
    residual = truth - predicted
    mean, spread = float(residual.mean()), float(residual.std())
    if spread and abs(mean) > 0.1 * spread:
        return f"On average the model says {number(abs(mean))} too {'little' if mean > 0 else 'much'}"
    return (
        "Too high as often as too low: no lean to one side"
        if abs(float(np.median(residual))) < 0.25 * spread
        else ("Right on average, with a longer tail on one side")
    )


def learning_finding(epochs: tuple[EpochRecord, ...]) -> str:
    """Say when the network was at its best."""
    # The final fit on all training rows is fold -1.
    shown = -1 if any(e.fold < 0 for e in epochs) else max(e.fold for e in epochs)
    final = [e for e in epochs if e.fold == shown]
    last = max(e.epoch for e in final)
    judged = [(e.valid_loss, e.epoch) for e in final if e.valid_loss is not None]
    if not judged:
        return f"It learned for {counted(last, 'epoch')}"
    best = min(judged)[1]
    return f"Best after epoch {best} of {last}" + (", then it learned by heart" if last - best >= 3 else "")


def folds_finding(values: tuple[float, ...]) -> str:
    """Say how much the score changes from fold to fold."""
    return f"From {number(min(values))} to {number(max(values))} over {counted(len(values), 'fold')}"


def training_words(result: ModelResult) -> str:
    """Say where and how long it trained."""
    where = "the CPU" if result.device in ("", "cpu") else result.device
    text = f"{duration(result.total_s)} with all folds, on {where}"
    return f"{text}. {result.device_reason}" if result.device_reason else f"{text}."


def positive_share(truth: np.ndarray, label: str) -> float:
    """Return the share of rows that are of the class ``label``."""
    return float(np.mean(truth == label)) if len(truth) else 0.0


def chance_words(portion: float) -> str:
    """Name the line of chance on a precision-recall chart."""
    return f"{share(portion)} of rows are of this class"
