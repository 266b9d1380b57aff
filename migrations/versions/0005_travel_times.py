"""Keep the travel times that a road service has told."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "travel_times",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("from_place", sa.BigInteger(), nullable=False),
        sa.Column("to_place", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_travel_times_seconds_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_times")),
        sa.UniqueConstraint(
            "mode", "from_place", "to_place", name=op.f("uq_travel_times_mode_from_place_to_place")
        ),
    )
    op.create_index("ix_travel_times_at", "travel_times", ["at"])


def downgrade() -> None:
    op.drop_index("ix_travel_times_at", "travel_times")
    op.drop_table("travel_times")
