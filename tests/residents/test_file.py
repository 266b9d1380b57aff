"""The same person at the same place is one row, however often and from wherever they call."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import (
    Actor,
    ActorKind,
    Address,
    Consent,
    ConsentKind,
    Grade,
    Household,
    PersonPhone,
    PhoneKind,
    Resident,
)
from handyman.residents import file
from handyman.residents.file import Phone, Somebody
from handyman.residents.place import Place
from tests import factories

Db = scoped_session[Session]
HOME = Place(
    "상도로 369", "동작구 상도로 369", place_key="road:상도로:369|", lat=37.5, lon=126.9, grade=Grade.BUILDING
)
GARAM = Somebody("김가람", Phone("+821000000001", PhoneKind.MOBILE), HOME)


@pytest.fixture
def operator(session: Db) -> Actor:
    return Actor(ActorKind.USER, factories.make_user().id)


def count(session: Db, table: type[object]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_same_name_and_number_is_the_same_resident(session: Db, operator: Actor) -> None:
    first = file.find_or_file(GARAM, operator, now())
    again = file.find_or_file(replace(GARAM, name="김 가람"), operator, now())
    assert first is again
    assert count(session, Resident) == count(session, Address) == count(session, PersonPhone) == 1


def test_same_name_and_home_from_a_new_number_is_the_same_resident(session: Db, operator: Actor) -> None:
    first = file.find_or_file(GARAM, operator, now())
    again = file.find_or_file(replace(GARAM, phone=Phone("+8225550000", PhoneKind.LANDLINE)), operator, now())
    assert first is again
    assert [phone.number for phone in again.person.phones] == ["+821000000001", "+8225550000"]


CENTRE = Phone("+8228200001", PhoneKind.LANDLINE)
ELSEWHERE = replace(HOME, said="노량진로 1", label="동작구 노량진로 1", place_key="road:노량진로:1|")


def test_two_people_of_one_name_behind_a_centres_number_are_two(session: Db, operator: Actor) -> None:
    called_for = replace(GARAM, phone=CENTRE, own_line=False)
    first = file.find_or_file(replace(called_for, care_note="귀가 어두우심"), operator, now())
    other = file.find_or_file(replace(called_for, place=ELSEWHERE), operator, now())
    assert first.id != other.id
    assert first.household.address.place_key == HOME.place_key
    assert (first.care_note, other.care_note) == ("귀가 어두우심", "")
    assert file.find_or_file(called_for, operator, now()) is first
    assert file.find_or_file(replace(called_for, place=ELSEWHERE), operator, now()) is other


def test_somebody_a_centre_calls_for_again_without_a_found_address_is_the_same(
    session: Db, operator: Actor
) -> None:
    nowhere = replace(GARAM, phone=CENTRE, own_line=False, place=Place("파란 대문", "파란 대문"))
    first = file.find_or_file(nowhere, operator, now())
    assert file.find_or_file(nowhere, operator, now()) is first


def test_name_that_two_people_of_one_number_bear_moves_neither(session: Db, operator: Actor) -> None:
    called_for = replace(GARAM, phone=CENTRE, own_line=False)
    known = {
        file.find_or_file(replace(called_for, place=place), operator, now()) for place in (HOME, ELSEWHERE)
    }
    third = replace(HOME, label="동작구 사당로 1", place_key="road:사당로:1|")
    assert file.find_or_file(replace(GARAM, phone=CENTRE, place=third), operator, now()) not in known


def test_care_note_stays_when_nobody_had_it_before_their_eyes(session: Db, operator: Actor) -> None:
    with_note = replace(GARAM, care_note="귀가 어두우심")
    resident = file.find_or_file(with_note, operator, now())
    file.find_or_file(GARAM, operator, now())
    assert resident.care_note == "귀가 어두우심"


@pytest.mark.parametrize("how", ["card", "withdrawn"])
def test_care_note_goes_when_the_open_card_is_emptied_or_consent_is_withdrawn(
    session: Db, operator: Actor, how: str
) -> None:
    resident = file.find_or_file(replace(GARAM, care_note="귀가 어두우심"), operator, now())
    said = (
        replace(GARAM, person_id=resident.id) if how == "card" else replace(GARAM, care_note_withdrawn=True)
    )
    file.find_or_file(said, operator, now())
    assert resident.care_note == ""


def test_other_name_at_the_same_number_and_home_joins_the_household(session: Db, operator: Actor) -> None:
    first = file.find_or_file(GARAM, operator, now())
    spouse = file.find_or_file(replace(GARAM, name="박바다"), operator, now())
    assert spouse.id != first.id
    assert spouse.household_id == first.household_id
    assert count(session, Household) == 1


def test_resident_who_moved_keeps_the_old_address_on_file(session: Db, operator: Actor) -> None:
    first = file.find_or_file(GARAM, operator, now())
    old = first.household.address
    there = replace(HOME, label="동작구 노량진로 1", place_key="road:노량진로:1|")
    file.find_or_file(replace(GARAM, place=there), operator, now())
    assert first.household.address.label == "동작구 노량진로 1"
    assert (old.label, count(session, Address)) == ("동작구 상도로 369", 2)


def test_addresses_that_were_not_found_are_never_taken_for_the_same(session: Db, operator: Actor) -> None:
    nowhere = Place("파란 대문", "파란 대문")
    first = file.find_or_file(replace(GARAM, place=nowhere), operator, now())
    other = file.find_or_file(
        Somebody("박바다", Phone("+821000000002", PhoneKind.MOBILE), nowhere), operator, now()
    )
    again = file.find_or_file(replace(GARAM, place=nowhere), operator, now())
    assert other.household_id != first.household_id
    assert again.household_id == first.household_id
    assert count(session, Address) == 2


def test_pin_put_by_hand_outlives_a_later_look_up(session: Db, operator: Actor) -> None:
    by_hand = replace(HOME, grade=Grade.PLACED, lat=37.51)
    home = file.find_or_file(replace(GARAM, place=by_hand), operator, now()).household.address
    file.find_or_file(GARAM, operator, now())
    assert (home.grade, home.lat) == (Grade.PLACED, 37.51)


def test_consent_is_stored_once_for_the_same_words_and_again_when_they_change(
    session: Db, operator: Actor
) -> None:
    person = file.find_or_file(GARAM, operator, now()).person
    for version, given in (("1", True), ("1", True), ("2", True), ("2", False)):
        file.keep_consents(person, {ConsentKind.HEALTH: given}, version, operator, now())
        session.flush()
    rows = session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [(row.script_version, row.given) for row in rows] == [("1", True), ("2", True), ("2", False)]
    assert all(row.read_by_id == operator.id for row in rows)


def test_corrected_address_takes_the_promised_visit_along(session: Db, operator: Actor) -> None:
    visit = factories.make_visit(factories.make_request())
    request = visit.items[0].request_item.request
    file.correct_address(request, HOME, operator, now())
    assert request.address.place_key == HOME.place_key
    assert visit.address is request.address
    assert request.resident.household.address is request.address
