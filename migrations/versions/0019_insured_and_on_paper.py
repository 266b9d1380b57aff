"""A member works as long as they are insured; sheets of the day are numbered."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("members", sa.Column("insured_until", sa.Date(), nullable=True))
    op.create_table(
        "day_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_day_sheets_number_positive")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_day_sheets_member_id_members")),
        sa.ForeignKeyConstraint(["printed_by_id"], ["users.id"], name=op.f("fk_day_sheets_printed_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_sheets")),
        sa.UniqueConstraint("day", "number", name=op.f("uq_day_sheets_day_number")),
    )
    op.create_index("ix_day_sheets_member_id", "day_sheets", ["member_id"])


def downgrade() -> None:
    op.drop_table("day_sheets")
    op.drop_column("members", "insured_until")
