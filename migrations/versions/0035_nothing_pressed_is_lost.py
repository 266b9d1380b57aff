"""A press that came too late is read by the office, and one photograph may show before, after and receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

OPEN = sa.text("handled_at IS NULL")
BEFORE = ("visit_id", "sha256")
AFTER = ("visit_id", "kind", "sha256")
KINDS = ("before", "after", "receipt", "signature")


def upgrade() -> None:
    _change(BEFORE, AFTER)
    op.create_table(
        "refused_presses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        _to("visit_id", "visits"),
        _to("member_id", "members"),
        _to("handled_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_presses")),
        sa.UniqueConstraint("visit_id", "key", name=op.f("uq_refused_presses_visit_id_key")),
    )
    op.create_index(
        "ix_refused_presses_open",
        "refused_presses",
        ["arrived_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_refused_presses_open", table_name="refused_presses")
    op.drop_table("refused_presses")
    photos = sa.table("photos", sa.column("id"), sa.column("visit_id"), sa.column("sha256"))
    first = sa.select(sa.func.min(photos.c.id)).group_by(photos.c.visit_id, photos.c.sha256)
    op.execute(sa.delete(photos).where(photos.c.id.not_in(first)))
    _change(AFTER, BEFORE)


def _change(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """SQLite copies the table, and its check does not come along."""
    copied = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("photos") as table:
        table.drop_constraint(_name(before), type_="unique")
        table.create_unique_constraint(_name(after), list(after))
        if copied:
            kinds = ", ".join(repr(kind) for kind in KINDS)
            table.create_check_constraint(op.f("ck_photos_photokind"), f"kind IN ({kinds})")


def _name(columns: tuple[str, ...]) -> str:
    return str(op.f("uq_photos_" + "_".join(columns)))


def _to(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_refused_presses_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)
