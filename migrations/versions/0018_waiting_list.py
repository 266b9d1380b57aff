"""Requests that wait for a place."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

REASONS = ("nothing_free", "does_not_suit")


def upgrade() -> None:
    reason = sa.Enum(*REASONS, name="waitreason", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "waiting_entries",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("reason", reason, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.Column("opened", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_requests.id"], name=op.f("fk_waiting_entries_request_id_service_requests")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_waiting_entries")),
    )


def downgrade() -> None:
    op.drop_table("waiting_entries")
