"""From stored results to the places on the board."""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluate.metrics import get_metric
from core.evaluate.ties import BoardRow, Candidate, board
from core.models.registry import get_model
from core.run.result import ModelResult
from core.types import ModelStatus

BASELINE = "baseline"


def candidates(results: Sequence[ModelResult], metric: str) -> tuple[Candidate, ...]:
    """Return what the board needs of every model that has a score in ``metric``.

    Paired draws are stored for the metric that the run was ranked by; in another metric no ties are claimed.
    """
    found = []
    scored = [result.score(metric) for result in results if result.key != BASELINE]
    most = max((len(score.folds) for score in scored if score is not None), default=0)
    for result in results:
        score = result.score(metric)
        if result.status is not ModelStatus.OK or score is None:
            continue
        draws = result.bootstrap if result.scores[0].metric == metric else ()
        found.append(
            Candidate(
                label=result.label,
                title=result.title,
                value=score.value,
                draws=draws,
                simplicity=get_model(result.key).simplicity,
                is_baseline=result.key == BASELINE,
                is_partial=result.key != BASELINE and len(score.folds) < most,
            )
        )
    return tuple(found)


def rank(results: Sequence[ModelResult], metric: str) -> tuple[BoardRow, ...]:
    """Rank the models of a run by ``metric``, best first; models without a score have no place."""
    return board(candidates(results, metric), get_metric(metric))
