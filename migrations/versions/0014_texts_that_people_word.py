"""The wordings of texts in versions, and in which language somebody is written to."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = (
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
)


def upgrade() -> None:
    kind = sa.Enum(*KINDS, name="textkind", native_enum=False, create_constraint=True, length=30)
    language = sa.Enum("ko", "en", name="textlanguage", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "text_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("language", language, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(300), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("version > 1", name=op.f("ck_text_templates_after_the_first")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["users.id"], name=op.f("fk_text_templates_saved_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_templates")),
        sa.UniqueConstraint("kind", "language", "version", name=op.f("uq_text_templates_kind_language_version")),
    )
    for table in ("persons", "members"):
        op.add_column(table, sa.Column("language", sa.String(2), server_default="ko", nullable=False))


def downgrade() -> None:
    for table in ("members", "persons"):
        op.drop_column(table, "language")
    op.drop_table("text_templates")
