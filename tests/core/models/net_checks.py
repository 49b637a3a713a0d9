"""What both networks must do, as one check a rule, run in a process of the framework's own.

TensorFlow and PyTorch never train in one process, so the tests start this program and read its answer:

    python -m tests.core.models.net_checks torch|keras GROUP FOLDER

It writes ``<framework>-<group>.json`` (check -> traceback, empty where it passed). The checks stand in
``net_checks_both``, ``net_checks_once``, ``net_checks_torch`` and ``net_checks_keras``; they import no framework before
they run.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from tests.core.models import net_checks_both, net_checks_keras, net_checks_once, net_checks_torch

OF_FRAMEWORK: dict[str, tuple[ModuleType, ...]] = {
    "torch": (net_checks_both, net_checks_once, net_checks_torch),
    "keras": (net_checks_both, net_checks_keras),
}


def checks(framework: str, group: str) -> dict[str, Callable[[], None]]:
    """Return the checks of a group by name: "common" (with the framework's own), "estimator" or "gpu"."""
    if group == "estimator":
        return _of(net_checks_once, "check_estimator")
    every = {name: check for module in OF_FRAMEWORK[framework] for name, check in _of(module, "check_").items()}
    return {name: check for name, check in every.items() if name.startswith("check_gpu") is (group == "gpu")}


def _of(module: ModuleType, start: str) -> dict[str, Callable[[], None]]:
    """Return the functions of a module's own that start so; scikit-learn's `check_estimator` is none of them."""
    own = ((name, item) for name, item in vars(module).items() if getattr(item, "__module__", "") == module.__name__)
    return {name: item for name, item in own if name.startswith(start)}


def names(framework: str, group: str = "common") -> list[str]:
    """Return the names of the checks of a group."""
    return list(checks(framework, group))


def main(framework: str, group: str, folder: Path) -> None:
    """Run the checks of ``group`` and write their answers."""
    answers: dict[str, str] = {}
    for name, check in checks(framework, group).items():
        try:
            check()
            answers[name] = ""
        except BaseException:  # noqa: BLE001 -- the answer is read by the test
            answers[name] = traceback.format_exc()
    (folder / f"{framework}-{group}.json").write_text(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
