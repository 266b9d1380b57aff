"""Places in members' days that are kept for a caller for some minutes."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service_minutes", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("held_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "window_start <= start AND start <= window_end", name=op.f("ck_held_places_start_in_window")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_held_places_member_id_members")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_held_places_visit_id_visits")),
        sa.ForeignKeyConstraint(["held_by_id"], ["users.id"], name=op.f("fk_held_places_held_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_places")),
    )
    op.create_index("ix_held_places_key", "held_places", ["key"])
    op.create_index("ix_held_places_day", "held_places", ["day"])


def downgrade() -> None:
    op.drop_index("ix_held_places_day", "held_places")
    op.drop_index("ix_held_places_key", "held_places")
    op.drop_table("held_places")
