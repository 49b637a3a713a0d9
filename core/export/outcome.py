"""What came of predicting a file, as data."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from core.data.conform import UnreadableCells
from core.prepare.contract import RowVerdicts, Verdict


class RowFinding(BaseModel):
    """One way in which cells of a column differ from what was learned from.

    Attributes
    ----------
    column, about : str
        Column; "unseen", "outside", "missing" or "unreadable".
    refused : bool
        Its rows have no prediction.
    rows : int
        How many rows.
    example : str
        What is said of the first of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    about: str
    refused: bool
    rows: int
    example: str


def findings(verdicts: RowVerdicts) -> tuple[RowFinding, ...]:
    """Sum up what was said of rows, the most frequent first."""
    found = [
        RowFinding(
            column=issue.column,
            about=issue.about,
            refused=issue.verdict is Verdict.REFUSED,
            rows=len(issue.rows),
            example=issue.sentence(0),
        )
        for issue in verdicts.issues
    ]
    return tuple(sorted(found, key=lambda finding: -finding.rows))


class PredictReport(BaseModel):
    """What was predicted, and what a person should know about the file.

    Attributes
    ----------
    rows : int
        Rows predicted, in the order of the file.
    without_prediction : tuple of int
        Rows of the file, counted from 1 below the header, that could not be read: blank lines, and rows with too many
        cells. The table that was written has empty cells there, so that it has as many rows as the file.
    extra_columns : tuple of str
        Columns of the file that the model does not read, the target left out.
    target_present : bool
        The file has the target column; it was not used.
    unreadable : tuple of UnreadableCells
        Columns with cells that could not be read; they were predicted as missing.
    notes : tuple of str
        What reading had to mend, in sentences.
    warned, refused : int
        Rows predicted with a warning; rows that a column's policy refused, which have no prediction.
    findings : tuple of RowFinding
        What the warnings and refusals were about, the most frequent first.
    preview_columns, preview : tuple of str, tuple of rows
        The first rows of the table that was written, as text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    without_prediction: tuple[int, ...] = ()
    extra_columns: tuple[str, ...] = ()
    target_present: bool = False
    unreadable: tuple[UnreadableCells, ...] = ()
    notes: tuple[str, ...] = ()
    warned: int = 0
    refused: int = 0
    findings: tuple[RowFinding, ...] = ()
    seconds: float = 0.0
    preview_columns: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """Say what a person should know, one sentence each; empty where the file was as expected."""
        said = []
        if self.refused:
            noun = "row was" if self.refused == 1 else "rows were"
            said.append(f"{self.refused:,} {noun} refused by the rules for later rows: no prediction there.")
        if self.warned:
            noun = "row differs" if self.warned == 1 else "rows differ"
            said.append(
                f"{self.warned:,} {noun} from what was learned from; the table says how in the column 'reason'."
            )
        if self.target_present:
            said.append("The file holds the target; it was not used.")
        if self.extra_columns:
            shown = ", ".join(self.extra_columns[:10]) + (" ..." if len(self.extra_columns) > 10 else "")
            said.append(f"Not needed and ignored: {shown}.")
        said += [item.sentence() for item in self.unreadable]
        said += self.notes
        if self.without_prediction:
            shown = ", ".join(f"{row:,}" for row in self.without_prediction[:10])
            more = " ..." if len(self.without_prediction) > 10 else ""
            noun = "Row" if len(self.without_prediction) == 1 else "Rows"
            said.append(f"{noun} {shown}{more} could not be read: the predictions have an empty row there.")
        return tuple(said)
