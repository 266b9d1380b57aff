"""A photograph of each member, for whoever waits for them."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("members", sa.Column("photo", sa.String(40), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("members", "photo")
