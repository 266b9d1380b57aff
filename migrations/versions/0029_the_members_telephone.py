"""What a member does on the telephone: taps, a report in steps, safety, worries."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

OPEN = sa.text("handled_at IS NULL")
OUTCOMES = ("done", "partly", "nobody_home", "refused", "unsafe")
KINDS = ("before", "after")
PARTS = ("work", "photos", "materials", "signature")
WORRIES = ("threshold", "bathroom", "light", "food", "heating", "mood")
WORDS = {  # columns for words that may stay empty
    "visit_items": (("left_why", 20),),
    "members": (("map_app", 10),),
    "completion_reports": (("why", 20), ("parts", 200), ("no_signature", 20)),
}
TIMES = ("arriving_at", "ended_at")
COUNTS = ("waited_minutes", "calls_tried")


def upgrade() -> None:
    for table, columns in WORDS.items():
        for name, length in columns:
            op.add_column(table, sa.Column(name, sa.String(length), server_default="", nullable=False))
    for name in TIMES:
        op.add_column("visits", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in COUNTS:
        op.add_column("completion_reports", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column(
        "completion_reports", sa.Column("resident_share", sa.Integer(), server_default="0", nullable=False)
    )
    _words("completion_reports", "outcome", (*OUTCOMES, "parts_missing"))
    _words("photos", "kind", (*KINDS, "receipt", "signature"), name="photokind")
    _create_tables()


def downgrade() -> None:
    for table in ("noticings", "safety_checks", "report_parts", "visit_taps"):
        op.drop_table(table)
    op.execute("DELETE FROM photos WHERE kind IN ('receipt', 'signature')")
    op.execute("UPDATE completion_reports SET outcome = 'partly' WHERE outcome = 'parts_missing'")
    _words("photos", "kind", KINDS, name="photokind")
    _words("completion_reports", "outcome", OUTCOMES)
    op.drop_column("completion_reports", "resident_share")
    for name in COUNTS:
        op.drop_column("completion_reports", name)
    for name in TIMES:
        op.drop_column("visits", name)
    for table, columns in WORDS.items():
        for name, _length in columns:
            op.drop_column(table, name)


def _words(table, column, words, name=None) -> None:
    """Other words in a column of checked text. SQLite copies the table, and its check does not come along."""
    check = op.f(f"ck_{table}_{name or column}")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(table, recreate="always") as changed:
            changed.create_check_constraint(check, _in(column, words))
        return
    op.drop_constraint(check, table, type_="check")
    op.create_check_constraint(check, table, _in(column, words))


def _in(column, words) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _enum(name, words):
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def _id(name) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name, *, nullable=False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table, column, other) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _create_tables() -> None:
    op.create_table(
        "visit_taps",
        _id("visit_id"),
        sa.Column("key", sa.String(40), nullable=False),
        _id("member_id"),
        sa.Column("step", sa.String(20), nullable=False),
        _moment("at"),
        _moment("arrived_at"),
        _to("visit_taps", "visit_id", "visits"),
        _to("visit_taps", "member_id", "members"),
        sa.PrimaryKeyConstraint("visit_id", "key", name=op.f("pk_visit_taps")),
    )
    op.create_table(
        "report_parts",
        _id("visit_id"),
        sa.Column("part", _enum("part", PARTS), nullable=False),
        _id("member_id"),
        sa.Column("said", sa.JSON(), nullable=False),
        _moment("saved_at"),
        _to("report_parts", "visit_id", "visits"),
        _to("report_parts", "member_id", "members"),
        sa.PrimaryKeyConstraint("visit_id", "part", name=op.f("pk_report_parts")),
    )
    op.create_table(
        "safety_checks",
        _id("visit_id"),
        _id("member_id"),
        sa.Column("needed", sa.JSON(), nullable=False),
        sa.Column("there", sa.JSON(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        _moment("checked_at"),
        _to("safety_checks", "visit_id", "visits"),
        _to("safety_checks", "member_id", "members"),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_safety_checks")),
    )
    op.create_table(
        "noticings",
        _id("id"),
        _id("visit_id"),
        _id("member_id"),
        sa.Column("worry", _enum("worry", WORRIES), nullable=False),
        _moment("noticed_at"),
        _moment("handled_at", nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        _to("noticings", "visit_id", "visits"),
        _to("noticings", "member_id", "members"),
        _to("noticings", "handled_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noticings")),
    )
    op.create_index(
        "ix_noticings_open", "noticings", ["noticed_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_noticings_visit_id", "noticings", ["visit_id"])
