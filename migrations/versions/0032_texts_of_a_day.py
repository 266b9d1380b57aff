"""The texts of a day are found without reading those of all years."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


ANY = sa.text("attempt >= 0")


def upgrade() -> None:
    op.create_index("ix_outbox_any", "outbox", ["due_at"], sqlite_where=ANY, postgresql_where=ANY)


def downgrade() -> None:
    op.drop_index("ix_outbox_any", table_name="outbox")
