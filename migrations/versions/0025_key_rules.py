"""By which rules the keys of people are written: env.py writes them anew when the application's are others."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_rules",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_key_rules")),
    )


def downgrade() -> None:
    op.drop_table("key_rules")
