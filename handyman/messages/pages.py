"""What the pages of this step show: telephones with their texts, and what did not arrive."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import joinedload

from handyman import links
from handyman.extensions import db
from handyman.messages import call_task, homes, reach, spoken, trouble
from handyman.messages.hours import next_leave
from handyman.messages.texts import LINK
from handyman.models import (
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
    texts_to_pass_on,
)

S = MessageState
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
    spoken: bool
    asks: bool  # for an answer, not only to be told
    about: str  # whose visit, where somebody else is told of it


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
    """Everything that was due and did not arrive, until somebody has passed it on."""
    team = joinedload(Message.visit).selectinload(Visit.assignments).joinedload(Assignment.member)
    whose = joinedload(Message.visit).joinedload(Visit.resident).joinedload(Resident.person)
    rows = db.session.scalars(
        select(Message)
        .options(team, whose)
        .where(Message.id.in_(texts_to_pass_on(now)))
        .order_by(Message.due_at.desc(), Message.id.desc())
        .limit(LIST_SHOWN)
    ).all()
    named = names((each.recipient_kind, each.recipient_id) for each in rows)
    return [
        Missed(
            each.id,
            named.get((each.recipient_kind, each.recipient_id), ""),
            each.to_number,
            call_task.words(each).replace(LINK, ""),
            each.due_at,
            reason(each),
            each.visit_id,
            trouble.may_send_again(each, now),
            each.channel is Channel.VOICE,
            call_task.asks(each),
            _whose(each),
        )
        for each in rows
    ]


def send_again(message_id: int, by: Actor, now: datetime) -> bool:
    """At a person's wish; False when the text arrived meanwhile, is of no use any more, or cannot arrive."""
    message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None or not trouble.may_send_again(message, now):
        return False
    at = next_leave(message.kind, message.channel, now, message.not_after)
    if at is not None:
        trouble.send_again(message, at, by, now)
    return at is not None


def inbound_words(outcome: str) -> str:
    """What became of a text that came in."""
    known: dict[str, str] = {
        "accepted": _("수락으로 받음"),
        "declined": _("못 간다는 답으로 받음"),
        "no_texts": _("문자 수신 거부"),
        "texts_again": _("문자 수신 동의"),
    }
    known[""] = known["by_person"] = _("처리함")
    return known.get(outcome, known[""])


def reason(message: Message) -> str:
    """Why a text did not arrive, and so what to do."""
    known: dict[str, str] = {
        "no_texts": _("문자를 받을 수 없는 번호입니다. 전화로 알려 주십시오."),
        "bad_number": _("전에 문자가 닿지 않은 번호입니다. 전화로 알리고 번호를 확인해 주십시오."),
        "opted_out": _("문자 수신을 거부한 번호입니다. 전화로 알려 주십시오."),
        "too_late": _("제때 보내지 못했습니다."),
        "lease_over": _("보냈는지 확인되지 않습니다."),
        "21211": _("없는 번호입니다. 번호를 확인해 주십시오."),
        "21214": _("없는 번호입니다. 번호를 확인해 주십시오."),
        "21217": _("없는 번호입니다. 번호를 확인해 주십시오."),
        "21614": _("문자를 받을 수 없는 번호입니다. 전화로 알려 주십시오."),
        "30005": _("없는 번호입니다. 번호를 확인해 주십시오."),
        "30006": _("문자를 받을 수 없는 번호입니다. 전화로 알려 주십시오."),
        "21610": _("문자 수신을 거부한 번호입니다. 전화로 알려 주십시오."),
        "30003": _("전화기가 꺼져 있거나 통화권 밖입니다."),
        "no_answer": _("전화를 받지 않으셨습니다. 전화로 알려 주십시오."),
        "busy": _("통화 중이었습니다. 전화로 알려 주십시오."),
        "no_key": _("전화를 받았지만 번호를 누르지 않으셨습니다. 전화로 확인해 주십시오."),
        "not_reached": _("전화했으나 닿지 못했습니다. 때를 바꾸어 다시 걸어 주십시오."),
        "another_time": _("다른 때가 좋다고 하셨습니다. 전화로 때를 여쭈어 주십시오."),
        "call_me": _("사람과 이야기하고 싶어 하십니다. 전화해 주십시오."),
        "30008": _("통신사가 까닭을 알리지 않고 전달하지 못했습니다."),
        "30410": _("통신사가 제때 전달하지 못했습니다."),
        "30004": _("수신이 막힌 번호입니다. 전화로 알려 주십시오."),
        "30007": _("통신사가 스팸으로 막았습니다. 관리자에게 알려 주십시오."),
        **dict.fromkeys(
            ("21408", "21612", "21606", "21212", "21657"),
            _("문자 발송 설정이 잘못되었습니다. 관리자에게 알려 주십시오."),
        ),
    }
    if message.last_error in known:
        return known[message.last_error]
    by_state: dict[MessageState, str] = {
        S.EXPIRED: known["too_late"],
        S.NEEDS_PERSON: known["lease_over"],
        S.UNDELIVERED: _("통신사가 전달하지 못했습니다."),
        S.FAILED: _("통신사가 받지 않았습니다."),
        S.SUPPRESSED: known["21610"],
        S.PENDING: _("아직 보내지 못하고 기다리고 있습니다. 급하면 전화로 알려 주십시오."),
        S.SENDING: _("보내는 중에 멈추었습니다. 급하면 전화로 알려 주십시오."),
        S.UNKNOWN: _("보냈는지 확인하고 있습니다. 급하면 전화로 알려 주십시오."),
        S.ACCEPTED: _("통신사가 받았지만 도착했다는 소식이 없습니다. 급하면 전화로 알려 주십시오."),
        S.SENT: _("통신사가 보냈지만 도착했다는 소식이 없습니다. 급하면 전화로 알려 주십시오."),
    }
    return by_state.get(message.state, "")


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
    return spoken.without_keys(homes.fill(message.body.replace(LINK, "")))


def _text(message: Message, pressed: str = "") -> Text:
    before, _mark, after = homes.fill(message.body).partition(LINK)
    link = links.url(message.link) if message.link else ""
    why = reason(message) if message.state is not S.PENDING else ""
    rings = message.channel is Channel.VOICE
    keys = _keys(message) if rings else ()
    at, state = message.due_at, message.state
    return Text(message.id, before, link, after, at, state, why, rings, message.attempt, keys, pressed)


def _keys(message: Message) -> list[tuple[str, str]]:
    asks = message.kind is MessageKind.MEMBER_OFFER
    if reach.keys_of(message) == "10":
        return [("1", _("알겠습니다")), ("0", _("사람과 통화"))]
    yes, no = (_("맡겠습니다"), _("못 갑니다")) if asks else (_("좋습니다"), _("다른 때"))
    return [("1", yes), ("2", no), ("0", _("사람과 통화"))]
