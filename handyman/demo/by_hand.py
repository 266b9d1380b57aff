"""Some visits of the demo went to somebody whom the coordinator chose past the ranking, each for a reason."""

from collections.abc import Sequence
from datetime import timedelta

from handyman.demo.rows import Office, Story, skilled
from handyman.models import (
    Actor,
    ActorKind,
    Offer,
    OfferState,
    OverrideReason,
    Visit,
    record,
)

EVERY = 19  # one of so many past visits for one person: often enough to talk about at a meeting
THOUGHT_FOR = timedelta(minutes=3)
REASONS = (
    (OverrideReason.KNOWS_HOME, "지난달에 손잡이를 단 집"),
    (OverrideReason.SHARES_HOURS, ""),
    (OverrideReason.RESIDENT_WISH, ""),
    (OverrideReason.SHARES_HOURS, "이번 달에 일이 적었음"),
    (OverrideReason.TRAINING, "도포를 배우는 중"),
    (OverrideReason.OTHER, "큰 사다리를 가진 사람"),
    (OverrideReason.MEMBER_WISH, ""),
)


def choose(stories: Sequence[Story], office: Office) -> list[Offer]:
    """The offers made by hand; whoever had been asked first is told that it is taken back."""
    alone = [
        visit
        for story in stories
        for planned, visit in story.visits
        if planned.day < office.today and len(visit.assignments) == len(visit.assignments[0].offers) == 1
    ]
    chosen = alone[::EVERY]
    return [_choose(visit, place, office) for place, visit in enumerate(chosen)]


def explain(offers: Sequence[Offer], office: Office) -> None:
    by = Actor(ActorKind.USER, office.coordinator.id)
    for offer in offers:
        why = offer.override_reason or OverrideReason.OTHER
        record(offer, by, offer.offered_at, moved_to=OfferState.OFFERED, why=why)


def _choose(visit: Visit, place: int, office: Office) -> Offer:
    (assignment,) = visit.assignments
    (offer,) = assignment.offers
    asked_at = visit.booked_at + THOUGHT_FOR
    needed = frozenset(skill.code for item in visit.items for skill in item.request_item.service_item.skills)
    others = [one for one in skilled(office.members.values(), needed) if one is not assignment.member]
    before = Offer(
        member=others[place % len(others)],
        rank=1,
        reasons=offer.reasons,
        state=OfferState.WITHDRAWN,
        offered_at=visit.booked_at,
        expires_at=offer.expires_at,
        answered_at=asked_at,
    )
    offer.by_hand, offer.rank, offer.reasons = True, 2, [["by_hand", {}]]
    offer.override_reason, offer.override_note = REASONS[place % len(REASONS)]
    offer.offered_at, offer.expires_at = asked_at, max(office.expires(asked_at, visit.start), asked_at)
    assignment.offers = [before, offer]
    return offer
