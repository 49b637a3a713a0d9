"""A plan written as a stand-alone script and proved, as a job: the proof fits the plan twice on all training rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.run.context import RunContext
from core.store.workspace import Workspace


def plan_code(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Write the ``plan`` for the ``task`` on the dataset ``dataset_id`` as a script for a ``family``, and prove it.

    The script lies beside the cells, one a dataset and family.
    """
    from core.data.catalog import DatasetCatalog
    from core.data.task import Task
    from core.prepare.code import prove_code
    from core.prepare.plan import PreparePlan
    from core.prepare.spec import Family
    from core.store.artifacts import write_atomic

    dataset = DatasetCatalog(workspace).get(str(payload["dataset_id"]))
    family, plan = Family(str(payload["family"])), PreparePlan.model_validate(payload["plan"])
    context.report(0.1, "proving", "Running the script in a process of its own")
    proof = prove_code(
        workspace, dataset, Task.model_validate(payload["task"]), plan, family=family, seed=int(payload.get("seed", 0))
    )
    path = workspace.path(dataset.path).parent / f"plan-{family.value}.py"
    write_atomic(path, lambda temporary: temporary.write_text(proof.code, encoding="utf-8"))
    return {
        "path": workspace.relative(path),
        "equal": proof.equal,
        "max_difference": proof.max_difference,
        "rows": proof.rows,
        "features": proof.features,
    }
