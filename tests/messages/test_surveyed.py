"""How it was, asked by a call on the day after: three questions, a key for each."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handyman.extensions import db, now
from handyman.messages import home_page, outbox, spoken, surveyed
from handyman.messages.gateways import TwilioGateway
from handyman.models import (
    Channel,
    Message,
    MessageKind,
    MessageState,
    Rating,
    ReachAnswer,
    Reopening,
    Satisfaction,
    Visit,
    VisitState,
)
from tests.conftest import Client, Clock
from tests.factories import make_request, make_resident, make_visit
from tests.messages.test_ladder import BASE, hook, said
from tests.messages.twilio_peer import Peer

pytestmark = pytest.mark.usefixtures("session")


def finished(phone: str = "+8228200001", opens: bool = False) -> tuple[Visit, list[Message]]:
    resident = make_resident("김보기", phone)
    resident.person.opens_pages = opens
    visit = make_visit(make_request(resident), start=now() - timedelta(hours=1))
    visit.state, visit.items[0].done_quantity = VisitState.FINISHED, 1
    home_page.ask(visit, now())
    db.session.commit()
    surveys = select(Message).where(Message.kind == MessageKind.RESIDENT_SURVEY)
    return visit, list(db.session.scalars(surveys))


def test_nobody_is_rung_unless_the_office_has_said_so() -> None:
    assert finished()[1] == []


@pytest.mark.settings(SURVEY_CALLS="on")
def test_whoever_opens_pages_is_written_to_and_the_others_are_rung() -> None:
    (call,) = finished()[1]
    assert (call.channel, call.due_at - now()) == (Channel.VOICE, timedelta(days=1))
    assert [row.channel for row in finished("+821012345678", opens=True)[1]][1:] == [Channel.SMS]


@pytest.mark.settings(SURVEY_CALLS="on")
def test_three_keys_are_three_answers_and_what_does_not_work_is_opened_again(
    client: Client, twilio: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    visit, (call,) = finished()
    clock.advance(days=1)
    outbox.send_due(twilio, now)
    form, sid = peer.taken[0]["form"], peer.taken[0]["sid"]
    asked: Any = hook(client, form["Url"].removeprefix(BASE), CallSid=sid, CallStatus="in-progress")
    heard = [said(asked)[0]]
    for digits in ("3", "7", "1", "2"):
        gather = asked.find("Gather")
        asked = hook(client, gather.get("action", "").removeprefix(BASE), CallSid=sid, Digits=digits)
        heard.append(said(asked)[0])
    second, third = surveyed.LATER_QUESTIONS
    assert heard == [
        call.body,
        f"{surveyed.HEARD} {second}",
        f"{spoken.NOT_UNDERSTOOD} {second}",
        f"{surveyed.HEARD} {third}",
        surveyed.AGAIN,
    ]
    db.session.commit()
    found = db.session.scalars(select(Satisfaction)).one()
    assert (found.works, found.manner, found.again) == (Rating.POOR, Rating.GOOD, Rating.FAIR)
    assert db.session.scalars(select(Reopening.visit_id)).all() == [visit.id]
    assert db.session.scalars(select(ReachAnswer)).all() == []
    assert call.state is MessageState.DELIVERED
    hook(client, f"/hooks/twilio/key?outbox={call.id}&attempt=1&step=5", CallSid=sid, Digits="1")
    assert len(db.session.scalars(select(Satisfaction)).all()) == 1
