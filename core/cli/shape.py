"""``shape``: do a list of steps to a table and write the outcome."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from core.cli.output import print_json, print_table
from core.cli.scratch import scratch_dataset
from core.data.actions import TableStep
from core.errors import InvalidInput, LatheError

if TYPE_CHECKING:
    from core.data.schema import Dataset
    from core.store.workspace import Workspace

FORMATS = (".csv", ".parquet")


def shape(parsed: argparse.Namespace) -> int:
    """Read a file, do the steps, write the table; print what each step did."""
    from core.shape.edit import replace, sentence

    steps = _read_steps(parsed.steps)
    if parsed.out.suffix.lower() not in FORMATS:
        raise LatheError(f"The output must end in {' or '.join(FORMATS)}. It is {parsed.out.name!r}.", field="out")
    with scratch_dataset(parsed.file) as (workspace, dataset):
        shaped = replace(workspace, dataset, steps)
        _write(workspace, shaped, parsed.out)
        said = [sentence(step) for step in shaped.steps]
    if parsed.json:
        print_json(
            {
                "rows_before": dataset.rows,
                "rows": shaped.rows,
                "columns": [column.model_dump(mode="json") for column in shaped.columns],
                "fingerprint": shaped.fingerprint,
                "steps": said,
                "out": str(parsed.out),
            }
        )
        return 0
    print_table(["step", ""], [[number, text] for number, text in enumerate(said, 1)])
    print(
        f"{dataset.rows:,} rows and {len(dataset.columns)} columns became {shaped.rows:,} rows and "
        f"{len(shaped.columns)} columns: {parsed.out}"
    )
    return 0


def _read_steps(path: Path) -> list[TableStep]:
    """Read steps from JSON: a list of ``{"key", "params", "enabled", "name"}``."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return TypeAdapter(list[TableStep]).validate_python(stored["steps"] if isinstance(stored, dict) else stored)
    except FileNotFoundError as error:
        raise LatheError(f"There is no file {str(path)!r}.", field="steps") from error
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError) as error:
        raise LatheError(f"{path.name} must be a list of steps as JSON: {error}.", field="steps") from error
    except ValidationError as error:
        raise InvalidInput(
            [
                LatheError(f"{'.'.join(map(str, e['loc']))}: {e['msg']}", field=".".join(map(str, e["loc"])))
                for e in error.errors()
            ]
        ) from error


def _write(workspace: Workspace, dataset: Dataset, out: Path) -> None:
    from core.data.download import download
    from core.store.artifacts import write_atomic

    made = download(workspace, dataset, "csv" if out.suffix.lower() == ".csv" else "parquet")
    write_atomic(out, lambda temporary: shutil.copyfile(made, temporary))
