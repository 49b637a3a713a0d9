"""How each storage type lies in Arrow and Parquet."""

from __future__ import annotations

import pyarrow as pa

from core.data.cells import TEXT
from core.types import StorageType

ARROW_TYPES = {
    StorageType.INT: pa.int64(),
    StorageType.FLOAT: pa.float64(),
    StorageType.BOOL: pa.bool_(),
    StorageType.STRING: TEXT,
    StorageType.DATETIME: pa.timestamp("us"),
}
