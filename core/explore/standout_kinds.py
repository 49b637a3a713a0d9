"""What a finding is: its kind, how it is scored, its sentence and its chart."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from core.explore.chart_spec import ChartSpec


class StandOutKind(StrEnum):
    """What a finding is about."""

    COPY = "copy"
    RELATION = "relation"
    CURVED = "curved"
    GROUP = "group"
    TREND = "trend"
    TARGET = "target"
    MISSING = "missing"
    DOMINANCE = "dominance"
    SKEW = "skew"
    SPIKE = "spike"
    OUTLIER = "outlier"
    DUPLICATES = "duplicates"


SCORES: dict[StandOutKind, str] = {
    StandOutKind.COPY: "0.95 of the relation's strength, from 0.98 on: two columns that say the same.",
    StandOutKind.RELATION: "0.8 of the correlation or association, from 0.5 on.",
    StandOutKind.CURVED: "0.9 of what groups explain beyond a straight order, from 0.3 on: rarely noticed.",
    StandOutKind.GROUP: "0.75 of the correlation ratio, from 0.3 on.",
    StandOutKind.TREND: "0.85 of the rank correlation with a date, from 0.3 on.",
    StandOutKind.TARGET: "0.5 and half the strength, from 0.3 on; 1 from 0.95 on, as a leak would be.",
    StandOutKind.MISSING: "0.4 and half the share or strength, from 0.3 on.",
    StandOutKind.DOMINANCE: "0.3 for a share of 0.8, up to 0.78 for nearly all rows; 0.8 for a column of one value.",
    StandOutKind.SKEW: "0.35 and a fortieth of the skew, up to 0.6, from a skew of 2 on.",
    StandOutKind.SPIKE: "0.4 and half the share of the value, from 0.1 on, in a column of many values.",
    StandOutKind.OUTLIER: "0.35 and a tenth of the doublings of the far-out distance, up to 0.7.",
    StandOutKind.DUPLICATES: "0.5 and half the share of repeated rows.",
}
"""How each kind is scored, in words."""


class StandOut(BaseModel):
    """One finding.

    Attributes
    ----------
    kind : StandOutKind
        What it is about.
    sentence : str
        The finding.
    columns : tuple of str
        Columns concerned.
    score : float
        How much one would want to know it, 0 to 1.
    chart : ChartSpec, optional
        Shows it; None for what concerns the whole table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: StandOutKind
    sentence: str
    columns: tuple[str, ...]
    score: float
    chart: ChartSpec | None = None
