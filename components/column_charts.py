"""One column as a picture: how its values are spread, with the finding as the title."""

from __future__ import annotations

from components import services
from core.data.schema import Dataset


def column_chart(dataset: Dataset, name: str, *, key: str, height: int = 260) -> None:
    """Draw the spread of one column with its finding."""
    services.table_profile(dataset)
