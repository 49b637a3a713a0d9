"""Errors of libraries in a person's words."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import ErrorInfo, LatheError


class OutOfMemoryError(RuntimeError):
    """Named as PyTorch names it."""


class XGBoostError(ValueError):
    """Named as XGBoost names it."""


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "GpuMemoryError", "The GPU ran out"),
        (XGBoostError("[10:00:00] cudaErrorMemoryAllocation: out of memory"), "GpuMemoryError", "The GPU ran out"),
        (MemoryError(), "MemoryError", "The machine ran out of memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "MemoryError", "The machine ran out of memory"),
        (ModuleNotFoundError("No module named 'catboost.core'", name="catboost.core"), "LibraryMissing", "catboost."),
        (ValueError("This solver needs samples of at least 2 classes in the data"), "OneClass", "two classes"),
        (
            ValueError("Input X contains infinity or a value too large for dtype('float32')."),
            "NumbersTooLarge",
            "large",
        ),
        (np.linalg.LinAlgError("Singular matrix"), "NotSolved", "no solution"),
    ],
)
def test_what_libraries_raise_is_said_with_a_remedy(error: Exception, kind: str, words: str) -> None:
    info = ErrorInfo.from_exception(error)
    assert info.kind == kind
    assert words in info.message
    assert info.hint


def test_our_own_words_and_unknown_errors_stay_as_they_are() -> None:
    own = ErrorInfo.from_exception(LatheError("At least 2 classes.", hint="Add rows."))
    assert (own.kind, own.message, own.hint) == ("LatheError", "At least 2 classes.", "Add rows.")
    other = ErrorInfo.from_exception(KeyError("odd"))
    assert (other.kind, other.message, other.hint) == ("KeyError", "'odd'", "")
