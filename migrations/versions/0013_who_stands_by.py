"""Whom to try for a resident, members without a smartphone, and who of the office was told an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

RELATIONS = ("self", "family", "care_worker", "community_centre", "welfare_centre", "neighbour", "other")


def upgrade() -> None:
    relation = sa.Enum(*RELATIONS, name="relation", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("relation", relation, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("may_be_told", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_contacts_position_positive")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_contacts_resident_id_residents")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_contacts_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("resident_id", "person_id", name=op.f("uq_contacts_resident_id_person_id")),
    )
    op.create_index("ix_contacts_person_id", "contacts", ["person_id"])
    op.add_column("members", sa.Column("smartphone", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("reach_answers", sa.Column("told_by_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("reach_answers", "told_by_id")
    op.drop_column("members", "smartphone")
    op.drop_index("ix_contacts_person_id", "contacts")
    op.drop_table("contacts")
