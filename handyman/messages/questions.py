"""What asked a member to take a job, or told them where it went: of which offer, and does it count still?"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from handyman import astray
from handyman.extensions import db
from handyman.messages import crew, trouble
from handyman.messages.errors import Action, action_of
from handyman.messages.hours import is_night, next_allowed
from handyman.messages.keys import free_key
from handyman.messages.moments import stamped, start_of_window
from handyman.messages.rows import HELD_BACK, LEFT, member, of_visit
from handyman.messages.templates import Text
from handyman.models import (
    ENDED,
    MOVED,
    SYSTEM,
    Assignment,
    AssignmentState,
    AuditEntry,
    Heard,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    RecipientKind,
    Visit,
)
from handyman.reasons import STRANGER_AGREED

MORE = "more"
ASKED = (MessageKind.MEMBER_OFFER, MessageKind.MEMBER_MOVED)


def is_more_to_do(message: Message) -> bool:
    """Whether it asks once more, for there is more to do."""
    return message.dedupe_key.startswith("offer:") and f":{MORE}:" in message.dedupe_key


def of_offer(offer: Offer) -> list[Message]:
    texts_to_them = of_visit(offer.assignment.visit, ASKED, member(offer.member))
    return [each for each in texts_to_them if each.dedupe_key.startswith(f"offer:{offer.id}:")]


def newer(told_to_stay: Iterable[Message], rows: Iterable[Message]) -> list[Message]:
    """What asked them after they had last heard that they need not go."""
    last = max((each.id for each in told_to_stay), default=0)
    return [each for each in rows if each.kind in ASKED and each.id > last]


def give_to(offer: Offer, message: Message, instead_of: int) -> None:
    """What asked of an offer that was withdrawn by mistake asks of the one in its place."""
    old = f"offer:{instead_of}:"
    if instead_of != offer.id and message.kind in ASKED and message.dedupe_key.startswith(old):
        about = message.dedupe_key.removeprefix(old).partition("#")[0]
        message.dedupe_key = free_key(f"offer:{offer.id}:{about}")


def believed(offer: Offer, told: Sequence[Message], to_stay: Sequence[Message]) -> datetime | None:
    """The window in which they believe that they come, by its start; None where they know of none.

    `told` is what has asked them, or told them of it, since they were `to_stay`. What they said yes to counts
    where that came after it, though the text of it never left.
    """
    visit = offer.assignment.visit
    answered_at = _agreed_at(visit.id, offer.member_id)
    if answered_at is not None and all(each.created_at <= answered_at for each in (*told, *to_stay)):
        return _promised_at(visit, answered_at)
    return stamped(told[-1].dedupe_key) if told else None


def knew_of(visit: Visit, member_id: int, rows: Iterable[Message]) -> bool:
    """Whether they have heard of the job, by the telephone that is theirs or by saying yes."""
    asked = [each for each in rows if each.kind in ASKED]
    return bool(crew.known_there(asked)) or _agreed_at(visit.id, member_id) is not None


def _agreed_at(visit_id: int, member_id: int) -> datetime | None:
    """When they last said yes to a place of the visit, unless they have said no since."""
    answers = (
        select(AuditEntry.moved_to, AuditEntry.at)
        .join(Offer, Offer.id == AuditEntry.entity_id)
        .join(Assignment, Assignment.id == Offer.assignment_id)
        .where(AuditEntry.entity == Offer.__tablename__, Offer.member_id == member_id)
        .where(Assignment.visit_id == visit_id)
        .where(AuditEntry.moved_to.in_((OfferState.ACCEPTED, OfferState.DECLINED)))
        .order_by(AuditEntry.id.desc())
    )
    last = db.session.execute(answers.limit(1)).one_or_none()
    return last.at if last is not None and last.moved_to == OfferState.ACCEPTED else None


def _promised_at(visit: Visit, at: datetime) -> datetime:
    """The start of the window that was promised then."""
    since = (
        select(AuditEntry.moved_from)
        .where(AuditEntry.entity == Visit.__tablename__, AuditEntry.entity_id == visit.id)
        .where(AuditEntry.moved_to == MOVED, AuditEntry.at > at)
        .order_by(AuditEntry.id)
    )
    before = db.session.scalar(since.limit(1))
    return start_of_window(before) if before else visit.window_start


def stranger_agreed(place: Assignment) -> bool:
    """Whether a key was pressed for it where somebody else is, and they have heard nothing of it since.

    Who opens links says by theirs that they do not go.
    """
    to = place.member
    if to is None or to.smartphone or place.state is not AssignmentState.ACCEPTED:
        return False
    asked = [each for offer in place.offers if offer.state is OfferState.ACCEPTED for each in of_offer(offer)]
    elsewhere = [each.id for each in asked if each.heard is Heard.ANSWERED and astray.went_astray(each)]
    since = [
        each for each in of_visit(place.visit, ASKED, member(to)) if elsewhere and each.id > max(elsewhere)
    ]
    return bool(elsewhere) and not any(each.was_heard and not astray.went_astray(each) for each in since)


def let_a_person_ask(call: Message | None, now: datetime) -> None:
    """They go as far as the board knows, and may never have been asked."""
    if call is None:
        return
    call.last_error, call.due_at = STRANGER_AGREED, min(now + HELD_BACK, call.not_after - HELD_BACK)
    if call.state is MessageState.PENDING:
        call.move_to(MessageState.NEEDS_PERSON, SYSTEM, now, why=STRANGER_AGREED)


def asks_whether_they_go(message: Message) -> bool:
    """Whether it waits for a person who asks."""
    open_still = message.state is MessageState.NEEDS_PERSON and message.told_at is None
    return open_still and message.last_error == STRANGER_AGREED


def tell_what_changed(
    place: Assignment, key: str, words: tuple[Text, str], span: tuple[datetime, datetime], now: datetime
) -> None:
    """To whoever goes: by a person, where it was somebody else who has said that they do."""
    if place.member is not None:
        asks = stranger_agreed(place)
        call = crew.tell(place.member, place.visit, MessageKind.MEMBER_MOVED, key, words, span, now)
        if asks:
            let_a_person_ask(call, now)


def leaves_without_link(message: Message) -> bool:
    """Whether somebody goes to a job whose link this text would have brought, and no other does."""
    return _who_lacks_link(message) is not None


def link_after(message: Message, now: datetime) -> None:
    """They were told by a person what this text says: where they go, its link comes by another one, once.

    Not where no text gets through: whoever was told of that one as well has been told.
    """
    never_left = message.state is MessageState.CANCELED
    if (crew.is_for_link(message) and not never_left) or action_of(message.last_error) is Action.BLOCKED:
        return
    visit, who = message.visit, _who_lacks_link(message)
    if visit is None or who is None or trouble.why_not(who.phone, now):
        return
    if not is_night(MessageKind.MEMBER_OFFER, next_allowed(now, visit.start)):
        crew.give_link(visit, who, now)


def links_again(to: Member, now: datetime) -> None:
    """They have another number, and what brought their links went to the one before."""
    goes = (
        select(Visit)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(Assignment.member_id == to.id, Assignment.state == AssignmentState.ACCEPTED)
        .where(Visit.state.not_in(ENDED), Visit.window_end > now)
        .order_by(Visit.id)
    )
    for visit in db.session.scalars(goes).all():
        if _lacks_link(to, visit):
            crew.give_link(visit, to, now)


def _who_lacks_link(message: Message) -> Member | None:
    visit = message.visit
    if visit is None or message.kind not in ASKED or message.link_id is None or visit.state in ENDED:
        return None
    who = next((each.member for each in visit.assignments if _goes(each, message.recipient_id)), None)
    return who if who is not None and _lacks_link(who, visit) else None


def _lacks_link(who: Member, visit: Visit) -> bool:
    if not who.smartphone:
        return False
    theirs = select(Message).where(
        Message.visit_id == visit.id,
        Message.kind.in_(ASKED),
        Message.recipient_kind == RecipientKind.MEMBER,
        Message.recipient_id == who.id,
    )
    return not crew.bring_link(who, db.session.scalars(theirs).all())


def _goes(place: Assignment, member_id: int | None) -> bool:
    return place.member_id == member_id and place.state is AssignmentState.ACCEPTED


def note_read(offer: Offer, *, unseen: bool) -> None:
    """They have answered by one of these: whoever did that has the link in hand.

    `unseen`: by a text or a key, so of what is under way no more is known to be read than the first of it,
    and nothing where they had heard of another before.
    """
    rows = of_visit(offer.assignment.visit, ASKED, member(offer.member))
    under_way = [each for each in of_offer(offer) if each.state in LEFT]
    if unseen:
        heard_before = any(each.was_heard for each in rows if each not in under_way)
        under_way = [] if heard_before else under_way[:1]
    for each in under_way:
        each.heard = Heard.ANSWERED
