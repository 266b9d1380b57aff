"""Plans that are asked for, worked out, shown, and taken or left."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = "state IN ('queued','running')"


def _one_of(name, *words):
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "plan_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("plankind", "day", "week", "repair"), nullable=False),
        sa.Column("reason", _one_of("planreason", "tomorrow", "week", "ill", "by_hand"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            _one_of(
                "planstate", "queued", "running", "ready", "stopped", "failed", "taken", "left", "outdated"
            ),
            nullable=False,
        ),
        sa.Column(
            "failure",
            _one_of("planfailure", "trouble", "faults", "worker_lost", "nothing_to_plan"),
            nullable=True,
        ),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("rounds_at_most", sa.Integer(), nullable=True),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("began_at", moment, nullable=True),
        sa.Column("beat_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=True),
        sa.Column("unserved", sa.Double(), nullable=True),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("standing", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("proposed", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_plan_runs_order")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_plan_runs_seconds_not_negative")),
        sa.CheckConstraint(
            "(reason = 'ill') = (member_id IS NOT NULL)", name=op.f("ck_plan_runs_member_known")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_plan_runs_asked_by_id_users")),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["plan_runs.id"], name=op.f("fk_plan_runs_follows_id_plan_runs")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_plan_runs_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_runs")),
    )
    op.create_index("ix_plan_runs_last_day", "plan_runs", ["last_day"])
    op.create_index(
        "ix_plan_runs_open", "plan_runs", ["id"], sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)
    )


def downgrade() -> None:
    op.drop_index("ix_plan_runs_open", "plan_runs")
    op.drop_index("ix_plan_runs_last_day", "plan_runs")
    op.drop_table("plan_runs")
