"""Raising p-values where several comparisons are made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.explore.hypothesis.spec import Correction

TITLES = {
    Correction.HOLM: "Holm",
    Correction.BONFERRONI: "Bonferroni",
    Correction.BENJAMINI_HOCHBERG: "Benjamini-Hochberg",
    Correction.NONE: "None",
}


def correct(p_values: Sequence[float], method: Correction) -> tuple[float, ...]:
    """Return corrected p-values, in the same order.

    Parameters
    ----------
    p_values : sequence of float
        Of one family of comparisons.
    method : Correction
        Bonferroni and Holm keep the chance of any false finding at 5 %; Benjamini-Hochberg the share of false ones
        among the findings (Holm 1979; Benjamini and Hochberg 1995).
    """
    p = np.asarray(p_values, dtype=np.float64)
    if method is Correction.NONE or len(p) == 0:
        return tuple(float(value) for value in p)
    count, order = len(p), np.argsort(p, kind="stable")
    ranked = p[order]
    if method is Correction.BONFERRONI:
        raised = ranked * count
    elif method is Correction.HOLM:
        raised = np.maximum.accumulate(ranked * np.arange(count, 0, -1))
    else:
        raised = np.minimum.accumulate((ranked * count / np.arange(1, count + 1))[::-1])[::-1]
    corrected = np.empty(count)
    corrected[order] = np.minimum(raised, 1.0)
    return tuple(float(value) for value in corrected)
