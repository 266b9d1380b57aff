"""What follows a text that did not arrive is a person's work from when that text was."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None
FOLLOWS = "follows_id IS NOT NULL AND told_at IS NULL"
UNDER_WAY = f"{FOLLOWS} AND state IN ('pending', 'sending', 'unknown', 'accepted', 'sent')"
LEFT_TO_A_PERSON = f"{FOLLOWS} AND state = 'needs_person' AND due_at > created_at"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("listed_from", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"UPDATE outbox SET listed_from = created_at WHERE {UNDER_WAY}")
    op.execute(f"UPDATE outbox SET due_at = created_at WHERE {LEFT_TO_A_PERSON}")


def downgrade() -> None:
    op.drop_column("outbox", "listed_from")
