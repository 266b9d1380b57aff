"""Check visits come again by a rule."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SUITS = sa.Enum("any", "morning", "afternoon", name="suits", native_enum=False, length=20, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "check_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("suits", SUITS, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("next_due", sa.Date(), nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("note", sa.String(200), server_default="", nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("every_months BETWEEN 1 AND 60", name=op.f("ck_check_rules_every_range")),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_check_rules_span")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_check_rules_resident_id_residents")),
        sa.ForeignKeyConstraint(["written_by_id"], ["users.id"], name=op.f("fk_check_rules_written_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_rules")),
    )
    op.create_index("ix_check_rules_resident_id", "check_rules", ["resident_id"])
    op.create_index("ix_check_rules_next_due", "check_rules", ["next_due"])
    op.create_table(
        "check_rule_items",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("service_item_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 99", name=op.f("ck_check_rule_items_quantity_range")),
        sa.ForeignKeyConstraint(["rule_id"], ["check_rules.id"], name=op.f("fk_check_rule_items_rule_id_check_rules")),
        sa.ForeignKeyConstraint(
            ["service_item_id"], ["service_items.id"], name=op.f("fk_check_rule_items_service_item_id_service_items")
        ),
        sa.PrimaryKeyConstraint("rule_id", "service_item_id", name=op.f("pk_check_rule_items")),
    )
    op.create_table(
        "check_dues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["check_rules.id"], name=op.f("fk_check_dues_rule_id_check_rules")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_requests.id"], name=op.f("fk_check_dues_request_id_service_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_dues")),
        sa.UniqueConstraint("rule_id", "due_on", name=op.f("uq_check_dues_rule_id_due_on")),
        sa.UniqueConstraint("request_id", name=op.f("uq_check_dues_request_id")),
    )


def downgrade() -> None:
    op.drop_table("check_dues")
    op.drop_table("check_rule_items")
    op.drop_table("check_rules")
