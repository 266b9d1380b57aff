"""What the pages of this step show: telephones with their texts, and what did not arrive."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import joinedload, selectinload

from handyman import member_codes
from handyman.extensions import db
from handyman.messages import call_task, homes, ladder, reach, spoken, surveyed, trouble
from handyman.messages.hours import next_leave
from handyman.messages.leaving import address, coded
from handyman.messages.texts import LINK
from handyman.models import (
    SILENT_FOR,
    Actor,
    Assignment,
    Channel,
    KeyPress,
    Member,
    Message,
    MessageKind,
    MessageState,
    Person,
    RecipientKind,
    Resident,
    Visit,
    is_to_pass_on,
    texts_to_pass_on,
)
from handyman.reasons import reason
from handyman.words import moment_words, seoul_day

S = MessageState
RINGS_FOR = timedelta(minutes=5)
PHONES_SHOWN, TEXTS_SHOWN, LIST_SHOWN = 60, 20, 200
ARRIVED = frozenset({S.ACCEPTED, S.SENT, S.DELIVERED})
Who = tuple[RecipientKind, int]


@dataclass(frozen=True, slots=True)
class Phone:
    """One telephone in the list: whose, the last text on it, how many are on their way."""

    kind: RecipientKind
    id: int
    name: str
    number: str
    last: str
    coming: int


@dataclass(frozen=True, slots=True)
class Text:
    """One text as the telephone shows it, its link apart so that it can be opened."""

    id: int
    before: str
    link: str
    after: str
    at: datetime
    state: MessageState
    reason: str = ""
    spoken: bool = False
    attempt: int = 0
    keys: Sequence[tuple[str, str]] = ()  # that the call asks for, and what they mean
    pressed: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """One text that did not arrive, for whoever passes it on."""

    id: int
    name: str
    number: str
    body: str
    due_at: datetime
    reason: str
    visit_id: int | None
    may_send_again: bool
    may_ring: bool
    spoken: bool
    asks: bool  # for an answer, not only to be told
    about: str  # whose visit, where somebody else is told of it
    to_kind: RecipientKind
    to_id: int
    seen: str  # to tell what somebody has told from what is to be told by then


def phones(whose: RecipientKind | None) -> list[Phone]:
    """The telephones with the newest texts; all, or only members', or only residents'."""
    pending = func.sum(cast(Message.state == S.PENDING, Integer))
    wanted = select(Message.recipient_kind, Message.recipient_id, func.max(Message.id), pending)
    if whose is not None:
        wanted = wanted.where(Message.recipient_kind == whose)
    rows = db.session.execute(
        wanted.group_by(Message.recipient_kind, Message.recipient_id)
        .order_by(func.max(Message.id).desc())
        .limit(PHONES_SHOWN)
    ).all()
    last = {each.id: each for each in _messages(row[2] for row in rows)}
    named = names((row[0], row[1]) for row in rows)
    return [
        Phone(
            row[0],
            row[1],
            named.get((row[0], row[1]), ""),
            last[row[2]].to_number,
            _shown(last[row[2]]),
            row[3],
        )
        for row in rows
    ]


def phone(kind: RecipientKind, who: int) -> Phone | None:
    """One telephone, if it has ever had a text."""
    last = db.session.scalar(
        select(Message)
        .where(Message.recipient_kind == kind, Message.recipient_id == who)
        .order_by(Message.id.desc())
        .limit(1)
    )
    if last is None:
        return None
    return Phone(kind, who, names([(kind, who)]).get((kind, who), ""), last.to_number, _shown(last), 0)


def texts_on(kind: RecipientKind, who: int) -> tuple[list[Text], list[Text]]:
    """What is there, newest first, and what is still to come, soonest first."""
    own = (
        select(Message)
        .options(joinedload(Message.link))
        .where(Message.recipient_kind == kind, Message.recipient_id == who)
        .limit(TEXTS_SHOWN)
    )
    newest = own.where(Message.state.in_(ARRIVED)).order_by(Message.due_at.desc(), Message.id.desc())
    soonest = own.where(Message.state.not_in((*ARRIVED, S.CANCELED))).order_by(Message.due_at, Message.id)
    arrived, coming = (db.session.scalars(wanted).all() for wanted in (newest, soonest))
    pressed = _pressed(each.id for each in arrived)
    return [_text(each, pressed.get(each.id, "")) for each in arrived], [_text(each) for each in coming]


def _pressed(ids: Iterable[int]) -> Mapping[int, str]:
    """The last key of each call."""
    wanted = select(KeyPress.outbox_id, KeyPress.digits).where(KeyPress.outbox_id.in_(list(ids)))
    return {row.outbox_id: row.digits for row in db.session.execute(wanted.order_by(KeyPress.id))}


def missed(now: datetime) -> list[Missed]:
    """What was due and did not arrive, until somebody has passed it on; the oldest first."""
    places = joinedload(Message.visit).selectinload(Visit.assignments)
    team = places.joinedload(Assignment.member), places.selectinload(Assignment.offers)
    whose = joinedload(Message.visit).joinedload(Visit.resident).joinedload(Resident.person)
    rows = db.session.scalars(
        select(Message)
        .options(*team, whose)
        .where(Message.id.in_(texts_to_pass_on(now)))
        .order_by(func.coalesce(Message.listed_from, Message.due_at), Message.id)
        .limit(LIST_SHOWN)
    ).all()
    named = _whose_names(rows)
    followed = trouble.followed([each.id for each in rows])
    before = {each.id: each for each in _messages(each.follows_id for each in rows if each.follows_id)}
    words = {each.id: call_task.words(each, now) for each in rows}
    return [
        Missed(
            each.id,
            named.get((each.recipient_kind, each.recipient_id), ""),
            trouble.number_now(each),
            words[each.id].replace(LINK, ""),
            min(each.due_at, each.listed_from or each.due_at),
            _why(each, before.get(each.follows_id or 0), now),
            each.visit_id,
            trouble.may_send_again(each, followed, now),
            each.id not in followed and ladder.may_ring_now(each, now),
            each.channel is Channel.VOICE,
            call_task.asks(each),
            _whose(each),
            each.recipient_kind,
            each.recipient_id,
            call_task.seen(each, words[each.id]),
        )
        for each in rows
    ]


def _why(message: Message, before: Message | None, now: datetime) -> str:
    """What became of it; of what is under way, what became of the one before it and what is done now."""
    own = reason(message.last_error, message.state)
    then = _next_step(message, before, now) if before is not None else ""
    if before is None or not then:
        return own
    if message.last_error:
        return f"{own} {then}"
    same = message.recipient_id == before.recipient_id
    first = reason(before.last_error, before.state) if same else _("어르신께 닿지 않았습니다.")
    return f"{first} {then}"


def _next_step(message: Message, before: Message, now: datetime) -> str:
    """What is done by itself; empty where that was long ago, or nobody can tell."""
    rings, waits = message.channel is Channel.VOICE, message.state is S.PENDING
    at = max(message.due_at, message.next_at)
    said = ""
    if waits and at > now:
        when = moment_words(at, seoul_day(now))
        if rings:
            said = _("%(when)s에 자동 전화를 겁니다.", when=when)
        elif message.recipient_id == before.recipient_id:
            said = _("%(when)s에 다시 보냅니다.", when=when)
        else:
            said = _("%(when)s에 문자를 보냅니다.", when=when)
    elif rings and message.due_at > now - RINGS_FOR:
        if waits:
            said = _("곧 자동 전화를 겁니다.")
        elif message.state in (S.SENDING, *ARRIVED):
            said = _("자동 전화를 걸고 있습니다.")
    return str(said)


def count_missed(now: datetime) -> int:
    return db.session.scalar(select(func.count()).select_from(texts_to_pass_on(now).subquery())) or 0


def is_call(message_id: int) -> bool:
    message = db.session.get(Message, message_id)
    return message is not None and message.channel is Channel.VOICE


def send_again(message_id: int, by: Actor, now: datetime) -> datetime | None:
    """At a person's wish, and when; None when it arrived meanwhile, is of no use, or cannot arrive."""
    message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    followed = trouble.followed([message_id])
    if message is None or not trouble.may_send_again(message, followed, now):
        return None
    at = next_leave(message.kind, message.channel, now, message.not_after)
    if at is not None:
        message.listed_from = now + SILENT_FOR
        trouble.send_again(message, at, by, now)
    return at


def ring(message_id: int, by: Actor, now: datetime) -> datetime | None:
    """Let the telephone ring as soon as it may, and when; None when no call can, or it was told meanwhile."""
    message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None or not is_to_pass_on(message, now) or not ladder.ring(message, by, now):
        return None
    return next_leave(message.kind, Channel.VOICE, now, message.not_after)


def _whose_names(rows: Iterable[Message]) -> dict[Who, str]:
    """As `names`, and each with their numbers, in as few questions."""
    ids: dict[RecipientKind, set[int]] = {kind: set() for kind in RecipientKind}
    for each in rows:
        ids[each.recipient_kind].add(each.recipient_id)
    of_members = select(Member).where(Member.id.in_(ids[RecipientKind.MEMBER]))
    of_people = select(Person).where(Person.id.in_(ids[RecipientKind.PERSON]))
    members = db.session.scalars(of_members).all() if ids[RecipientKind.MEMBER] else []
    people = db.session.scalars(of_people.options(selectinload(Person.phones))).all()
    return {
        **{(RecipientKind.MEMBER, each.id): each.name for each in members},
        **{(RecipientKind.PERSON, each.id): each.name for each in people},
    }


def owner(kind: RecipientKind, who: int, number: str) -> Member | Person | None:
    """Whoever it is, if the number is theirs."""
    if kind is RecipientKind.MEMBER:
        member = db.session.get(Member, who)
        return member if member is not None and member.phone == number else None
    person = db.session.get(Person, who)
    return person if person is not None and number in {each.number for each in person.phones} else None


def names(whose: Iterable[Who]) -> dict[Who, str]:
    """Who the telephones belong to, in two queries."""
    wanted = set(whose)
    found: dict[Who, str] = {}
    for kind, table in ((RecipientKind.MEMBER, Member), (RecipientKind.PERSON, Person)):
        ids = [who for each, who in wanted if each is kind]
        if ids:
            rows = db.session.execute(select(table.id, table.name).where(table.id.in_(ids)))
            found |= {(kind, row.id): row.name for row in rows}
    return found


def _messages(ids: Iterable[int]) -> Sequence[Message]:
    return db.session.scalars(select(Message).where(Message.id.in_(list(ids)))).all()


def _whose(message: Message) -> str:
    stands_by = message.recipient_kind is RecipientKind.PERSON and message.visit is not None
    if message.visit is None or not stands_by or message.recipient_id == message.visit.resident_id:
        return ""
    return message.visit.resident.person.name


def _shown(message: Message) -> str:
    """Without the link, which is the member's own, and without the keys that a call asks for."""
    return spoken.without_keys(homes.fill(message.body.replace(LINK, "").replace(member_codes.MARK, "……")))


def _text(message: Message, pressed: str = "") -> Text:
    before, _mark, after = homes.fill(coded(message)).partition(LINK)
    link = address(message)
    why = reason(message.last_error, message.state) if message.state is not S.PENDING else ""
    rings = message.channel is Channel.VOICE
    keys = _keys(message) if rings else ()
    at, state = message.due_at, message.state
    return Text(message.id, before, link, after, at, state, why, rings, message.attempt, keys, pressed)


def _keys(message: Message) -> list[tuple[str, str]]:
    if surveyed.is_survey(message):
        return [("1", _("좋음")), ("2", _("보통")), ("3", _("나쁨"))]
    asks = message.kind is MessageKind.MEMBER_OFFER
    if reach.keys_of(message) == "10":
        return [("1", _("알겠습니다")), ("0", _("사람과 통화"))]
    yes, no = (_("맡겠습니다"), _("못 갑니다")) if asks else (_("좋습니다"), _("다른 때"))
    return [("1", yes), ("2", no), ("0", _("사람과 통화"))]
