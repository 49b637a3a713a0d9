"""What came of predicting a file, as data."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from core.data.conform import UnreadableCells


class PredictReport(BaseModel):
    """What was predicted, and what a person should know about the file.

    Attributes
    ----------
    rows : int
        Rows predicted; the table that was written has as many, in the order of the file.
    extra_columns : tuple of str
        Columns of the file that the model does not read, the target left out.
    target_present : bool
        The file has the target column; it was not used.
    unreadable : tuple of UnreadableCells
        Columns with cells that could not be read; they were predicted as missing.
    notes : tuple of str
        What reading had to mend, in sentences.
    preview_columns, preview : tuple of str, tuple of rows
        The first rows of the table that was written, as text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    extra_columns: tuple[str, ...] = ()
    target_present: bool = False
    unreadable: tuple[UnreadableCells, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    preview_columns: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """Say what a person should know, one sentence each; empty where the file was as expected."""
        said = []
        if self.target_present:
            said.append("The file holds the target; it was not used.")
        if self.extra_columns:
            shown = ", ".join(self.extra_columns[:10]) + (" ..." if len(self.extra_columns) > 10 else "")
            said.append(f"Not needed and ignored: {shown}.")
        said += [item.sentence() for item in self.unreadable]
        return (*said, *self.notes)
