"""What a check of a table finds, and the fixes it proposes."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.data.actions import TableStep
from core.types import Severity


class Fix(BaseModel):
    """One way to mend a finding, taken with one click.

    Attributes
    ----------
    label : str
        A verb with its object ("Drop 52 repeated rows").
    why : str
        What it does and what it costs, in one sentence.
    steps : tuple of TableStep
        Appended to the dataset's steps.
    ignore : tuple of str
        Columns that take no part in training (roles of the goal).
    prepare : bool
        What has to be learned from the data: it is done inside each fold at Prepare, and this leads there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    why: str = ""
    steps: tuple[TableStep, ...] = ()
    ignore: tuple[str, ...] = ()
    prepare: bool = False


class Finding(BaseModel):
    """One thing worth knowing about the quality of a table.

    Attributes
    ----------
    key : str
        Stable identity: check and columns ("missing:Age").
    check : str
        Key of the check.
    severity : Severity
        BAD spoils models, WATCH may, NOTE is good to know.
    title : str
        The finding itself, short ("Cabin is 77 % empty").
    sentence : str
        What it means and why it matters.
    columns : tuple of str
        Columns concerned.
    rows : int
        Rows concerned; 0 where it is about columns.
    where : str
        SQL condition over the view ``t`` that holds for those rows; empty where there is none.
    fixes : tuple of Fix
        The first is the one proposed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    check: str
    severity: Severity
    title: str
    sentence: str
    columns: tuple[str, ...] = ()
    rows: int = 0
    where: str = ""
    fixes: tuple[Fix, ...] = ()


class QualityReport(BaseModel):
    """All findings of a table, the gravest first.

    Attributes
    ----------
    fingerprint, target : str
        What was looked at; the target may be empty.
    checked : tuple of str
        Titles of the checks that ran, those without a finding included.
    skipped : dict of str to str
        Checks that could not run, and why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: str
    target: str = ""
    findings: tuple[Finding, ...] = ()
    checked: tuple[str, ...] = ()
    skipped: dict[str, str] = {}
    version: Literal[1] = 1
