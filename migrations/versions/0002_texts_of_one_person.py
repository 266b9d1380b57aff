"""The texts of one person, and the requests closed in a month, without reading all of them."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_outbox_recipient", "outbox", ["recipient_kind", "recipient_id", "id"])
    op.create_index("ix_service_requests_closed_at", "service_requests", ["closed_at"])


def downgrade() -> None:
    op.drop_index("ix_service_requests_closed_at", "service_requests")
    op.drop_index("ix_outbox_recipient", "outbox")
