"""What other geocoders have said of an address, where their terms allow that it is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "geocoder_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("gu", sa.String(length=30), nullable=False),
        sa.Column("road_name", sa.String(length=60), nullable=False),
        sa.Column("building_number", sa.String(length=20), nullable=False),
        sa.Column("beopjeong_dong", sa.String(length=30), nullable=False),
        sa.Column("jibun", sa.String(length=20), nullable=False),
        sa.Column("building_name", sa.String(length=100), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(lat IS NULL) = (lon IS NULL)", name=op.f("ck_geocoder_answers_point_whole")),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_geocoder_answers_lat_range")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_geocoder_answers_lon_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geocoder_answers")),
        sa.UniqueConstraint("provider", "query", name=op.f("uq_geocoder_answers_provider_query")),
    )
    op.create_index("ix_geocoder_answers_asked_at", "geocoder_answers", ["asked_at"])


def downgrade() -> None:
    op.drop_index("ix_geocoder_answers_asked_at", "geocoder_answers")
    op.drop_table("geocoder_answers")
