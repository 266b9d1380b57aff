"""What asked a member to take a job, or told them where it went: of which offer, and does it count still?"""

from collections.abc import Iterable
from datetime import datetime

from handyman.messages import crew, trouble
from handyman.messages.keys import free_key
from handyman.messages.rows import LEFT, member, of_visit
from handyman.models import ENDED, Assignment, AssignmentState, Heard, Member, Message, MessageKind, Offer

ASKED = (MessageKind.MEMBER_OFFER, MessageKind.MEMBER_MOVED)


def of_offer(offer: Offer) -> list[Message]:
    texts_to_them = of_visit(offer.assignment.visit, ASKED, member(offer.member))
    return [each for each in texts_to_them if each.dedupe_key.startswith(f"offer:{offer.id}:")]


def newer(told_to_stay: Iterable[Message], rows: Iterable[Message]) -> list[Message]:
    """What asked them after they had last heard that they need not go."""
    last = max((each.id for each in told_to_stay), default=0)
    return [each for each in rows if each.kind in ASKED and each.id > last]


def give_to(offer: Offer, message: Message) -> None:
    """What asked of an offer that was withdrawn by mistake asks of the one in its place."""
    word, _colon, rest = message.dedupe_key.partition(":")
    old, _colon, about = rest.partition(":")
    if word == "offer" and old != str(offer.id):
        message.dedupe_key = free_key(f"offer:{offer.id}:{about}")


def leaves_without_link(message: Message) -> bool:
    """Whether somebody goes to a job whose link this text would have brought, and no other does."""
    return _who_lacks_link(message) is not None


def link_after(message: Message, now: datetime) -> None:
    """They were told by a person what this text says: where they go, its link comes by another one."""
    who = _who_lacks_link(message)
    if who is not None and message.visit is not None and not trouble.why_not(who.phone, now):
        crew.give_link(message.visit, who, now)


def _who_lacks_link(message: Message) -> Member | None:
    visit = message.visit
    if visit is None or message.kind not in ASKED or message.link_id is None or visit.state in ENDED:
        return None
    who = next((each.member for each in visit.assignments if _goes(each, message.recipient_id)), None)
    if who is None or not who.smartphone or crew.bring_link(who, of_visit(visit, ASKED, member(who))):
        return None
    return who


def _goes(place: Assignment, member_id: int | None) -> bool:
    return place.member_id == member_id and place.state is AssignmentState.ACCEPTED


def note_read(offer: Offer) -> None:
    """They have answered by one of these: whoever did that has the link in hand."""
    for each in of_offer(offer):
        if each.state in LEFT:
            each.heard = Heard.ANSWERED
