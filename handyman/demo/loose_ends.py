"""What a coordinator finds on the work list of the first morning: each kind of loose end once or twice."""

from collections.abc import Sequence
from datetime import date, timedelta

from handyman.demo.calls import Call, Piece, make_piece
from handyman.demo.days import Planned
from handyman.demo.rows import Office, Story, declined, skilled
from handyman.dispatch.problem import Point
from handyman.models import (
    Actor,
    ActorKind,
    Address,
    AssignmentState,
    CancelReason,
    Grade,
    ItemState,
    Offer,
    OfferState,
    RequestState,
    Resident,
    Visit,
)

KEPT_BACK = 2  # the last residents live where no visit can be planned yet
NOWHERE = Point(0.0, 0.0)


def lose_addresses(residents: Sequence[Resident]) -> None:
    """One address that nobody finds, one of which only the dong is known."""
    lost, vague = (resident.household.address for resident in residents[-KEPT_BACK:])
    _forget(lost, "사당동 시장 뒤 파란 대문집")
    lost.lat = lost.lon = lost.error_m = lost.located_at = None
    lost.grade, lost.beopjeong_dong, lost.haengjeong_dong = Grade.NONE, "", ""
    _forget(vague, f"{vague.beopjeong_dong} (번지 모름)")
    vague.grade, vague.error_m = Grade.DONG, 900


def _forget(address: Address, said: str) -> None:
    address.said = address.label = said
    address.place_key = address.road_name = address.building_number = address.jibun = ""
    address.building_name = address.unit = ""


def pick_unanswered(planned: Sequence[Planned], today: date) -> list[Planned]:
    """Coming visits for one person: the first finds nobody, two have just been offered."""
    coming = [
        each
        for each in planned
        if (each.day - today).days >= 3 and len(each.team) == 1 and len(each.call.visits) == 1
    ]
    return coming[:3]


def calls_without_visits(residents: Sequence[Resident], office: Office) -> list[Call]:
    """Waiting for a window, not located, called off, not ours to do."""
    last = len(residents) - 1
    codes = ("lamp", "screen", "antislip", "lamp", "lamp", "handrail")
    places = (3, 17, 31, last, last - 1, 45)
    calls = [
        Call(place, NOWHERE, [make_piece(code, office.chance)])
        for place, code in zip(places, codes, strict=True)
    ]
    return [*calls, Call(59, NOWHERE, [Piece("wiring", 1, {}, 1)])]


def settle(stories: Sequence[Story], office: Office) -> None:
    """The calls without visits: one was called off, one is referred, the others wait."""
    by = Actor(ActorKind.USER, office.operator.id)
    for story in stories:
        codes = {piece.code for piece in story.call.pieces}
        if story.call.visits:
            continue
        if "wiring" in codes:
            _close(story, ItemState.REFERRED, RequestState.REFERRED, by, office, "refer_out")
        elif "handrail" in codes:
            story.request.cancel_reason = CancelReason.REPAIRED_ALREADY
            _close(story, ItemState.CANCELLED, RequestState.CANCELLED, by, office, "repaired_already")


def _close(
    story: Story, item_state: ItemState, state: RequestState, by: Actor, office: Office, why: str
) -> None:
    at = min(story.request.logged_at + timedelta(minutes=3), office.now)
    for item in story.items.values():
        item.move_to(item_state, by, at, why=why)
    story.request.move_to(state, by, at, why=why)
    story.request.closed_at = at


def find_nobody(visit: Visit, office: Office) -> None:
    """Everybody who could was asked and said no, or nothing: the place is open."""
    (assignment,) = visit.assignments
    codes = {item.request_item.service_item for item in visit.items}
    needed = frozenset(skill.code for item in codes for skill in item.skills)
    asked = skilled(office.members.values(), needed)[:3]
    at = visit.booked_at
    offers: list[Offer] = []
    for rank, member in enumerate(asked, start=1):
        until = at + timedelta(minutes=30)
        offer = declined(member, at, until, rank, office.chance)
        if rank == 2:
            offer.state, offer.decline_reason, offer.answered_at = OfferState.EXPIRED, None, until
        offers.append(offer)
        at = offer.answered_at or until
    assignment.offers = offers
    assignment.member = None
    assignment.state = AssignmentState.OPEN
