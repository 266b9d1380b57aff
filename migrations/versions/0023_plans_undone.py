"""A plan that was taken can be put back: what it takes, and that it was."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BEFORE = ("queued", "running", "ready", "stopped", "failed", "taken", "left", "outdated")


def upgrade() -> None:
    with op.batch_alter_table("plan_runs") as table:
        table.add_column(sa.Column("taken", sa.JSON(none_as_null=True), nullable=True))
        _states(table, (*BEFORE, "undone"))


def downgrade() -> None:
    op.execute("UPDATE plan_runs SET state = 'left' WHERE state = 'undone'")
    with op.batch_alter_table("plan_runs") as table:
        _states(table, BEFORE)
        table.drop_column("taken")


def _states(table, words) -> None:
    known = ", ".join(f"'{word}'" for word in words)
    table.drop_constraint(op.f("ck_plan_runs_planstate"), type_="check")
    table.create_check_constraint(op.f("ck_plan_runs_planstate"), f"state IN ({known})")
