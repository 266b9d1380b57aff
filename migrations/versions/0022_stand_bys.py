"""Members are on stand-by on a day."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stand_bys",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_stand_bys_member_id_members")),
        sa.PrimaryKeyConstraint("member_id", "day", name=op.f("pk_stand_bys")),
    )
    op.create_index("ix_stand_bys_day", "stand_bys", ["day"])


def downgrade() -> None:
    op.drop_table("stand_bys")
