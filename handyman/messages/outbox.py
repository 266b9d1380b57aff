"""Texts that are due leave the house: claimed, noted, committed; only then sent; and what came of it noted.

The tables carry everything: a process that dies at any line here leaves a row that another one understands.
One thread of a sender speaks to the database, the others only to the provider.
"""

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import datetime, timedelta
from time import sleep

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from handyman.extensions import db, transaction
from handyman.messages import trouble
from handyman.messages.claims import claim, claim_due
from handyman.messages.gateways import Answer, Gateway, Outcome, Outgoing
from handyman.messages.kill_points import reach
from handyman.messages.outcomes import HELD_UP, note
from handyman.models import Installation, Message, MessageState

LOOK_AGAIN = timedelta(seconds=5)  # at a text that waits for another one, or for a provider that refuses us
REST = 1.0  # seconds of a sender that was told it is too fast

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def send_due(
    gateway: Gateway,
    now: Clock,
    limit: int = 1_000,
    go_on: Callable[[], bool] = lambda: True,
    rest: Callable[[float], object] = sleep,
    most: int = 1,
) -> int:
    """Send what is due, up to `most` texts at a time; gives how many were tried.

    It begins with one, doubles while it goes well, and goes back to one where the provider is too slow or
    says that we are too fast. Where nothing gets through it ends: the next tick tries again, with one text.
    """
    if refuses_demo(gateway):
        return 0
    tried, width, blocked = 0, 1, False
    under_way: dict[Future[Outcome], Outgoing] = {}
    with ThreadPoolExecutor(most, thread_name_prefix="provider") as lines:
        while True:
            if not blocked and go_on():
                texts = _next(gateway, now(), min(width - len(under_way), limit - tried), bool(under_way))
                blocked = texts is None
                for text in texts or ():
                    tried += 1
                    under_way[lines.submit(copy_context().run, _leave, gateway, text, now)] = text
            if not under_way:
                return tried
            width, blocked = _take_answers(gateway, under_way, now, rest, (width, blocked))
            width = min(width, most)


def _next(gateway: Gateway, now: datetime, most: int, others: bool) -> list[Outgoing] | None:
    """None where they cannot be claimed: the answers to others that are under way are noted all the same."""
    try:
        return claim_due(now, gateway.name, most)
    except SQLAlchemyError as error:
        if not others:
            raise
        log.error("%s over the next texts", type(error).__name__)  # noqa: TRY400
        return None


def _take_answers(
    gateway: Gateway,
    under_way: dict[Future[Outcome], Outgoing],
    now: Clock,
    rest: Callable[[float], object],
    pace: tuple[int, bool],
) -> tuple[int, bool]:
    """Note what has come back; gives how many texts may be under way from here on, and whether none may."""
    width, blocked = pace
    done, _others = wait(under_way, return_when=FIRST_COMPLETED)
    answers = {_take_answer(gateway, under_way.pop(each), each, now) for each in done}
    if Answer.SLOW in answers:
        rest(REST)
    if answers & {Answer.STOP, Answer.RETRY}:
        blocked = True
    return 1 if answers & {Answer.SLOW, Answer.UNKNOWN} else 2 * width, blocked


def _take_answer(gateway: Gateway, text: Outgoing, answer: Future[Outcome], now: Clock) -> Answer:
    """One that cannot be noted is in doubt from here on; the others are noted all the same."""
    try:
        outcome = answer.result()
        note(gateway, text, outcome, now())
    except Exception as error:  # noqa: BLE001 - whatever it was, its text may carry what people typed
        log.error("%s over text %s", type(error).__name__, text.id)  # noqa: TRY400
        return Answer.RETRY
    reach("noted")
    return outcome.answer


def send_one(gateway: Gateway, message_id: int, now: datetime) -> bool:
    """Let one waiting text leave at once, at a person's wish; False when it cannot."""
    with transaction():
        message = db.session.get(Message, message_id, with_for_update=True)
        if message is None or message.state is not MessageState.PENDING or message.not_after <= now:
            return False
        message.due_at = message.next_at = min(message.due_at, now)
    if refuses_demo(gateway):
        return False
    return hand_over(gateway, claim(now, message_id, gateway.name, at_any_hour=True), lambda: now) is not None


def send_waiting(gateway: Gateway, message_id: int, now: Clock) -> datetime | None:
    """Send a text whose time has come; gives when to look at it again where it still waits.

    Where the provider has enough, the other senders rest as well: none of them knows of this one.
    """
    if refuses_demo(gateway):
        return None
    answer = hand_over(gateway, claim(now(), message_id, gateway.name), now)
    with transaction():
        if answer is Answer.SLOW:
            trouble.rest(gateway.name, now() + timedelta(seconds=REST))
        if answer is not None:
            return None  # and where it waits again, that was put down with the reason
        message = db.session.get(Message, message_id, populate_existing=True)
        if message is None or message.state is not MessageState.PENDING or message.not_after <= now():
            return None
        pause = trouble.paused_until(gateway.name)
        again = pause if pause is not None and pause > now() else now() + LOOK_AGAIN
        return max(message.due_at, message.next_at, again)


def hand_over(gateway: Gateway, text: Outgoing | None, now: Clock) -> Answer | None:
    """Send a text that was claimed, and note what came of it; None when there is none."""
    if text is None:
        return None
    outcome = _leave(gateway, text, now)
    note(gateway, text, outcome, now())
    reach("noted")
    return outcome.answer


def _leave(gateway: Gateway, text: Outgoing, now: Clock) -> Outcome:
    """A sender that was held up since its claim does not send: somebody else may have by now."""
    outcome = Outcome(Answer.RETRY, code=HELD_UP)
    reach("claimed")
    if now() <= text.leave_by:
        outcome = gateway.send(text)
    reach("answered")
    return outcome


def refuses_demo(gateway: Gateway) -> bool:
    """Made-up people have made-up numbers: a real gateway never sends to them."""
    if not gateway.real:
        return False
    with transaction():
        return bool(db.session.scalar(select(Installation.demo)))
