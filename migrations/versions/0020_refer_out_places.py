"""Where people are sent with what is not ours: a list instead of one line."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BEFORE = {
    "wiring": "전기공사업 등록업체, 누전은 한국전기안전공사 1588-7500",
    "gas": "도시가스 고객센터, 가스 냄새가 나면 119",
}
SINCE = {
    "wiring": (
        ("한국전기안전공사 (누전·정전)", "1588-7500", "24시간"),
        ("가까운 전기공사업 등록업체 (배선 공사)", "", ""),
    ),
    "gas": (
        ("119 (가스 냄새가 나면)", "119", "24시간"),
        ("도시가스 고객센터 (번호는 요금 고지서에)", "", ""),
        ("한국가스안전공사", "1544-4500", "24시간"),
    ),
}
items = sa.table("service_items", sa.column("id"), sa.column("code"), sa.column("refer_to"))
places = sa.table(
    "refer_out_places", *map(sa.column, ("service_item_id", "name", "phone", "hours", "position"))
)


def upgrade() -> None:
    op.create_table(
        "refer_out_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_item_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("hours", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_item_id"], ["service_items.id"], name=op.f("fk_refer_out_places_service_item_id_service_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refer_out_places")),
    )
    op.create_index("ix_refer_out_places_service_item_id", "refer_out_places", ["service_item_id"])
    for item in op.get_bind().execute(sa.select(items).where(items.c.refer_to != "")).all():
        own = item.refer_to != BEFORE.get(item.code)  # an office has put another line in its place
        found = ((item.refer_to, "", ""),) if own else SINCE[item.code]
        for position, (name, phone, hours) in enumerate(found):
            op.execute(
                places.insert().values(
                    service_item_id=item.id, name=name, phone=phone, hours=hours, position=position
                )
            )
    op.drop_column("service_items", "refer_to")


def downgrade() -> None:
    op.add_column("service_items", sa.Column("refer_to", sa.String(100), server_default="", nullable=False))
    lines: dict[int, list[str]] = {}
    found = sa.select(places).order_by(places.c.service_item_id, places.c.position)
    for place in op.get_bind().execute(found).all():
        lines.setdefault(place.service_item_id, []).append(f"{place.name} {place.phone}".strip())
    for item_id, line in lines.items():
        op.execute(items.update().where(items.c.id == item_id).values(refer_to=", ".join(line)[:100]))
    op.drop_table("refer_out_places")
