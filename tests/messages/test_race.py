"""A visit is called off in the very moment in which its texts leave."""

import threading
from collections.abc import Callable, Iterable
from contextvars import Context
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.locking import lock_visit
from handyman.extensions import now, transaction
from handyman.messages import announce, outbox, rows
from handyman.messages.gateways import ScreenGateway
from handyman.models import Actor, ActorKind, CancelReason, Message, MessageKind, MessageState
from tests.factories import make_member, make_user, make_visit

COORDINATOR = Actor(ActorKind.USER, 1)
K, S = MessageKind, MessageState


def at_once(app: Flask, *works: Callable[[], object]) -> None:
    """Each piece of work in a thread of its own, with a connection of its own."""

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            work()

    threads = [threading.Thread(target=Context().run, args=(run, work), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def ask_a_member(session: scoped_session[Session]) -> int:
    """A visit whose member's text is due."""
    visit = make_visit(members=[make_member()], accepted=False)
    make_user()
    announce.offered(visit.assignments[0].offers[0], now())
    session.commit()
    return visit.id


@pytest.mark.usefixtures("any_database")
def test_whoever_was_asked_is_told_not_to_go_however_close_it_was(
    app: Flask, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    visit_id, at = ask_a_member(session), now() + timedelta(seconds=1)
    read, claimed = threading.Event(), threading.Event()
    real = rows.take_back

    def take_back(messages: Iterable[Message], when: datetime, why: str, **more: bool) -> int:
        found = list(messages)
        if any(each.kind is K.MEMBER_OFFER for each in found):
            read.set()
            claimed.wait(1)
        return real(found, when, why, **more)

    def send() -> None:
        read.wait(10)
        text = outbox.claim(at)
        claimed.set()
        if text is not None:
            outbox.note(ScreenGateway(), text, ScreenGateway().send(text), at)

    monkeypatch.setattr(announce, "take_back", take_back)
    at_once(app, lambda: flow.cancel_visit(visit_id, CancelReason.OTHER, COORDINATOR, at), send)
    session.rollback()
    texts = {each.kind: each for each in session.scalars(select(Message).order_by(Message.id))}
    left = texts[K.MEMBER_OFFER].attempt > 0
    assert (texts[K.MEMBER_OFFER].state is S.CANCELED) is not left
    assert (K.MEMBER_WITHDRAWN in texts) is left


@pytest.mark.usefixtures("any_database")
def test_a_text_that_is_being_sent_is_neither_taken_back_nor_reworded(
    app: Flask, session: scoped_session[Session]
) -> None:
    visit_id, at = ask_a_member(session), now() + timedelta(seconds=1)
    sent = outbox.claim(at)
    assert sent is not None
    body = session.scalar(select(Message.body).where(Message.id == sent.id))
    session.commit()
    flow.cancel_visit(visit_id, CancelReason.OTHER, COORDINATOR, at)
    offer = session.get_one(Message, sent.id)
    assert (offer.state, offer.body) == (S.SENDING, body)
    assert session.scalar(select(Message.id).where(Message.kind == K.MEMBER_WITHDRAWN)) is not None


@pytest.mark.parametrize(
    "any_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
@pytest.mark.usefixtures("any_database")
def test_no_text_waits_for_whoever_plans_with_its_visit(app: Flask, session: scoped_session[Session]) -> None:
    visit_id, at = ask_a_member(session), now() + timedelta(seconds=1)
    held, sent, let_go = threading.Event(), list[int](), threading.Event()

    def plan() -> None:
        with transaction():
            lock_visit(visit_id)
            held.set()
            let_go.wait(10)

    def send() -> None:
        held.wait(10)
        try:
            sent.append(outbox.send_due(ScreenGateway(), lambda: at))
        finally:
            done.set()

    done = threading.Event()

    def watch() -> None:
        in_time.append(done.wait(5))
        let_go.set()

    in_time = list[bool]()
    at_once(app, plan, send, watch)
    assert (sent, in_time) == ([1], [True])
