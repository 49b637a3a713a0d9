"""Saved preparation plans: named, so that another table can be prepared the same way."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "plans",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("project_id", sa.String(32), sa.ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.UniqueConstraint("project_id", "name", name="uq_plans_name"),
    )
    op.create_index("ix_plans_project_id", "plans", ["project_id"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("plans")
