"""Whether a text is on its way to a telephone is known without looking at all that are on their way."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


IN_DOUBT = sa.text("state IN ('sending', 'unknown')")


def upgrade() -> None:
    op.create_index(
        "ix_outbox_number_in_doubt",
        "outbox",
        ["to_number"],
        sqlite_where=IN_DOUBT,
        postgresql_where=IN_DOUBT,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_number_in_doubt", table_name="outbox")
