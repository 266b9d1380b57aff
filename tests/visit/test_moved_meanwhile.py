"""A page that is still open shows an earlier promise: its buttons answer for no other one."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow, page_links
from handyman.board.propose import Choice
from handyman.extensions import db, now
from handyman.messages import announce, call_task, reach
from handyman.models import (
    Actor,
    ActorKind,
    Answer,
    Channel,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    ReachAnswer,
    Visit,
    VisitState,
)
from handyman.visit.home.open import answer_of
from handyman.words import at_minute, day_words, seoul_day, window_words
from tests import factories
from tests.conftest import Client, Clock

Db = scoped_session[Session]
OFFICE = Actor(ActorKind.USER, 1)
KEY = "0123456789abcdef"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
def member(session: Db) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def visit(member: Member) -> Visit:
    """Tomorrow at one, and nobody has answered yet."""
    start = at_minute(seoul_day(now()) + timedelta(days=1), 13 * 60)
    found = factories.make_visit(members=[member], accepted=False, start=start)
    db.session.commit()
    return found


@pytest.fixture
def job(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


@pytest.fixture
def home(visit: Visit) -> str:
    announce.booked(visit, now())
    page_links.issue(visit, now())
    db.session.commit()
    return "/" + page_links.address(visit.id).split("/", 3)[3]


def shown(page: str, action: str) -> dict[str, str]:
    """What the form with this address carries unseen."""
    (form,) = (
        each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action}"' in each
    )
    return {name: unescape(said) for name, said in HIDDEN.findall(form) if name != "key"}


def move(visit: Visit, days: int = 1) -> None:
    choice = Choice(visit.day + timedelta(days=days), 15 * 60, 17 * 60)
    flow.move(visit.id, choice, None, OFFICE, now(), seen=None)


def moved_to(visit: Visit) -> str:
    db.session.expire_all()
    return f"{day_words(visit.day, seoul_day(now()))} {window_words(visit.window_start, visit.window_end)}"


def states(visit: Visit) -> list[OfferState]:
    db.session.rollback()
    offers = select(Offer.state).where(Offer.assignment_id == visit.assignments[0].id).order_by(Offer.id)
    return list(db.session.scalars(offers))


# The resident


def say_yes(client: Client, visit: Visit, home: str, way: str) -> None:
    if way == "page":
        client.post(f"{home}/confirm", data=shown(client.get(home).text, f"{home}/confirm"))
        return
    if way == "key":
        press_one(ring(visit))
    else:
        call_task.note(notice_of(visit).id, call_task.Outcome.GOOD, OFFICE, now())


def notice_of(visit: Visit) -> Message:
    told = select(Message).where(Message.visit_id == visit.id, Message.kind == MessageKind.RESIDENT_BOOKED)
    return db.session.scalars(told).one()


def ring(visit: Visit) -> Message:
    call = notice_of(visit)
    call.channel, call.state, call.attempt = Channel.VOICE, MessageState.ACCEPTED, 1
    db.session.commit()
    return call


def press_one(call: Message) -> None:
    reach.take_key(reach.Press("screen", "CA1", call.id, 1, 1, "1"), now())


@pytest.mark.parametrize("said", ["confirm", "another"])
def test_a_resident_answers_for_the_time_they_saw(client: Client, visit: Visit, home: str, said: str) -> None:
    form = shown(client.get(home).text, f"{home}/{said}")
    move(visit)
    answer = client.post(f"{home}/{said}", data=form, follow_redirects=True)
    assert db.session.scalars(select(ReachAnswer)).all() == []
    notice = re.search(r'<p class="ph-notice is-warning" role="alert">.*?</p>', answer.text, re.DOTALL)
    assert notice is not None
    assert moved_to(visit) in notice[0]
    client.post(f"{home}/{said}", data=shown(answer.text, f"{home}/{said}"))
    assert db.session.scalars(select(ReachAnswer.window_start)).all() == [visit.window_start]


@pytest.mark.settings(PROMISE_WINDOWS="13:00-15:00,13:00-17:00")
@pytest.mark.parametrize("way", ["page", "key", "told"])
def test_a_yes_counts_for_no_longer_window_that_begins_alike_and_again_for_its_own(
    client: Client, visit: Visit, home: str, way: str
) -> None:
    say_yes(client, visit, home, way)
    assert answer_of(visit) is Answer.GOOD
    for end, counts in ((17, None), (15, Answer.GOOD)):
        choice = Choice(visit.day, 13 * 60, end * 60)
        flow.move(visit.id, choice, None, OFFICE, now(), seen=None)
        assert answer_of(visit) is counts


@pytest.mark.settings(PROMISE_WINDOWS="13:00-15:00,13:00-17:00")
@pytest.mark.usefixtures("home")
def test_a_key_counts_for_the_window_that_the_call_spoke_of(visit: Visit, clock: Clock) -> None:
    """It is moved to a longer one while it rings."""
    call = ring(visit)
    clock.advance(seconds=10)
    flow.move(visit.id, Choice(visit.day, 13 * 60, 17 * 60), None, OFFICE, now(), seen=None)
    press_one(call)
    assert answer_of(visit) is None
    flow.move(visit.id, Choice(visit.day, 13 * 60, 15 * 60), None, OFFICE, now(), seen=None)
    assert answer_of(visit) is Answer.GOOD


def test_a_resident_cancels_the_time_they_saw(client: Client, visit: Visit, home: str) -> None:
    form = shown(client.get(f"{home}/cancel").text, f"{home}/cancel")
    move(visit)
    answer = client.post(f"{home}/cancel", data={**form, "reason": "resident_away"}, follow_redirects=True)
    db.session.expire_all()
    assert visit.state is VisitState.BOOKED
    assert moved_to(visit) in answer.text
    form = shown(client.get(f"{home}/cancel").text, f"{home}/cancel")
    client.post(f"{home}/cancel", data={**form, "reason": "resident_away"})
    db.session.expire_all()
    assert visit.state is VisitState.CANCELLED


def test_a_page_of_an_earlier_release_counts_where_nothing_was_moved(
    client: Client, visit: Visit, home: str, job: str
) -> None:
    client.post(f"{home}/confirm")
    assert db.session.scalars(select(ReachAnswer.window_start)).all() == [visit.window_start]
    client.post(f"{job}/accept")
    assert states(visit) == [OfferState.ACCEPTED]


def test_a_page_of_an_earlier_release_is_asked_again_after_a_move(
    client: Client, visit: Visit, home: str, job: str
) -> None:
    move(visit)
    assert moved_to(visit) in client.post(f"{home}/confirm", follow_redirects=True).text
    assert client.post(f"{job}/accept").status_code == 422
    assert db.session.scalars(select(ReachAnswer)).all() == []
    assert states(visit) == [OfferState.WITHDRAWN, OfferState.OFFERED]


# The member


def open_form(client: Client, job: str, said: str) -> dict[str, str]:
    page = client.get(job if said == "accept" else f"{job}/decline").text
    return shown(page, f"{job}/{said}") | {"reason": "too_far"}


@pytest.mark.parametrize("said", ["accept", "decline"])
def test_a_member_answers_for_the_time_they_saw(client: Client, visit: Visit, job: str, said: str) -> None:
    form = open_form(client, job, said)
    move(visit)
    answer = client.post(f"{job}/{said}", data=form)
    assert answer.status_code == 422
    assert states(visit) == [OfferState.WITHDRAWN, OfferState.OFFERED]
    problem = re.search(r'id="problems".*?</div>', answer.text, re.DOTALL)
    assert problem is not None
    assert moved_to(visit) in problem[0]
    client.post(f"{job}/{said}", data=open_form(client, job, said))
    answered = {"accept": OfferState.ACCEPTED, "decline": OfferState.DECLINED}[said]
    assert states(visit)[:2] == [OfferState.WITHDRAWN, answered]


def test_a_page_that_asks_why_says_of_what_and_keeps_that(client: Client, visit: Visit, job: str) -> None:
    old, page = moved_to(visit), client.get(f"{job}/decline").text
    assert old in page
    move(visit)
    again = client.post(f"{job}/decline", data=shown(page, f"{job}/decline"))
    assert "까닭을 하나 골라 주십시오." in again.text
    form = shown(again.text, f"{job}/decline") | {"reason": "ill"}
    assert client.post(f"{job}/decline", data=form).status_code == 422
    assert states(visit) == [OfferState.WITHDRAWN, OfferState.OFFERED]


def from_queue(client: Client, path: str, form: dict[str, Any]) -> Any:
    return client.post(path, data={**form, "key": KEY}, headers={"X-From-Queue": KEY})


@pytest.mark.parametrize("said", ["accept", "decline"])
def test_what_was_pressed_without_signal_as_well(client: Client, visit: Visit, job: str, said: str) -> None:
    kit = client.get(f"{job.rpartition('/')[0]}/kit").get_json()["pages"]
    form = shown(kit[job if said == "accept" else f"{job}/decline"], f"{job}/{said}")
    move(visit)
    answer = from_queue(client, f"{job}/{said}", {**form, "reason": "too_far"})
    assert (answer.status_code, answer.headers["X-Answered"]) == (422, KEY)
    assert moved_to(visit) in answer.text
    assert states(visit) == [OfferState.WITHDRAWN, OfferState.OFFERED]


def test_a_press_that_counted_is_no_question_when_it_is_sent_again_after_a_move(
    client: Client, visit: Visit, job: str
) -> None:
    form = shown(client.get(job).text, f"{job}/accept")
    from_queue(client, f"{job}/accept", form)
    move(visit)
    assert from_queue(client, f"{job}/accept", form).get_json()["kept"] == KEY
    assert states(visit) == [OfferState.WITHDRAWN, OfferState.OFFERED]
