"""Notes, tags and favourites of runs, and what a list of them shows, taken out of the stored JSON."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None



def _of_runs() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("notes", sa.Text(), nullable=False, server_default=""),
        sa.Column("tags", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("favourite", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("target", sa.Text(), nullable=False, server_default=""),
        sa.Column("kind", sa.String(20), nullable=False, server_default=""),
        sa.Column("models", sa.Integer(), nullable=False, server_default="0"),
    )


def _of_results() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("title", sa.Text(), nullable=False, server_default=""),
        sa.Column("status", sa.String(20), nullable=False, server_default=""),
        sa.Column("metric", sa.String(40), nullable=False, server_default=""),
        sa.Column("score", sa.Double(), nullable=True),
    )


def upgrade() -> None:
    """Add the columns and fill them from the recipes and results that are there."""
    for table, columns in (("runs", _of_runs()), ("model_results", _of_results())):
        for column in columns:
            op.add_column(table, column)
    connection = op.get_bind()
    runs = sa.text("UPDATE runs SET target = :target, kind = :kind, models = :models WHERE id = :id")
    for run_id, text in connection.execute(sa.text("SELECT id, recipe FROM runs")).all():
        recipe = json.loads(text)
        task = recipe.get("task", {})
        values = {"target": str(task.get("target", "")), "kind": str(task.get("kind", ""))}
        connection.execute(runs, {"id": run_id, "models": len(recipe.get("models", ())), **values})
    results = sa.text(
        "UPDATE model_results SET title = :title, status = :status, metric = :metric, score = :score "
        "WHERE run_id = :run_id AND label = :label"
    )
    for run_id, label in connection.execute(sa.text("SELECT run_id, label FROM model_results")).all():
        where = {"run_id": run_id, "label": label}
        one = sa.text("SELECT body FROM model_results WHERE run_id = :run_id AND label = :label")
        body = json.loads(connection.execute(one, where).scalar_one())
        first: dict[str, Any] = next(iter(body.get("scores", ())), {})
        score = first.get("value")
        told: dict[str, Any] = {
            "title": str(body.get("title", "")),
            "status": str(body.get("status", "")),
            "metric": str(first.get("metric", "")),
            "score": score if score is not None and score == score else None,
        }
        connection.execute(results, {**where, **told})


def downgrade() -> None:
    """Remove the columns."""
    for table, columns in (("runs", _of_runs()), ("model_results", _of_results())):
        for column in columns:
            op.drop_column(table, column.name)
