"""Texts that are due stand in line in the index itself, so that taking the next few sorts none of the others."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    _index("next_at", "id")


def downgrade() -> None:
    _index("next_at")


def _index(*columns: str) -> None:
    op.drop_index("ix_outbox_claim", "outbox")
    op.create_index(
        "ix_outbox_claim", "outbox", list(columns), sqlite_where=PENDING, postgresql_where=PENDING
    )
