"""Spoken calls with keys, what was answered, and which notice followed which."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "key_presses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("digits", sa.String(length=10), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_key_presses_outbox_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_presses")),
        sa.UniqueConstraint(
            "provider", "call_id", "step", name=op.f("uq_key_presses_provider_call_id_step")
        ),
    )
    op.create_index("ix_key_presses_outbox_id", "key_presses", ["outbox_id"])
    answers = ("good", "another_time", "call_me")
    op.create_table(
        "reach_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("window_start", moment, nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(*answers, name="answer", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_reach_answers_visit_id_visits")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_reach_answers_outbox_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_answers")),
    )
    op.create_index("ix_reach_answers_visit_id", "reach_answers", ["visit_id", "id"])
    op.add_column("outbox", sa.Column("follows_id", sa.Integer(), nullable=True))
    op.create_index("ix_outbox_follows_id", "outbox", ["follows_id"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_outbox_follows_id", "outbox")
    op.drop_column("outbox", "follows_id")
    op.drop_table("reach_answers")
    op.drop_table("key_presses")
