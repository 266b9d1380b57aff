"""The catalogue that every office starts with."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import catalogue_rows
from handyman.models import ServiceItem


def item(session: scoped_session[Session], code: str) -> ServiceItem:
    return session.scalars(select(ServiceItem).where(ServiceItem.code == code)).one()


def test_the_four_items_of_the_service_can_be_dispatched(session: scoped_session[Session]) -> None:
    catalogue_rows.ensure()
    permitted = session.scalars(select(ServiceItem).where(ServiceItem.permitted)).all()
    assert {row.code for row in permitted} == {"lamp", "handrail", "antislip", "screen"}
    assert all(row.skills and row.materials and row.questions and row.minutes(1) > 0 for row in permitted)


def test_what_needs_a_licence_says_where_to_send_people(session: scoped_session[Session]) -> None:
    catalogue_rows.ensure()
    referred = session.scalars(select(ServiceItem).where(ServiceItem.permitted.is_(False))).all()
    assert {row.code for row in referred} == {"wiring", "gas"}
    assert all(any(place.phone for place in row.refer_out_places) for row in referred)


def test_each_item_asks_its_own_questions(session: scoped_session[Session]) -> None:
    catalogue_rows.ensure()
    asked = {
        row.code: [question.key for question in row.questions] for row in session.scalars(select(ServiceItem))
    }
    assert asked["lamp"] == ["shape", "ceiling_cm"]
    assert asked["screen"] == ["width_cm", "height_cm"]
    assert asked["handrail"] == ["wall", "owner_consent"]
    assert asked["antislip"] == ["floor", "area_m2"]


def test_an_offices_own_changes_survive_a_second_start(session: scoped_session[Session]) -> None:
    catalogue_rows.ensure()
    item(session, "lamp").minutes_per_piece = 35
    session.commit()
    catalogue_rows.ensure()
    assert item(session, "lamp").minutes_per_piece == 35
    assert session.scalar(select(func.count()).select_from(ServiceItem)) == 6
