"""A text that came in may ask to call a visit off; what is silent is listed as long as it is of use."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('pending','sending','unknown','accepted','sent') AND told_at IS NULL")
WISH = sa.text("handled_at IS NULL AND visit_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("inbound", sa.Column("visit_id", sa.Integer(), nullable=True))
    op.create_index("ix_inbound_wish", "inbound", ["visit_id"], sqlite_where=WISH, postgresql_where=WISH)
    _open_by("not_after")


def downgrade() -> None:
    _open_by("due_at")
    op.drop_index("ix_inbound_wish", "inbound")
    op.drop_column("inbound", "visit_id")


def _open_by(column: str) -> None:
    op.drop_index("ix_outbox_open", "outbox")
    op.create_index("ix_outbox_open", "outbox", [column], sqlite_where=OPEN, postgresql_where=OPEN)
