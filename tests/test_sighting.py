"""What the office once decided about a place stands in the next call, until somebody decides otherwise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import db, now
from handyman.geocode.located import Grade as Sureness
from handyman.geocode.located import Problem
from handyman.intake.call import Where
from handyman.intake.cards import Card
from handyman.models import Actor, ActorKind, Address, Grade, PhoneKind
from handyman.residents import file
from handyman.residents.file import Phone, Somebody
from handyman.residents.place import Place
from handyman.said_words import BadPin
from handyman.sighting import Sighting, suggest
from handyman.words import seoul_day
from tests import factories
from tests.conftest import Clock
from tests.geocode.geocoder_peer import KEYS, REPLIES, Handler, House, Peer

Db = scoped_session[Session]
PIN, OTHER_PIN = (37.4951, 126.9531), (37.4949, 126.9525)


@pytest.fixture
def store(session: Db) -> Callable[..., Address]:
    """Somebody new lives there, as the call was taken down."""
    by = Actor(ActorKind.USER, factories.make_user().id)

    def store(said: str, unit: str = "", name: str = "", **where: Any) -> Address:
        place: Place = locate(said, unit, **where).place
        phone = Phone(
            f"+82100000{session.scalar(select(func.count()).select_from(Address)) or 0:04d}", PhoneKind.MOBILE
        )
        resident = file.find_or_file(Somebody(name or f"김{unit}", phone, place), by, now())
        session.commit()
        return resident.household.address

    return store


def locate(said: str, unit: str = "", **where: Any) -> Sighting:
    return flow.locate(Where(said, unit, **where))


def point(sighting: Sighting) -> tuple[float | None, float | None]:
    return sighting.place.lat, sighting.place.lon


def cards_words(home: Address) -> dict[str, str]:
    """What the card of somebody who lives there writes into the form."""
    columns = {column.name: getattr(home, column.name) for column in Address.__table__.columns}
    who = {"id": 1, "name": "김가람", "birth_year": None, "care_note": "", "phone": None}
    return Card(SimpleNamespace(**columns | who)).words("1")


def beside(said: str) -> tuple[float, float]:
    """A point that is not the table's, 100 m from where its answer lies."""
    best = locate(said).table
    assert best is not None
    return round(best.lat + 0.0009, 6), round(best.lon, 6)


@pytest.mark.usefixtures("any_database")
def test_pin_is_where_the_next_call_for_the_building_starts(
    store: Callable[..., Address], clock: Clock
) -> None:
    table = locate("상도로 370")
    store("상도로 370", "101호", pin=PIN)
    clock.advance(days=3)
    again = locate("동작구 상도로 370", "202호")
    assert (point(again), again.place.grade, again.place.source) == (PIN, Grade.PLACED, "operator")
    assert again.kept is not None
    assert seoul_day(again.kept.on) == date(2026, 11, 24)
    assert again.table == table.table
    neighbour = store("상도로 370", "202호")
    assert neighbour.place_key == "road:동작구 상도로:370|202호"
    assert (neighbour.grade, seoul_day(neighbour.located_at or now())) == (Grade.PLACED, date(2026, 11, 24))
    assert locate("상도로 37").kept is None
    assert locate("상도로 370-1").kept is None


def test_place_said_by_its_lot_has_the_same_pin(store: Callable[..., Address]) -> None:
    assert locate("상도동 489-9").place.place_key == locate("상도로 370").place.place_key
    first = store("상도로 370", name="김가람", pin=PIN)
    assert point(locate("상도동 489-9번지")) == PIN
    assert store("상도동 489-9", name="김가람") is first


def test_words_that_the_table_does_not_know_are_one_place_with_one_pin(
    session: Db, store: Callable[..., Address]
) -> None:
    first = store("사당동 새집빌라", name="김가람", pin=PIN)
    assert point(locate("사당동  새집 빌라")) == PIN
    assert store("사당동 새집 빌라", name="김나래") is first
    assert session.scalar(select(func.count()).select_from(Address)) == 1


NO_HOUSE = [
    "우리집",
    "옆집",
    "할머니네 파란 대문",
    "201호",
    "반지하",
    "교회 옆",
    "행복빌라",
    "사당로",
    "사당동 201호",
]
NO_HOUSE += [
    "사당로 2층",
    "상도제3동",
    "김복동 123",
    "상도로 9999 김영희씨 옆집",
    "우성아파트",
    "관악구 봉천동 2층",
]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("said", NO_HOUSE)
def test_pin_for_words_that_tell_no_house_belongs_to_that_request_alone(said: str) -> None:
    seen = locate(said, pin=PIN)
    assert seen.place.place_key == ""


def test_neighbours_who_both_say_our_house_stay_two_people_in_two_homes(
    store: Callable[..., Address],
) -> None:
    one, other = (
        store("우리집", name=name, pin=pin) for name, pin in (("김가람", PIN), ("김가람", OTHER_PIN))
    )
    assert one is not other
    assert locate("우리집").kept is None


def test_words_filed_without_a_point_get_their_pin_in_a_later_call(
    session: Db, store: Callable[..., Address]
) -> None:
    first = store("사당동 새집빌라", name="김가람")
    assert (first.grade, first.place_key) == (Grade.NONE, "")
    session.rollback()
    by = Actor(ActorKind.USER, factories.make_user().id)
    place = locate("사당동 새집빌라", pin=PIN).place
    again = file.find_or_file(Somebody("김가람", Phone("+821000000000", PhoneKind.MOBILE), place), by, now())
    assert again.household.address is first
    assert first.place_key == "said:사당동 새집빌라|"


ON_A_ROAD = [("상도로 9999", "동작구 상도로 9999"), ("사당로27길 901-1", "동작구 사당로27길 901-1")]
ON_A_ROAD += [("상도동 9999-9", "동작구 상도동 9999-9")]


@pytest.mark.parametrize(("said", "label"), ON_A_ROAD)
def test_pin_on_a_number_that_the_table_does_not_know_is_there_in_the_next_call(
    store: Callable[..., Address], said: str, label: str
) -> None:
    pin = beside(said)
    first = store(said, name="김가람", pin=pin)
    assert (first.label, first.place_key) == (label, f"said:{label}|")
    assert point(locate(label)) == pin
    card = cards_words(first)
    again = locate(card["address"], card["unit"], place_key=card["place_key"])
    assert (point(again), again.place.findable, again.place.decided) == (pin, True, True)
    (line,) = [line for line in suggest("", [first]) if line.own]
    assert point(locate(line.label, place_key=line.spot.place_key)) == pin
    assert store(said, name="김가람") is first


def test_pin_without_a_name_comes_back_with_its_owners_card_and_suggestion(
    store: Callable[..., Address],
) -> None:
    first = store("할머니네 파란 대문", name="김가람", pin=PIN)
    card = cards_words(first)
    assert (card["address"], float(card["lat"]), float(card["lon"])) == ("할머니네 파란 대문", *PIN)
    (line,) = suggest("할머니", [first])
    assert (line.label, line.pin) == ("할머니네 파란 대문", f"operator:{PIN[0]},{PIN[1]}")


# The flat


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("said", "typed", "unit"),
    [
        ("사당로23길 20", "반지하", "지층"),
        ("사당로23길 20", "B01", "지층"),
        ("사당로23길 20", "101-1203", "101동 1203호"),
        ("사당로23길 20", "３０１", "301호"),
        ("사당로23길 20", "파란 대문", "파란 대문"),
        ("상도로 369 101동", "1203호", "101동 1203호"),
        ("상도로 369 반지하", "201호", "지층 201호"),
        ("상도로 369 101동 1203호", "", "101동 1203호"),
    ],
)
def test_flat_has_one_spelling_in_whichever_field_it_stands(said: str, typed: str, unit: str) -> None:
    place = locate(said, typed).place
    assert place.unit == unit
    assert place.place_key.endswith(f"|{unit}")


@pytest.mark.usefixtures("session")
def test_two_different_flats_are_told() -> None:
    seen = locate("상도로 369 301호", "202호")
    assert (seen.place.unit, seen.other_unit) == ("202호", "301호")
    assert locate("상도로 369 101동", "1203호").other_unit == ""


def test_house_on_file_stays_found_when_who_knew_it_is_silent(
    asking: Callable[..., None], store: Callable[..., Address], peer: Peer, clock: Clock
) -> None:
    asking("kakao")
    peer.houses = [House(road="상도로", number="9999", dong="상도동", lot="9999-7", name="새집빌라")]
    first = store("상도로 9999", name="김가람")
    peer.houses = []
    clock.advance(days=400)
    card = cards_words(first)
    again = locate(card["address"], place_key=card["place_key"])
    assert (point(again), again.place.source, again.place.findable) == ((House.lat, House.lon), "kakao", True)
    assert again.place.located_at == first.located_at
    assert store(card["address"], name="김가람", place_key=card["place_key"]) is first


# Where no pin may be put


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("said", "pin", "why"),
    [
        ("강남구 테헤란로 1", PIN, BadPin.ELSEWHERE),
        ("상도로 370", (35.1, 129.0), BadPin.OUTSIDE),
        ("우리집", (38.0, 131.0), BadPin.OUTSIDE),
        ("상도로 370", (37.4790, 126.9815), BadPin.FAR),
    ],
)
def test_pin_where_nobody_should_be_sent_is_refused(said: str, pin: tuple[float, float], why: BadPin) -> None:
    seen, plain = locate(said, pin=pin), locate(said)
    assert seen.bad_pin is why
    assert point(seen) == point(plain)
    assert (seen.problem, seen.place.decided) == (plain.problem, False)


# Short forms


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("said", ["ㅅㄷ23 20", "ㅅㄷ23 20-3", "1002-17"])
def test_short_form_of_the_box_is_shown_to_be_chosen_and_never_taken(said: str) -> None:
    seen = locate(said)
    assert (seen.problem, seen.place.located) == (Problem.AMBIGUOUS, False)
    assert seen.candidates
    chosen = locate(said, place_key=seen.candidates[0].place_key)
    assert point(chosen) == (seen.candidates[0].lat, seen.candidates[0].lon)


@pytest.mark.parametrize("said", ["사당로", "사당4동", "우성아파트"])
def test_pin_for_less_than_one_house_is_not_remembered(store: Callable[..., Address], said: str) -> None:
    pinned = store(said, pin=PIN)
    assert (pinned.grade, pinned.place_key) == (Grade.PLACED, "")
    assert locate(said).kept is None
    assert locate(said).place.grade is not Grade.PLACED


def test_operator_goes_back_to_the_table_for_good(store: Callable[..., Address], clock: Clock) -> None:
    table = point(locate("상도로 370"))
    store("상도로 370", "101호", name="김가람", pin=PIN)
    clock.advance(minutes=5)
    back = locate("상도로 370", "101호", pin_source="table")
    assert (point(back), back.place.decided, back.back) == (table, True, True)
    address = store("상도로 370", "101호", name="김가람", pin_source="table")
    assert ((address.lat, address.lon), address.grade, address.source) == (table, Grade.BUILDING, "table")
    for unit in ("101호", "202호"):
        assert point(locate("상도로 370", unit)) == table


def test_door_of_its_own_pin_keeps_it_when_a_neighbour_gets_another(
    store: Callable[..., Address], clock: Clock
) -> None:
    store("상도로 370", "101호", pin=PIN)
    clock.advance(minutes=5)
    store("상도로 370", "909호", pin=OTHER_PIN)
    assert point(locate("상도로 370", "101호")) == PIN
    assert point(locate("상도로 370", "303호")) == OTHER_PIN


def test_unit_with_signs_of_a_pattern_matches_nothing_else(store: Callable[..., Address]) -> None:
    store("상도로 370", "%", pin=PIN)
    store("파란_대문 100%", pin=OTHER_PIN)
    assert point(locate("상도로 370", "_")) == PIN
    assert locate("파란대문 1000").kept is None


# Another's word


@pytest.fixture
def asking(app: Flask, peer: Peer) -> Callable[..., None]:
    """The office asks these besides its table; they know the house 800 m away."""

    def ask(*names: str) -> None:
        known = peer.settings(*names)
        mine = {f"{name}_url": getattr(known, f"{name}_url") for name in names}
        mine |= {key.lower(): value for key, value in KEYS.items()}
        app.extensions["settings"] = replace(
            app.extensions["settings"], geocoders=known.geocoders, geocoders_kept=known.geocoders_kept, **mine
        )

    return ask


SAID = "사당로23길 20-3"


def test_two_answers_far_apart_are_left_to_the_operator(asking: Callable[..., None], session: Db) -> None:
    asking("kakao")
    seen = locate(SAID)
    assert seen.undecided
    assert (seen.place.source, seen.place.decided) == ("embedded", False)
    assert seen.second is not None
    assert seen.second.source == "kakao"
    assert seen.second.apart_m > 100


def test_chosen_answer_is_stored_as_theirs_and_stands_in_the_next_call(
    asking: Callable[..., None], store: Callable[..., Address]
) -> None:
    asking("kakao")
    theirs = (House.lat, House.lon)
    address = store(SAID, "101호", pin=theirs, pin_source="kakao")
    assert ((address.lat, address.lon), address.grade, address.source) == (theirs, Grade.BUILDING, "kakao")
    assert address.haengjeong_dong
    assert address.place_key.startswith("road:동작구 사당로23길:20-3|")
    again = locate(SAID, "202호")
    assert (point(again), again.undecided) == (theirs, False)
    assert again.kept is not None
    assert again.kept.source == "kakao"


def test_choosing_the_table_is_remembered_too(
    asking: Callable[..., None], store: Callable[..., Address]
) -> None:
    asking("kakao")
    store(SAID, "101호", pin_source="table")
    again = locate(SAID, "202호")
    assert (again.place.source, again.undecided) == ("table", False)


def test_point_that_may_not_be_kept_does_not_get_into_the_file(
    asking: Callable[..., None], session: Db
) -> None:
    asking("vworld")
    seen = locate(SAID, pin=(House.lat, House.lon), pin_source="vworld")
    assert point(seen) != (House.lat, House.lon)
    assert seen.second is not None
    assert not seen.second.storable
    assert locate(SAID, pin=PIN, pin_source="someone").place.source == "embedded"


def test_no_connection_is_held_while_another_is_asked(
    asking: Callable[..., None], session: Db, peer: Peer
) -> None:
    asking("kakao")
    held: list[int] = []
    pool: Any = db.engine.pool

    def look(handler: Handler) -> None:
        held.append(pool.checkedout())
        handler.answer(*REPLIES["/v2/local/search/address.json"](handler))

    session.scalar(select(func.count()).select_from(Address))
    assert pool.checkedout() == 1
    peer.fault = look
    assert locate(SAID).second is not None
    assert held
    assert set(held) == {0}


def test_years_later_the_date_is_that_of_the_choice(
    asking: Callable[..., None], store: Callable[..., Address], clock: Clock
) -> None:
    asking("kakao")
    store(SAID, "101호", name="김가람", pin=(House.lat, House.lon), pin_source="kakao")
    clock.set(clock.at + timedelta(days=400))
    address = store(SAID, "101호", name="김가람")
    assert seoul_day(address.located_at or now()) == date(2026, 11, 24)


def test_answer_that_nobody_chose_is_not_remembered_as_a_choice(
    asking: Callable[..., None], store: Callable[..., Address], peer: Peer
) -> None:
    asking("kakao")
    peer.houses = [House(road="상도로", number="9999", dong="상도동", lot="9999-7", name="새집빌라")]
    address = store("상도로 9999", "101호")
    assert (address.source, address.grade, address.decided) == ("kakao", Grade.BUILDING, False)
    assert locate("상도로 9999", "202호").kept is None
    picked = store("상도로 9999", "303호", pin=(House.lat, House.lon), pin_source="kakao")
    assert (picked.decided, locate("상도로 9999", "202호").place.decided) == (True, True)


def test_point_of_another_is_never_called_surer_than_it_was(
    asking: Callable[..., None], store: Callable[..., Address], peer: Peer
) -> None:
    asking("kakao")
    seen = locate(SAID)
    assert seen.second is not None
    assert (seen.second.grade, seen.second.error_m) == (Sureness.BUILDING, 30)
    peer.houses = []
    silent = store("상도로 370", "101호", pin=PIN, pin_source="kakao")
    assert (silent.grade, silent.error_m) == (Grade.LOT, 40)
    again = locate("상도로 370", "202호").place
    assert (again.grade, again.error_m, again.decided) == (Grade.LOT, 40, True)
