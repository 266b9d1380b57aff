"""Keys by which people are found, records made one, and what was added to open requests."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('logged', 'booked')")
STANDS = sa.text("undone_at IS NULL")


def upgrade() -> None:
    key = sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql")
    op.create_table(
        "person_keys",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("key", key, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_person_keys_person_id_persons"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "key", "person_id", name=op.f("pk_person_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_keys_person_id", "person_keys", ["person_id", "kind", "key"])
    op.create_table(
        "person_merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kept_id != gone_id", name=op.f("ck_person_merges_two_records")),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["persons.id"], name=op.f("fk_person_merges_kept_id_persons"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["gone_id"], ["persons.id"], name=op.f("fk_person_merges_gone_id_persons"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["merged_by_id"], ["users.id"], name=op.f("fk_person_merges_merged_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merges")),
    )
    op.create_index("ix_person_merges_kept_id", "person_merges", ["kept_id"])
    op.create_index(
        "ix_person_merges_gone_id",
        "person_merges",
        ["gone_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_table(
        "call_additions",
        sa.Column("submission_key", sa.String(40), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_requests.id"], name=op.f("fk_call_additions_request_id_service_requests")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_call_additions_visit_id_visits")),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_call_additions_added_by_id_users")),
        sa.PrimaryKeyConstraint("submission_key", name=op.f("pk_call_additions")),
    )
    op.create_index("ix_call_additions_request_id", "call_additions", ["request_id"])
    op.create_index(
        "ix_service_requests_open", "service_requests", ["resident_id"], sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_service_requests_open", "service_requests", sqlite_where=OPEN, postgresql_where=OPEN)
    for table in ("call_additions", "person_merges", "person_keys"):
        op.drop_table(table)
