"""The texts that came in about a visit, and those that wait, are found without reading all that ever came in."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


SPEAKS = sa.text("visit_id IS NOT NULL")
WAITS = sa.text("handled_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_inbound_visit", "inbound", ["visit_id"], sqlite_where=SPEAKS, postgresql_where=SPEAKS)
    op.create_index("ix_inbound_waiting", "inbound", ["id"], sqlite_where=WAITS, postgresql_where=WAITS)


def downgrade() -> None:
    op.drop_index("ix_inbound_waiting", table_name="inbound")
    op.drop_index("ix_inbound_visit", table_name="inbound")
