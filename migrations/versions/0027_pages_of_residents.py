"""Residents open a page of their visit, say how it was, and have it repaired once more."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

RATINGS = ("good", "fair", "poor")
# table, column, name of the check, the words so far, the words that are new and what they become on the way down
WORDS = (
    ("audit_entries", "actor_kind", "actorkind", ("user", "member", "system"), {"person": "system"}),
    (
        "outbox",
        "kind",
        "messagekind",
        (
            "resident_booked",
            "resident_moved",
            "resident_cancelled",
            "resident_day_before",
            "resident_on_the_way",
            "resident_done",
            "member_offer",
            "member_withdrawn",
            "member_moved",
            "member_day_list",
            "member_reminder",
        ),
        {
            "resident_page": "resident_booked",
            "resident_survey": "resident_done",
            "member_partner": "member_reminder",
            "member_code": "member_reminder",
        },
    ),
    (
        "text_templates",
        "kind",
        "textkind",
        (
            "resident_booked",
            "resident_day_before",
            "resident_moved",
            "resident_cancelled",
            "resident_on_the_way",
            "resident_done",
            "resident_partly",
            "resident_nobody_home",
            "member_offer",
            "member_offer_changed",
            "member_taken",
            "member_moved",
            "member_elsewhere",
            "member_reminder",
            "member_day_list",
            "member_withdrawn",
        ),
        dict.fromkeys(
            (
                "resident_page",
                "resident_survey",
                "member_partner_accepted",
                "member_partner_declined",
                "member_partner_arrived",
            )
        ),
    ),
)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "page_links",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_page_links_visit_id_visits")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_page_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_page_links_token_hash")),
    )
    op.create_table(
        "satisfactions",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        *(
            sa.Column(
                name,
                sa.Enum(*RATINGS, name="rating", native_enum=False, create_constraint=False, length=20),
                nullable=False,
            )
            for name in ("works", "manner", "again")
        ),
        sa.Column("heard_by_id", sa.Integer(), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_satisfactions_visit_id_visits")),
        sa.ForeignKeyConstraint(["heard_by_id"], ["users.id"], name=op.f("fk_satisfactions_heard_by_id_users")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_satisfactions")),
    )
    op.create_table(
        "reopenings",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_requests.id"], name=op.f("fk_reopenings_request_id_service_requests")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_reopenings_visit_id_visits")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_reopenings")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_reopenings_visit_id")),
    )
    op.add_column("persons", sa.Column("opens_pages", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("visits", sa.Column("agreed_won", sa.Integer(), nullable=True))
    for table, column, name, before, new in WORDS:
        _check(table, column, name, before, (*before, *new))


def downgrade() -> None:
    for table, column, name, before, new in WORDS:
        for word, becomes in new.items():
            if becomes is None:
                op.execute(f"DELETE FROM {table} WHERE {column} = '{word}'")
            else:
                op.execute(f"UPDATE {table} SET {column} = '{becomes}' WHERE {column} = '{word}'")
        _check(table, column, name, (*before, *new), before)
    op.drop_column("visits", "agreed_won")
    op.drop_column("persons", "opens_pages")
    op.drop_table("reopenings")
    op.drop_table("satisfactions")
    op.drop_table("page_links")


def _check(table: str, column: str, name: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """The words that a column may hold. SQLite writes them in the table's own text, as its manual shows."""
    connection, name = op.get_bind(), f"ck_{table}_{name}"
    if connection.dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({_listed(after)}))")
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? AND instr(sql, ?)",
        (f"{column} IN ({_listed(before)})", f"{column} IN ({_listed(after)})", table, _listed(before)),
    )
    assert changed.rowcount == 1, table
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
