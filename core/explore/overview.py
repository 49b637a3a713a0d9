"""The whole overview of a table in one go: figures, relations, missing cells, the target, what stands out."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from core.data.profile import TableProfile, stored_profile
from core.data.schema import Dataset
from core.explore.encode import Sample, read_sample
from core.explore.missing import MissingMap, missing_map
from core.explore.relations import RelationMatrix, relations
from core.explore.standouts import StandOut, stand_outs
from core.explore.target import TargetRelation, against_target
from core.store.workspace import Workspace

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
    tell(0.0, "Counting column by column")
    profile = stored_profile(workspace, dataset, watch=lambda done: tell(0.7 * done, "Counting column by column"))
    tell(0.7, "Reading a sample of rows")
    rows = sample or read_sample(workspace, dataset)
    tell(0.8, "Relating the columns")
    matrix = relations(workspace, dataset, sample=rows)
    tell(0.88, "Looking for missing cells")
    missing = missing_map(workspace, dataset, sample=rows)
    tell(0.94, "Holding every column against the target" if target else "Choosing what stands out")
    against = against_target(workspace, dataset, target, sample=rows) if target else ()
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
