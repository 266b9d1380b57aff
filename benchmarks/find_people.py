"""The box that finds people, with 100,000 of them: from the keystroke's question to the drawn list.

Each question goes through the whole application (sign-in checked, list drawn), on SQLite and on PostgreSQL.
Beside it the same database is asked the plain way: LIKE over names, numbers and addresses.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import exists, insert, or_, select, text

from benchmarks import texts_office
from benchmarks.claims import Claim
from benchmarks.scale import NOW, TODAY
from handyman import catalogue_rows, create_app
from handyman.config import read_settings
from handyman.extensions import db
from handyman.geocode.gazetteer import embedded
from handyman.hangul import initials, to_latin
from handyman.models import Address, Household, Person, PersonPhone, PhoneKind, Resident, ServiceRequest
from handyman.residents.finding.index import write_all
from tests import factories

WORDS = ("people",)
PEOPLE, WITH_OPEN = 100_000, 1_000
OF_EACH, PLAINLY = 60, 8
MOST_MS, MOST_OF_PLAIN = 50.0, 0.5
AT_ONCE = 5_000
_SURNAMES = (  # as often as they are, about
    "김" * 21
    + "이" * 15
    + "박" * 8
    + "최" * 5
    + "정" * 5
    + "강강조조윤윤장장임임한오서신권황안송류전홍고문양손배백"
    "허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모"
)
_FIRST = "영순정명미경옥숙금은혜말춘복점분희성인재병상종태동용길광기만덕봉"
_SECOND = "자숙희순옥례임남선이분애수호식철길환만복규섭근배진준석일구태"
_MISSPELT = (("희", "휘"), ("애", "에"), ("례", "래"), ("혜", "해"), ("석", "섞"), ("옥", "욱"), ("숙", "쑥"))

Json = dict[str, Any]
Somebody = tuple[str, str, Any]  # name, number in normal form, point of the home


def report(_chosen: Collection[str]) -> tuple[list[Claim], Json]:
    figures = {"SQLite": _on_sqlite(), "PostgreSQL": _on_postgres()}
    claims = []
    for name, each in figures.items():
        claims.append(Claim(f"a person found, {name}, p95", each["ours"]["p95"], MOST_MS, "allowed", 1.0))
        claims.append(
            Claim(
                f"a person found, {name}, p95",
                each["ours"]["p95"],
                each["plain"]["p95"],
                "LIKE",
                MOST_OF_PLAIN,
            )
        )
        slowest = max(each["ways"], key=lambda way: each["ways"][way]["p95"])
        claims.append(
            Claim(
                f"the slowest way to type, {name}, p95", each["ways"][slowest]["p95"], MOST_MS, "allowed", 1.0
            )
        )
        print(
            f"{name}: {PEOPLE:,} people, {len(each['ways'])} ways to type, the slowest {slowest}"
            f" ({each['ways'][slowest]['p95']} ms); the right one is among the first eight in"
            f" {each['found_percent']} %."
        )
    return claims, figures


def _on_sqlite() -> Json:
    with tempfile.TemporaryDirectory() as folder:
        return _measure(f"sqlite:///{Path(folder) / 'people.sqlite3'}", folder)


def _on_postgres() -> Json:
    with texts_office.postgres() as url, tempfile.TemporaryDirectory() as folder:
        return _measure(url, folder)


def _measure(url: str, folder: str) -> Json:
    with _office(url, folder) as app:
        people = _write(Random(3))
        browser = app.test_client()
        browser.post("/sign-in", data={"login": "bench", "password": factories.PASSWORD})
        ways, right = {}, []
        for name, (typed, whole) in WAYS.items():
            asked = [typed(each) for each in Random(name).sample(people, OF_EACH)]
            took = [_ask(browser, text_typed) for text_typed in asked]
            ways[name] = _spread([ms for ms, _ in took])
            if whole:
                right += [
                    each[0] in page
                    for each, (_, page) in zip(Random(name).sample(people, OF_EACH), took, strict=True)
                ]
        every = [ms for name in ways for ms in ways[name].pop("each")]
        plain = [
            _plainly(WAYS[name][0](each)) for name in WAYS for each in Random(name).sample(people, PLAINLY)
        ]
        for spread in (ours := _spread(every), told := _spread(plain)):
            del spread["each"]
        return {
            "people": PEOPLE,
            "ways": ways,
            "ours": ours,
            "plain": told,
            "found_percent": round(100 * sum(right) / len(right), 1),
        }


@contextmanager
def _office(url: str, folder: str) -> Iterator[Flask]:
    app = create_app(
        read_settings({"DATABASE_URL": url, "INSTANCE_PATH": folder, "SECRET_KEY": "of a bench"})
    )
    app.extensions["clock"] = lambda: NOW
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        db.create_all()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def _write(chance: Random) -> list[Somebody]:
    """Names as older people have them, homes all over the district, some with something open."""
    catalogue_rows.ensure()
    factories.make_user("coordinator", login="bench")
    points = [point for point in embedded().points() if point.road_name]
    people = [
        (_name(chance), f"+8210{chance.randrange(10**8):08d}", chance.choice(points)) for _ in range(PEOPLE)
    ]
    _insert(Person, ({"id": i, "name": name, "created_at": NOW} for i, (name, _, _) in _numbered(people)))
    _insert(
        PersonPhone,
        (
            {"person_id": i, "number": number, "kind": PhoneKind.MOBILE}
            for i, (_, number, _) in _numbered(people)
        ),
    )
    _insert(Address, (_address(i, point) for i, (_, _, point) in _numbered(people)))
    _insert(Household, ({"id": i, "address_id": i, "created_at": NOW} for i, _ in _numbered(people)))
    _insert(Resident, ({"id": i, "household_id": i} for i, _ in _numbered(people)))
    _insert(
        ServiceRequest,
        (_request(i, number) for number, i in enumerate(chance.sample(range(1, PEOPLE), WITH_OPEN))),
    )
    write_all(db.session.connection())
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    return people


def _numbered(people: list[Somebody]) -> Iterator[tuple[int, Somebody]]:
    return enumerate(people, start=1)  # type: ignore[return-value]


def _insert(table: Any, found: Iterator[Json]) -> None:
    while some := list(islice(found, AT_ONCE)):
        db.session.execute(insert(table), some)


def _name(chance: Random) -> str:
    return chance.choice(_SURNAMES) + chance.choice(_FIRST) + chance.choice(_SECOND)


def _address(number: int, point: Any) -> Json:
    label = f"동작구 {point.road_name} {point.number}"
    return {
        "id": number,
        "said": label,
        "label": label,
        "unit": f"{number % 20 + 1}01호",
        "place_key": f"road:{label}|{number}",
        "road_name": point.road_name,
        "building_number": point.number,
        "beopjeong_dong": point.beopjeong_dong,
        "haengjeong_dong": "",
        "jibun": point.jibun,
        "lat": point.lat,
        "lon": point.lon,
        "located_at": NOW,
    }


def _request(resident_id: int, number: int) -> Json:
    day = TODAY - timedelta(days=1 + number // 90)
    return {
        "number": f"{day:%m%d}-{number % 90 + 1:02d}",
        "logged_on": day,
        "sequence": number % 90 + 1,
        "submission_key": f"bench-{number}",
        "resident_id": resident_id,
        "address_id": resident_id,
        "logged_at": NOW,
        "logged_by_id": 1,
    }


def _misspelt(name: str) -> str:
    for said, meant in _MISSPELT:
        name = name.replace(said, meant)
    return name


def _within(road: str) -> str:
    """16길 of 상도로16길, 대방로 of 여의대방로."""
    return road[next((at for at, sign in enumerate(road) if sign.isdigit()), -3) :]


WAYS: dict[
    str, tuple[Callable[[Somebody], str], bool]
] = {  # how it is typed, and whether it tells one person
    "surname": (lambda one: one[0][0], False),
    "a letter": (lambda one: initials(one[0])[0], False),
    "a letter, forgotten key": (lambda one: to_latin(initials(one[0])[0]), False),
    "a digit": (lambda one: one[1][-1], False),
    "two digits": (lambda one: f"0{one[1][-1]}", False),
    "name": (lambda one: one[0], False),
    "name, half": (lambda one: one[0][:2], False),
    "initials": (lambda one: initials(one[0]), False),
    "initials, spaced": (lambda one: " ".join(initials(one[0])), False),
    "initials, surname apart": (lambda one: f"{initials(one[0])[0]} {initials(one[0])[1:]}", False),
    "sounds like": (lambda one: _misspelt(one[0]), False),
    "forgotten key": (lambda one: to_latin(one[0]), False),
    "last four": (lambda one: one[1][-4:], False),
    "number": (lambda one: f"0{one[1][3:]}", True),
    "dong": (lambda one: one[2].beopjeong_dong, False),
    "road, number": (lambda one: f"{one[2].road_name} {one[2].number}", False),
    "branch of a road": (lambda one: _within(one[2].road_name), False),
    "branch, number": (lambda one: f"{_within(one[2].road_name)} {one[2].number}", False),
    "initials, dong": (lambda one: f"{initials(one[0])} {one[2].beopjeong_dong}", False),
    "surname, dong": (lambda one: f"{one[0][0]} {one[2].beopjeong_dong}", False),
    "name, road": (lambda one: f"{one[0]} {one[2].road_name}", True),
    "name, last four": (lambda one: f"{one[0]} {one[1][-4:]}", True),
}


def _ask(browser: Any, typed: str) -> tuple[float, str]:
    begun = time.perf_counter()
    answer = browser.post("/people/suggestions", data={"q": typed})
    took = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"the box answers {answer.status_code}")
    return took, answer.text


def _plainly(typed: str) -> float:
    """One pass over names, numbers and addresses for each word; it knows neither initials nor sounds."""
    said = [
        or_(
            Person.name.contains(word, autoescape=True),
            exists().where(
                PersonPhone.person_id == Person.id, PersonPhone.number.contains(word, autoescape=True)
            ),
            Address.label.contains(word, autoescape=True),
            Address.beopjeong_dong.contains(word, autoescape=True),
        )
        for word in typed.split()
    ]
    query = (
        select(Person.id)
        .outerjoin(Resident, Resident.id == Person.id)
        .outerjoin(Household, Household.id == Resident.household_id)
        .outerjoin(Address, Address.id == Household.address_id)
        .where(*said)
        .order_by(Person.name)
        .limit(8)
    )
    begun = time.perf_counter()
    db.session.execute(query).all()
    return (time.perf_counter() - begun) * 1000


def _spread(took: list[float]) -> Json:
    return {
        "p50": round(statistics.median(took), 1),
        "p95": round(statistics.quantiles(took, n=20)[18], 1),
        "each": took,
    }
