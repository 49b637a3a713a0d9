"""The whole overview of a table in one go: figures, relations, missing cells, the target, what stands out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pydantic import BaseModel, ConfigDict

from core.data.profile import TableProfile, stored_profile
from core.data.schema import Dataset
from core.errors import RunCancelled
from core.explore.encode import Sample, read_sample
from core.explore.missing import MissingMap, missing_map
from core.explore.relations import RelationMatrix, relations
from core.explore.standouts import StandOut, stand_outs
from core.explore.target import TargetRelation, against_target
from core.store.workspace import Workspace

TELL_EVERY_S = 0.2

Report = Callable[[float, str], None]
"""Is told the share that is done and what is being done."""


class Overview(BaseModel):
    """Everything that is told about a table at first sight.

    Attributes
    ----------
    profile : TableProfile
        Column by column, of all rows.
    relations : RelationMatrix
        Of the mixed method.
    missing : MissingMap
        Where cells are missing.
    target : str
        The column that the others are held against; empty without one.
    against : tuple of TargetRelation
        Every column against it.
    stand_outs : tuple of StandOut
        The findings most worth knowing.
    note : str
        What was sampled, in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: TableProfile
    relations: RelationMatrix
    missing: MissingMap
    target: str = ""
    against: tuple[TargetRelation, ...] = ()
    stand_outs: tuple[StandOut, ...] = ()
    note: str = ""


class Counting:
    """The figures of a table, counted in a thread of their own.

    Parameters
    ----------
    pool : ThreadPoolExecutor
        Has a thread free.
    workspace, dataset
        The table.
    """

    def __init__(self, pool: ThreadPoolExecutor, workspace: Workspace, dataset: Dataset) -> None:
        self._done = 0.0
        self._stopped = False
        self._future = pool.submit(stored_profile, workspace, dataset, watch=self._watch)

    def wait(self, tell: Callable[[float], None]) -> TableProfile:
        """Return the figures; ``tell`` is called meanwhile, in the caller's thread."""
        while True:
            try:
                return self._future.result(timeout=TELL_EVERY_S)
            except TimeoutError:
                if self._future.done():
                    raise
                tell(self._done)

    def stop(self) -> None:
        """Give up what is not done yet."""
        self._stopped = True

    def _watch(self, done: float) -> None:
        self._done = done
        if self._stopped:
            raise RunCancelled("Stopped before the table was counted.")


def overview(
    workspace: Workspace,
    dataset: Dataset,
    *,
    target: str = "",
    sample: Sample | None = None,
    report: Report | None = None,
) -> Overview:
    """Look a table over.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    target : str
        Column to hold the others against; empty for none.
    sample : Sample, optional
        Rows that were read before, holding every column.
    report : callable, optional
        Is told how far the work is; may raise to stop it.

    Raises
    ------
    LatheError
        Where there is no such target, or the cells are gone.
    """
    tell = report or (lambda fraction, words: None)
    with ThreadPoolExecutor(max_workers=1) as pool:
        # Figures are counted over all rows while a sample of them is related.
        counting = Counting(pool, workspace, dataset)
        try:
            tell(0.0, "Reading a sample of rows")
            rows = sample or read_sample(workspace, dataset)
            tell(0.05, "Relating the columns")
            matrix = relations(workspace, dataset, sample=rows)
            tell(0.1, "Looking for missing cells")
            missing = missing_map(workspace, dataset, sample=rows)
            tell(0.15, "Holding every column against the target")
            against = against_target(workspace, dataset, target, sample=rows) if target else ()
            profile = counting.wait(lambda done: tell(0.15 + 0.8 * done, "Counting column by column"))
        finally:
            counting.stop()
    tell(0.95, "Choosing what stands out")
    chosen = stand_outs(
        dataset, profile, sample=rows, relations=matrix, missing=missing, target=target, against=against
    )
    tell(1.0, "Done")
    return Overview(
        profile=profile,
        relations=matrix,
        missing=missing,
        target=target,
        against=against,
        stand_outs=chosen,
        note=rows.note,
    )
