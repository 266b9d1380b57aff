"""What happened: every row moves as it does in the office, so that each move leaves its audit entry."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handyman.demo.calls import CATALOGUE, Piece
from handyman.demo.days import Planned, Taken
from handyman.demo.rows import Office, Story
from handyman.extensions import db
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    CompletionReport,
    ItemState,
    Material,
    MaterialUse,
    OfferState,
    Outcome,
    RequestState,
    Visit,
    VisitState,
    record,
)

NOTES = ("", "", "", "어르신이 고맙다고 하십니다.", "현관등도 곧 갈아야 합니다.", "창틀이 오래되었습니다.")
TAKES = {"screen": 0.75}  # of what the catalogue plans
PACES = {"장아홉": 1.25}  # of what it takes the others
SETTING_OUT = timedelta(minutes=15)  # before the planned start
USED = {  # by item: material, and so many for each piece
    "lamp": (("led_room", 1),),
    "handrail": (("handrail", 1), ("anchor", 1)),
    "antislip": (("coating", 1),),
    "screen": (("mesh", 2), ("gasket", 5)),
}


def happen(
    stories: Sequence[Story], unanswered: set[int], materials: dict[str, Material], office: Office
) -> None:
    """Everything up to now. Nobody has answered for the visits in `unanswered` (identities of plans)."""
    for story in stories:
        record(story.request, _by(office), story.request.logged_at, moved_to=RequestState.LOGGED)
        for planned, visit in story.visits:
            _book(story, planned, visit, office)
            if id(planned) not in unanswered:
                _accept(visit, office)
                _work(story, planned, visit, materials, office)


def _by(office: Office) -> Actor:
    return Actor(ActorKind.USER, office.operator.id)


def _lead(visit: Visit) -> Actor:
    return Actor(ActorKind.MEMBER, visit.assignments[0].member_id)


def _book(story: Story, planned: Planned, visit: Visit, office: Office) -> None:
    at, by = visit.booked_at, _by(office)
    record(visit, by, at, moved_to=VisitState.BOOKED)
    for item in visit.items:
        item.request_item.move_to(ItemState.PLANNED, by, at)
    story.request.move_to(RequestState.BOOKED, by, at)


def _accept(visit: Visit, office: Office) -> None:
    last = visit.booked_at
    for assignment in visit.assignments:
        offer = assignment.offers[-1]
        wait = min(timedelta(minutes=office.chance.randint(1, 25)), offer.expires_at - offer.offered_at)
        by, at = Actor(ActorKind.MEMBER, assignment.member_id), min(offer.offered_at + wait, office.now)
        offer.move_to(OfferState.ACCEPTED, by, at)
        offer.answered_at = at
        assignment.move_to(AssignmentState.ACCEPTED, by, at)
        last = max(last, at)
    visit.move_to(VisitState.ASSIGNED, _lead(visit), last)


def _work(
    story: Story, planned: Planned, visit: Visit, materials: dict[str, Material], office: Office
) -> None:
    leave = visit.start - SETTING_OUT
    arrive = visit.start + timedelta(minutes=office.chance.randint(-2, 4))
    spent = max(10, _really(planned, visit) + office.chance.randint(-12, 12))
    finish = arrive + timedelta(minutes=8 if planned.nobody_home else spent)
    by = _lead(visit)
    if leave <= office.now:
        visit.move_to(VisitState.ON_THE_WAY, by, leave)
        visit.on_the_way_at = leave
    if arrive <= office.now:
        visit.move_to(VisitState.ARRIVED, by, arrive)
        visit.arrived_at = arrive
    if finish <= office.now:
        _finish(story, planned, visit, finish, materials, office)


def _really(planned: Planned, visit: Visit) -> int:
    """As long as the work takes in truth, so that reports have something to teach."""
    member = visit.assignments[0].member
    minutes = 0.0
    for take in planned.takes:
        item = CATALOGUE[take.piece.code]
        asked = item.base_minutes + item.minutes_per_piece * take.quantity
        minutes += asked * TAKES.get(item.code, 1.0)
    return round(minutes * (PACES.get(member.name, 1.0) if member else 1.0))


def _finish(
    story: Story,
    planned: Planned,
    visit: Visit,
    at: datetime,
    materials: dict[str, Material],
    office: Office,
) -> None:
    by, outcome = _lead(visit), _outcome(planned)
    visit.move_to(VisitState.FAILED if planned.nobody_home else VisitState.FINISHED, by, at, why=outcome)
    visit.finished_at = at
    for item, take in zip(visit.items, planned.takes, strict=True):
        done = take.quantity if take.done is None else take.done  # None: planned for today, done by now
        item.done_quantity = done
        item.request_item.done_quantity += done
        state = ItemState.OPEN if item.request_item.left else ItemState.DONE
        item.request_item.move_to(state, by, at, why="left_over" if state is ItemState.OPEN else outcome)
    left = any(row.left for row in story.items.values())
    story.request.move_to(RequestState.LOGGED if left else RequestState.DONE, by, at)
    story.request.closed_at = None if left else at
    db.session.add(_report(planned, visit, outcome, at, materials, office))


def _outcome(planned: Planned) -> Outcome:
    if planned.nobody_home:
        return Outcome.NOBODY_HOME
    short = any(take.done is not None and take.done < take.quantity for take in planned.takes)
    return Outcome.PARTLY if short else Outcome.DONE


def _report(
    planned: Planned,
    visit: Visit,
    outcome: Outcome,
    at: datetime,
    materials: dict[str, Material],
    office: Office,
) -> CompletionReport:
    uses: dict[str, int] = {}
    for take in planned.takes:
        for code, pieces in _used(take):
            uses[code] = uses.get(code, 0) + pieces
    arrived = visit.arrived_at or at
    return CompletionReport(
        visit=visit,
        member_id=visit.assignments[0].member_id,
        outcome=outcome,
        minutes=int((at - arrived).total_seconds() // 60),
        note=office.chance.choice(NOTES),
        submitted_at=at,
        materials=[
            MaterialUse(material=materials[code], quantity=quantity, unit_price=materials[code].unit_price)
            for code, quantity in uses.items()
        ],
    )


def _used(take: Taken) -> list[tuple[str, int]]:
    piece: Piece = take.piece
    done = take.quantity if take.done is None else take.done
    lamps = {"tube": "tube", "bulb": "bulb"}.get(str(piece.answers.get("shape")), "led_room")
    return [
        (lamps if code == "led_room" else code, each * done) for code, each in USED[piece.code] if each * done
    ]
