"""The original file of a dataset: moved or copied beside its cells, or left where it is and referred to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from core.data.schema import Dataset
from core.data.server_files import is_allowed
from core.errors import NotFound
from core.store.artifacts import read_json, write_json
from core.store.workspace import Workspace

_REFERENCE = "source.reference.json"


def keep_original(workspace: Workspace, path: Path, folder: Path, *, move: bool) -> None:
    """See to it that a dataset's file can be read again.

    Parameters
    ----------
    workspace : Workspace
        Its settings name the folders whose files stay where they are.
    path : Path
        The file.
    folder : Path
        Folder of the dataset.
    move : bool
        The file is the workspace's own: it is linked, and the caller removes its old name.
    """
    target = folder / f"source{path.suffix.lower()}"
    if move:
        try:
            os.link(path, target)
        except OSError:
            shutil.copyfile(path, target)  # A file system without links.
    elif is_allowed(workspace.settings, path):
        write_json(folder / _REFERENCE, {"path": str(path.resolve())})
    else:
        shutil.copyfile(path, target)


def original_path(workspace: Workspace, dataset: Dataset) -> Path:
    """Return the original file of a dataset.

    Raises
    ------
    NotFound
        Where it is gone, or its folder is no longer one that may be read.
    """
    folder = workspace.path(f"datasets/{dataset.id}")
    reference = folder / _REFERENCE
    if reference.exists():
        path = Path(str(read_json(reference)["path"]))
        if not path.is_file() or not is_allowed(workspace.settings, path):
            raise NotFound(
                f"The file that {dataset.name} was read from must stay where it was; {path} is not there any more, "
                "or its folder may no longer be read.",
                hint="Put it back, or bring the table again.",
            )
        return path
    found = sorted(folder.glob("source*"))
    if not found:
        raise NotFound(f"The original file of {dataset.name} is no longer there.", hint="Upload it again.")
    return found[0]
