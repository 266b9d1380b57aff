"""What is known of numbers and of the provider; texts that are asked about again, or tried once more."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = "state IN ('failed','undelivered','expired','needs_person') AND told_at IS NULL"
AFTER = "state IN ('failed','undelivered','expired','suppressed','needs_person') AND told_at IS NULL"
OPEN = "state IN ('pending','sending','unknown','accepted','sent') AND told_at IS NULL"
TAKEN = "state IN ('accepted','sent') AND provider_id IS NOT NULL"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "number_facts",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("bad_code", sa.String(length=20), nullable=False),
        sa.Column("bad_at", moment, nullable=True),
        sa.Column("opted_out_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_number_facts")),
    )
    op.create_table(
        "gateway_states",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("refused_since", moment, nullable=True),
        sa.Column("paused_until", moment, nullable=True),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_gateway_states")),
    )
    op.execute("ALTER TABLE outbox ADD COLUMN retries INTEGER DEFAULT 0 NOT NULL")
    op.add_column("outbox", sa.Column("check_at", moment, nullable=True))
    _index("ix_outbox_not_arrived", "due_at", AFTER, anew=True)
    _index("ix_outbox_open", "due_at", OPEN)
    _index("ix_outbox_check", "check_at", TAKEN)
    op.create_index("ix_attempts_started_at", "attempts", ["started_at"])


def downgrade() -> None:
    op.drop_index("ix_attempts_started_at", "attempts")
    op.drop_index("ix_outbox_check", "outbox")
    op.drop_index("ix_outbox_open", "outbox")
    _index("ix_outbox_not_arrived", "due_at", BEFORE, anew=True)
    op.drop_column("outbox", "check_at")
    op.drop_column("outbox", "retries")
    op.drop_table("gateway_states")
    op.drop_table("number_facts")


def _index(name: str, column: str, rows: str, *, anew: bool = False) -> None:
    if anew:
        op.drop_index(name, "outbox")
    op.create_index(name, "outbox", [column], sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
