"""What others have said is kept where their terms allow it, for as long as the office says."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import db, writing
from handyman.geocode.asking.remembered import Remembered
from handyman.geocode.gateways import circle
from handyman.geocode.located import Grade
from handyman.geocode.opinions import Consultation, Panel, consult, panel_of
from handyman.models import GeocoderAnswer
from tests.conftest import Clock
from tests.geocode import geocoder_peer
from tests.geocode.geocoder_peer import NAMES, House, Peer

NEW = House(road="상도로99길", number="7", dong="상도동", lot="9999-7", name="새집빌라")
SAID = "상도로99길 7 101동 1203호"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """No more than the one table, on SQLite: each test finds it empty."""
    app = Flask("shelf")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path_factory.mktemp('shelf') / 'one.sqlite3'}"
    db.init_app(app)
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture
def office(shelf: Flask, peer: Peer) -> Iterator[Callable[..., Consultation]]:
    """Asks with that table at hand, each time as a process that has just been started."""
    table = GeocoderAnswer.metadata.tables["geocoder_answers"]
    token = writing.set(False)
    with shelf.app_context():
        table.drop(db.engine, checkfirst=True)
        table.create(db.engine)
        peer.houses = [NEW]

        def ask(said: str, at: Clock, *names: str, days: int = 365, **environ: str) -> Consultation:
            settings = peer.settings(*names, **environ)
            return consult(said, Panel(circle(settings), Remembered(days)), at())

        yield ask
        db.session.rollback()
    writing.reset(token)


def rows() -> list[GeocoderAnswer]:
    found = list(db.session.scalars(select(GeocoderAnswer).order_by(GeocoderAnswer.id)))
    db.session.rollback()
    return found


def test_answer_is_told_again_with_its_source_and_date(office: Any, clock: Clock, peer: Peer) -> None:
    first = office(SAID, clock, "juso")
    peer.asked.clear()
    clock.advance(days=100)
    again = office(SAID, clock, "juso")
    assert peer.asked == []
    assert again == first
    assert again.source == "juso"
    assert again.finding.best.grade is Grade.BUILDING


def test_second_opinion_says_when_it_was_given(office: Any, clock: Clock, peer: Peer) -> None:
    peer.houses = [House()]
    office("사당로23길 20-3", clock, "nominatim")
    clock.advance(days=30)
    second = office("사당로23길 20-3", clock, "nominatim").second
    assert (second.source, second.asked_on) == ("nominatim", date(2026, 11, 24))


def test_terms_say_whose_answers_are_kept(office: Any, clock: Clock, peer: Peer) -> None:
    office(SAID, clock, *NAMES, GEOCODERS_KEPT="kakao,naver,juso,photon,nominatim")
    assert {row.provider for row in rows()} == {"juso", "nominatim", "photon"}
    peer.seen.clear()
    office(SAID, clock, *NAMES)
    assert {seen["path"].split("/")[1] for seen in peer.seen} == {"v2", "req", "map-geocode"}


def test_what_the_office_may_not_keep_is_not_kept_either(office: Any, clock: Clock) -> None:
    office(SAID, clock, "juso", GEOCODERS_KEPT="kakao")
    assert rows() == []


def test_flat_is_not_kept_and_comes_back_with_the_next_call(office: Any, clock: Clock, peer: Peer) -> None:
    office(SAID, clock, "juso")
    (row,) = rows()
    assert row.query == "서울특별시 동작구 상도로99길 7"
    assert "1203" not in f"{row.label}{row.building_number}{row.building_name}"
    peer.asked.clear()
    assert office("상도로99길 7 옥탑", clock, "juso").finding.best.unit == "옥탑"
    assert peer.asked == []


def test_answer_that_is_too_old_is_asked_for_again(office: Any, clock: Clock, peer: Peer) -> None:
    office(SAID, clock, "juso", days=10)
    peer.asked.clear()
    clock.advance(days=10)
    office(SAID, clock, "juso", days=10)
    assert peer.asked
    assert [row.asked_at for row in rows()] == [clock()]


def test_place_that_nobody_knew_is_asked_for_again_after_a_day(office: Any, clock: Clock, peer: Peer) -> None:
    peer.houses = []
    assert office(SAID, clock, "juso").finding.candidates == ()
    assert rows()[0].lat is None
    peer.asked.clear()
    clock.advance(hours=23)
    office(SAID, clock, "juso")
    assert peer.asked == []
    peer.houses = [NEW]
    clock.advance(hours=2)
    assert office(SAID, clock, "juso").source == "juso"


def test_old_answers_are_thrown_away_with_the_next_one(office: Any, clock: Clock, peer: Peer) -> None:
    peer.houses = [NEW, House(road="상도로98길", number="1")]
    office(SAID, clock, "juso")
    clock.advance(days=366)
    office("상도로98길 1", clock, "juso")
    assert [row.query for row in rows()] == ["서울특별시 동작구 상도로98길 1"]


def test_silence_is_not_kept(office: Any, clock: Clock, peer: Peer) -> None:
    peer.fault = geocoder_peer.vanish
    office(SAID, clock, "juso")
    assert rows() == []


def test_no_days_keep_nothing(office: Any, clock: Clock, peer: Peer) -> None:
    office(SAID, clock, "juso", days=0)
    assert rows() == []
    assert office(SAID, clock, "juso", days=0).source == "juso"


def test_no_transaction_is_open_while_somebody_is_asked(office: Any, clock: Clock, peer: Peer) -> None:
    db.session.execute(select(func.count()).select_from(GeocoderAnswer))
    engine, in_use = db.engine, []

    def look(handler: geocoder_peer.Handler) -> None:
        in_use.append(engine.pool.status())
        handler.answer(200, {})

    peer.fault = look
    office(SAID, clock, "juso")
    assert len(in_use) == 1
    assert "Current Checked out connections: 0" in in_use[0]


def test_page_that_only_looks_keeps_an_answer_and_stays_one_that_looks(
    office: Any, clock: Clock, peer: Peer
) -> None:
    token = writing.set(False)
    office(SAID, clock, "juso")
    assert not writing.get()
    writing.reset(token)
    assert len(rows()) == 1


def test_database_that_cannot_be_written_delays_no_answer(
    office: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    db.session.execute(text("DROP TABLE geocoder_answers"))
    db.session.commit()
    assert office(SAID, clock, "juso").source == "juso"
    assert caplog.messages == [
        f"answers of geocoders could not be read: {OperationalError.__name__}",
        f"an answer of a geocoder could not be kept: {OperationalError.__name__}",
    ]


def test_database_that_others_write_to_delays_no_answer(office: Any, clock: Clock) -> None:
    path = str(db.engine.url.database)
    for kept in (0, 1):
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE" if not kept else "BEGIN")
            began = time.monotonic()
            assert office(SAID, clock, "juso").source == "juso"
            assert time.monotonic() - began < 10, "it does not wait for the other"
        assert len(rows()) == kept
    assert db.session.execute(text("PRAGMA busy_timeout")).scalar() == 30_000


def test_words_longer_than_their_column_are_cut(office: Any, clock: Clock, peer: Peer) -> None:
    peer.houses = [House(road="상도로99길", number="7", name="가" * 150)]
    assert office(SAID, clock, "juso").source == "juso"
    assert rows()[0].building_name == "가" * 100


def test_kakao_is_not_asked_twice_in_the_same_call(office: Any, clock: Clock, peer: Peer) -> None:
    panel = Panel(circle(peer.settings("kakao", "vworld")), Remembered(365))
    first = consult(SAID, panel, clock())
    peer.fault = geocoder_peer.vanish
    clock.advance(minutes=9)
    assert consult(SAID, panel, clock()).finding == first.finding
    assert rows() == []
    clock.advance(minutes=2)
    assert consult(SAID, panel, clock()).finding.candidates == ()


def test_panel_of_the_settings_remembers_on_every_database(
    any_database: str, session: scoped_session[Session], clock: Clock, peer: Peer
) -> None:
    peer.houses = [NEW]
    panel = panel_of(peer.settings("juso", OFFICE_NAME=any_database))
    assert consult(SAID, panel, clock()).source == "juso"
    assert rows()[0].asked_at - clock() == timedelta()
    peer.asked.clear()
    assert consult(SAID, Panel(panel.circle, panel.memory), clock()).source == "juso"
    assert peer.asked == []
