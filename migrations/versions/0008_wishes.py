"""Wishes between members and residents, breaks, other beginnings and ends of a day, and items against falls."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DOUBLE = "DOUBLE"
COLUMNS = (  # with each check at its column, so that SQLite need not copy the table to add or to drop it
    ("members", "start_label", "VARCHAR(200)"),
    ("members", "start_lat", DOUBLE),
    ("members", "start_lon", DOUBLE),
    ("members", "end_label", "VARCHAR(200)"),
    ("members", "end_lat", DOUBLE),
    ("members", "end_lon", DOUBLE),
    ("members", "break_start", "INTEGER"),
    ("members", "break_end", "INTEGER CONSTRAINT ck_members_break_order CHECK (break_start < break_end)"),
    ("service_items", "fall_risk", "BOOLEAN DEFAULT FALSE NOT NULL"),
)


def _one_of(name, *words):
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    for table, column, kind in COLUMNS:
        if kind is DOUBLE:
            op.add_column(table, sa.Column(column, sa.Double(), nullable=True))
        else:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    op.execute("UPDATE service_items SET fall_risk = TRUE WHERE code IN ('handrail', 'antislip')")
    op.create_table(
        "visiting_wishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("wish", _one_of("wishkind", "must_not", "rather_not", "rather"), nullable=False),
        sa.Column("wished_by", _one_of("wishedby", "resident", "member"), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_visiting_wishes_member_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_visiting_wishes_resident_id_residents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visiting_wishes")),
        sa.UniqueConstraint("resident_id", "member_id", name=op.f("uq_visiting_wishes_resident_id_member_id")),
    )
    op.create_index("ix_visiting_wishes_member_id", "visiting_wishes", ["member_id"])


def downgrade() -> None:
    op.drop_table("visiting_wishes")
    for table, column, _kind in reversed(COLUMNS):
        op.drop_column(table, column)
