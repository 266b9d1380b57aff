"""A member works as long as they are insured."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("members", sa.Column("insured_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("members", "insured_until")
