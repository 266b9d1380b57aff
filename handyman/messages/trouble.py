"""What follows from a text that did not arrive: a number is marked, sending stops, or it is tried again."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Exists, exists, select

from handyman import links
from handyman.extensions import db, settings, write_new
from handyman.messages.errors import Action, action_of
from handyman.messages.hours import next_leave
from handyman.messages.keys import free_key
from handyman.messages.truth import is_wanted
from handyman.models import (
    SYSTEM,
    Actor,
    Attempt,
    AuditEntry,
    Channel,
    GatewayState,
    Member,
    Message,
    MessageKind,
    MessageState,
    NumberFact,
    Person,
    PhoneKind,
    RecipientKind,
    listed_from,
    record,
)
from handyman.reasons import ANOTHER_NUMBER

PAUSE = timedelta(minutes=5)  # between tries of an account that refuses us
ONCE_MORE_AFTER = timedelta(minutes=15)
AGAIN = "#again-"
SENT_AGAIN = re.compile(rf"{AGAIN}\d+$")  # a call that followed a second try keeps that one in its key
RINGING = (PhoneKind.LANDLINE, PhoneKind.INTERNET)
OPTED_OUT, BAD_NUMBER = "opted_out", "bad_number"  # why no text may be sent
BAD_FOR = timedelta(days=30)  # then somebody else may have the number
LOOKED_AFTER = timedelta(hours=1)  # at the least
CANNOT_WAIT = frozenset({MessageKind.RESIDENT_ON_THE_WAY})  # the next step is taken at once
IN_A_ROW = 3  # refused for the same permission: so will be the next


def take_up(message: Message, code: str, now: datetime) -> None:
    """In the transaction in which the text was given up."""
    action = action_of(code)
    if action is Action.BAD_NUMBER:
        fact_of(message.to_number).bad_code, fact_of(message.to_number).bad_at = code, now
    elif action is Action.OPTED_OUT:
        fact_of(message.to_number).opted_out_at = now
    elif action is Action.BLOCKED:
        message.listed_from = now
    elif action is Action.STOP or _is_for_all(action, message, code):
        stop(message.provider or settings().sms_gateway, code, now)
    elif code == ANOTHER_NUMBER:
        number = other_number(message)
        if number and (message.channel is Channel.VOICE or not why_not(number, now)):
            _once_more(message, now, now)
    elif (action is Action.ONCE_MORE or _was_silent(message, code)) and message.kind not in CANNOT_WAIT:
        _once_more(message, now + ONCE_MORE_AFTER, now)
    db.session.flush()


def _is_for_all(action: Action, message: Message, code: str) -> bool:
    """Whether other texts would fare no better, for what is set wrong: a text may be one of its sort.

    Of a call it says nothing: texts may have another sender, and another permission.
    """
    if message.channel is not Channel.SMS:
        return False
    if action is not Action.MISCONFIGURED:
        return action is Action.NO_SENDER
    ended = select(Attempt.error_code).where(Attempt.finished_at.is_not(None)).order_by(Attempt.id.desc())
    return db.session.scalars(ended.limit(IN_A_ROW)).all() == [code] * IN_A_ROW


def _was_silent(message: Message, code: str) -> bool:
    """A member who took up the receiver and pressed nothing may have had no hand free."""
    return code == "no_key" and message.recipient_kind is RecipientKind.MEMBER


def ends_as(state: MessageState, code: str) -> MessageState:
    """Whoever wants no texts has not been failed: nothing is sent there any more."""
    return MessageState.SUPPRESSED if action_of(code) is Action.OPTED_OUT else state


def why_not(number: str, now: datetime) -> str:
    """Why no text may be sent to the number; empty when one may."""
    fact = known(number)
    return refusal(fact.opted_out_at, fact.bad_at, now) if fact is not None else ""


def refusal(opted_out_at: datetime | None, bad_at: datetime | None, now: datetime) -> str:
    """The same, of what is known of the number."""
    if opted_out_at is not None:
        return OPTED_OUT
    return BAD_NUMBER if bad_at is not None and now < bad_at + BAD_FOR else ""


def known(number: str) -> NumberFact | None:
    return db.session.get(NumberFact, number) if number else None


def fact_of(number: str) -> NumberFact:
    write_new(NumberFact, [{"number": number, "bad_code": ""}])
    return db.session.get_one(NumberFact, number, with_for_update=True)


def mind_wish(number: str, whose: Person | Member, *, wants_texts: bool, by: Actor, now: datetime) -> None:
    """What its owner has told somebody of the office: no more texts, or texts again."""
    fact_of(number).opted_out_at = None if wants_texts else now
    record(whose, by, now, moved_to="texts_again" if wants_texts else "no_texts")


def stop(provider: str, code: str, now: datetime) -> None:
    """Nothing leaves by this provider for a while; a person has to look."""
    state = _state_of(provider)
    state.refused_since, state.paused_until, state.code = state.refused_since or now, now + PAUSE, code


def rest(provider: str, until: datetime) -> None:
    """Nothing leaves by this provider for a moment; nobody has to look."""
    state = _state_of(provider)
    state.paused_until = max(state.paused_until or until, until)


def went_through(provider: str) -> None:
    """The account is served again."""
    refused = select(GatewayState).where(
        GatewayState.provider == provider, GatewayState.refused_since.is_not(None)
    )
    state = db.session.scalar(refused.with_for_update())
    if state is not None:
        state.refused_since, state.paused_until, state.code = None, None, ""


def is_paused(provider: ColumnElement[str], now: ColumnElement[datetime]) -> Exists:
    """To be asked with something else."""
    return exists().where(GatewayState.provider == provider, GatewayState.paused_until > now)


def paused_until(provider: str) -> datetime | None:
    return db.session.scalar(select(GatewayState.paused_until).where(GatewayState.provider == provider))


def _state_of(provider: str) -> GatewayState:
    write_new(GatewayState, [{"provider": provider, "code": ""}])
    return db.session.get_one(GatewayState, provider, with_for_update=True)


def _once_more(message: Message, after: datetime, now: datetime) -> None:
    """While it is of use and still wanted, at the hours of texts or calls, to the number that is theirs.

    However often a wrong one was tried, theirs was not.
    """
    at = next_leave(message.kind, message.channel, after, message.not_after)
    untried = message.retries == 0 or other_number(message)
    if untried and at is not None and is_wanted(message):
        send_again(message, at, SYSTEM, now)


def followed(ids: Collection[int]) -> set[int]:
    """Of these rows, those that another one follows."""
    known = select(Message.follows_id).where(Message.follows_id.in_(ids))
    return {each for each in db.session.scalars(known) if each is not None}


def may_send_again(message: Message, followed: Collection[int], now: datetime) -> bool:
    """Certainly not arrived, nothing follows it, still of use, and at a number that takes texts."""
    gone = message.state in (MessageState.FAILED, MessageState.UNDELIVERED) and message.told_at is None
    rings = message.channel is Channel.VOICE  # whoever takes no texts may be rung all the same
    alone = gone and message.id not in followed and now < message.not_after
    number = number_now(message) if alone else ""
    return bool(number) and (rings or not why_not(number, now))


def number_now(message: Message) -> str:
    """Where it goes, if that is theirs still, else what they have instead; empty where they have nothing."""
    return next(iter(numbers_now(message)), "")


def numbers_now(message: Message) -> list[str]:
    """Where it goes, if that is theirs still, then all else of theirs that may take it."""
    if message.recipient_kind is RecipientKind.MEMBER:
        member = db.session.get(Member, message.recipient_id)
        return [member.phone] if member is not None else []
    person = db.session.get(Person, message.recipient_id)
    theirs = {phone.number: phone.kind for phone in person.phones} if person is not None else {}
    takes = (PhoneKind.MOBILE,) if message.channel is Channel.SMS else (PhoneKind.MOBILE, *RINGING)
    first = [message.to_number] if message.to_number in theirs else []
    return list(dict.fromkeys([*first, *(number for number, kind in theirs.items() if kind in takes)]))


def other_number(message: Message) -> str | None:
    """The number that they have instead; empty for none, None where it goes to one of theirs."""
    if message.recipient_kind is RecipientKind.MEMBER:
        member = db.session.get(Member, message.recipient_id)
        known = member is not None
        reads = member is not None and member.smartphone and member.phone_kind is PhoneKind.MOBILE
        if known and message.channel is Channel.SMS and not reads:
            return ""
    else:
        known = db.session.get(Person, message.recipient_id) is not None
    number = number_now(message) if known else message.to_number
    return number if number != message.to_number else None


def readdress(message: Message, number: str, now: datetime) -> None:
    """From here on it goes there; what is said of an earlier try may be of somebody else's telephone."""
    if message.to_number != number and message.attempt and other_number(message) is not None:
        record(message, SYSTEM, now, moved_from=message.state, moved_to=ANOTHER_NUMBER)
        if message.link is not None:
            message.link = links.instead_of(message.link, now)
    message.to_number = number


def went_elsewhere(message: Message, attempt: int) -> bool:
    """Whether a try went to a number that was put right since."""
    since = (
        select(AuditEntry.id)
        .join(Attempt, (Attempt.outbox_id == AuditEntry.entity_id) & (Attempt.started_at < AuditEntry.at))
        .where(AuditEntry.entity == Message.__tablename__, AuditEntry.entity_id == message.id)
        .where(AuditEntry.moved_to == ANOTHER_NUMBER, Attempt.number == attempt)
    )
    return db.session.scalar(since.limit(1)) is not None


def send_again(message: Message, due_at: datetime, by: Actor, now: datetime) -> None:
    """A row of its own; the old one is nobody's work any more."""
    key = f"{SENT_AGAIN.sub('', message.dedupe_key)}{AGAIN}{message.retries + 1}"
    number = number_now(message) or message.to_number
    write_after(message, now, due_at, dedupe_key=key, retries=message.retries + 1, to_number=number)
    message.told_at = now
    record(message, by, now, moved_from=message.state, moved_to="once_more")
    db.session.flush()


def ask_after(message: Message, why: str, now: datetime) -> None:
    """What has arrived stays so; that a person is asked for is a row of its own behind it."""
    same = select(Message.id).where(
        Message.visit_id == message.visit_id,
        Message.recipient_kind == message.recipient_kind,
        Message.recipient_id == message.recipient_id,
        Message.state == MessageState.NEEDS_PERSON,
        Message.last_error == why,
        Message.told_at.is_(None),
    )
    if db.session.scalar(same.limit(1)) is None:
        write_after(
            message,
            now,
            now,
            dedupe_key=free_key(f"{message.dedupe_key}#{why}"),
            follows_id=None if followed([message.id]) else message.id,
            not_after=max(message.not_after, now + LOOKED_AFTER),
            state=MessageState.NEEDS_PERSON,
            last_error=why,
        )


def write_after(message: Message, now: datetime, due_at: datetime, **changes: object) -> Message:
    """The same again, but for these changes, as the one row that follows it.

    Nobody waits longer to hear of a notice because it is tried another way.
    """
    same: dict[str, object] = {
        name: getattr(message, name)
        for name in (
            "kind",
            "visit_id",
            "recipient_kind",
            "recipient_id",
            "channel",
            "to_number",
            "body",
            "link_id",
            "template_version",
            "not_after",
            "retries",
        )
    }
    following = {
        "follows_id": message.id,
        "due_at": due_at,
        "next_at": due_at,
        "created_at": now,
        "listed_from": listed_from(message),
        "state": MessageState.PENDING,
    }
    row = Message(**{**same, **following, **changes})
    db.session.add(row)
    db.session.flush()
    if message.link is not None and message.link.revoked_at is not None:
        row.link = links.instead_of(message.link, now)
        db.session.flush()
    return row
