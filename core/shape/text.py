"""Values as SQL. Names of columns never become SQL (see `core.shape.flow`); values become literals here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.errors import LatheError
from core.shape.flow import Field
from core.types import StorageType


def text_sql(value: str) -> str:
    """Return a text as SQL.

    Raises
    ------
    LatheError
        Where the text holds half of a character, which no file can hold.
    """
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise LatheError("The text holds a character that cannot be written.", hint="Type it again.") from error
    quoted = "'" + value.replace("'", "''") + "'"
    # A query ends at a null character, so that it is put together from its number.
    return quoted if "\0" not in value else "(" + quoted.replace("\0", "' || chr(0) || '") + ")"


def number_sql(value: float) -> str:
    """Return a number as SQL of type DOUBLE."""
    if not math.isfinite(value):
        raise LatheError(f"A number must be finite. It is {value!r}.")
    return f"CAST({float(value)!r} AS DOUBLE)"


def finite(sql: str) -> str:
    """Return SQL that gives missing for a number that is not finite, and for a moment without end.

    ``sql`` stands in it once. CASE and NULLIF would hold it twice, and a formula would double with each level.
    """
    return f"list_filter([{sql}], lambda v: isfinite(v))[1]"


def as_text(field: Field) -> str:
    """Return the SQL of a column's cells as text: whole numbers without a point, midnight as a date."""
    return text_of(field.id, field.storage)


def text_of(sql: str, storage: StorageType) -> str:
    """Return SQL as text of a cell of type ``storage``; ``sql`` stands in it once."""
    match storage:
        case StorageType.STRING:
            return sql
        case StorageType.FLOAT:
            return f"regexp_replace(CAST({sql} AS VARCHAR), '\\.0$', '')"
        case StorageType.DATETIME:
            return f"regexp_replace(CAST({sql} AS VARCHAR), ' 00:00:00$', '')"
        case _:
            return f"CAST({sql} AS VARCHAR)"


def number_of(field: Field) -> str:
    """Return the SQL of a column of numbers as DOUBLE."""
    return field.id if field.storage is StorageType.FLOAT else f"CAST({field.id} AS DOUBLE)"


def to_number(value: Any, *, label: str = "The value", field: str = "") -> float:
    """Return a JSON value as a number."""
    problem = LatheError(f"{label} must be a number. It is {value!r}.", field=field)
    if isinstance(value, bool) or value is None:
        raise problem
    try:
        found = float(value)
    except (TypeError, ValueError) as error:
        raise problem from error
    if not math.isfinite(found):
        raise problem
    return found


def to_moment(value: Any, *, label: str = "The value", field: str = "") -> datetime:
    """Return a JSON value as a moment: ISO text, or seconds since 1970."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(float(value), UTC).replace(tzinfo=None)
        found = datetime.fromisoformat(str(value).strip())
    except (ValueError, OverflowError, OSError) as error:
        raise LatheError(
            f"{label} must be a date such as 2024-03-31. It is {value!r}.",
            hint="A time may follow: 2024-03-31 14:30.",
            field=field,
        ) from error
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def to_truth(value: Any, *, label: str = "The value", field: str = "") -> bool:
    """Return a JSON value as true or false."""
    if isinstance(value, bool):
        return value
    if str(value).strip().lower() in ("true", "false"):
        return str(value).strip().lower() == "true"
    raise LatheError(f"{label} must be true or false. It is {value!r}.", field=field)


def value_sql(value: Any, storage: StorageType, *, label: str = "The value", field: str = "") -> str:
    """Return a JSON value as SQL of the type of a column's cells."""
    match storage:
        case StorageType.INT | StorageType.FLOAT:
            return number_sql(to_number(value, label=label, field=field))
        case StorageType.DATETIME:
            moment = to_moment(value, label=label, field=field)
            return f"CAST('{moment.isoformat(sep=' ')}' AS TIMESTAMP)"
        case StorageType.BOOL:
            return "TRUE" if to_truth(value, label=label, field=field) else "FALSE"
        case StorageType.STRING:
            return text_sql(str(value))


def list_sql(values: Sequence[Any], storage: StorageType, *, label: str = "A value", field: str = "") -> str:
    """Return JSON values as an SQL list for IN."""
    if not values:
        raise LatheError("At least one value must be named.", field=field)
    return "(" + ", ".join(value_sql(v, storage, label=label, field=field) for v in values) + ")"
