"""Which windows to offer while the caller waits."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from handyman.board import wording
from handyman.board.calendar import working_days
from handyman.board.horizon import view
from handyman.board.needs import Need, earliest_minute, job_of_need
from handyman.board.refusals import ChoiceError
from handyman.dispatch.problem import MemberDay, ReasonCode, Role, Span
from handyman.dispatch.windows import Offer
from handyman.extensions import settings
from handyman.models import Order, Suits
from handyman.words import at_minute, seoul_day

NOON = 12 * 60
KEY = re.compile(r"(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})-(\d{2})(\d{2})(-e)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choice:
    """A window of a day, as a form field carries it."""

    day: date
    start: int
    end: int
    ejects: bool = field(default=False, compare=False)  # offered on condition that a visit changes its member

    @property
    def key(self) -> str:
        key = f"{self.day:%Y%m%d}-{_clock(self.start)}-{_clock(self.end)}"
        return f"{key}-e" if self.ejects else key

    @classmethod
    def parse(cls, key: str) -> "Choice":
        """Back from a form field, or ChoiceError."""
        match = KEY.fullmatch(key.strip())
        if match is None:
            raise ChoiceError(key)
        year, month, day, h1, m1, h2, m2 = map(int, match.groups()[:7])
        try:
            choice = cls(date(year, month, day), h1 * 60 + m1, h2 * 60 + m2, ejects=match[8] is not None)
        except ValueError as error:
            raise ChoiceError(key) from error
        if not 0 <= choice.start < choice.end <= 24 * 60 or max(m1, m2) > 59:
            raise ChoiceError(key)
        return choice

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def window_start(self) -> datetime:
        return at_minute(self.day, self.start)

    @property
    def window_end(self) -> datetime:
        return at_minute(self.day, self.end)


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """Who would come, and why."""

    member_id: int
    name: str
    role: Role
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A window that can be promised now."""

    day: date
    window_start: datetime
    window_end: datetime
    start: datetime
    team: tuple[TeamPlace, ...]
    reasons: list[str]
    key: str
    slack: int  # minutes by which the start may slip before a promise is in danger

    @property
    def team_ids(self) -> tuple[int, ...]:
        return tuple(place.member_id for place in self.team)


def propose(
    need: Need,
    now: datetime,
    limit: int = 6,
    not_before: date | None = None,
    suits: Suits = Suits.ANY,
    order: Order = Order.BEST,
    *,
    only: bool = False,
    key: str = "",
) -> list[Proposal]:
    """The windows in which a whole team can come with every promise kept, in the order asked for.

    A window that has begun is not offered: nobody could say yes and still be there in good time.
    `only`: on the first day alone. `key`: of the form that asks; what is kept for it is free for it.
    """
    today = seoul_day(now)
    first = max(today, not_before or today)
    days = working_days(first, 0 if only else settings().booking_days) if first <= last_day(now) else []
    if not days:
        return []
    horizon, names = view(days, key)
    spans = suiting_spans(suits)
    job = job_of_need(need)
    offers = horizon.windows(
        job,
        *open_spans(days, spans, now),
        limit=limit if order is Order.BEST else len(days) * len(spans),
    )
    if order is Order.SOONEST:
        offers = sorted(offers, key=lambda offer: (offer.day, offer.window.start))
    elif order is Order.SAME_MEMBER:
        offers = [offer for offer in offers if _members(offer) & job.earlier_member_ids]
    return [worded(told(offer, today, only=only), names) for offer in offers[:limit]]


def free_choices(
    need: Need, now: datetime, not_before: date | None = None, suits: Suits = Suits.ANY
) -> list[Choice]:
    """Every window that could be promised, the best first: quick, for it says not who would come, nor why."""
    first = max(seoul_day(now), not_before or seoul_day(now))
    days = working_days(first, settings().booking_days) if first <= last_day(now) else []
    if not days:
        return []
    horizon, _names = view(days)
    found = horizon.free(job_of_need(need), *open_spans(days, suiting_spans(suits), now))
    return [Choice(each.day, each.window.start, each.window.end, each.ejects) for each in found]


def none_soon(need: Need, found: Sequence[Proposal], now: datetime, suits: Suits) -> int:
    """The days within which nothing is free; 0 where something is, or nothing was found at all."""
    days = settings().visit_within_days
    soon = seoul_day(now) + timedelta(days=days)
    if not found or any(each.day <= soon for each in found):
        return 0
    return 0 if any(each.day <= soon for each in free_choices(need, now, suits=suits)) else days


def too_long_for(need: Need, now: datetime) -> int:
    """The most minutes that anybody who may do the work works at one go; 0 where the work takes no longer.

    Neither other visits count, nor days off: what takes longer than this never fits.
    """
    days = working_days(seoul_day(now), settings().booking_days)
    if not days:
        return 0
    horizon, _names = view(days)
    able = [each for day in days for each in horizon.day(day) if need.skills <= each.skills]
    most = max((_longest(each, need.service_minutes) for each in able), default=0)
    return most if most < need.service_minutes else 0


def _longest(day: MemberDay, minutes: int) -> int:
    """At the pace for which work is planned."""
    longest = max((shift.end - shift.start for shift in day.shifts), default=0)
    own = longest if day.daily_cap is None else min(longest, day.daily_cap)
    return own * minutes // day.minutes(minutes)


def open_spans(
    days: Sequence[date], spans: Sequence[Span], now: datetime
) -> tuple[dict[date, list[Span]], dict[date, int]]:
    """The windows that have not begun, and before which minute of each day nobody sets out."""
    return (
        {day: [span for span in spans if at_minute(day, span.start) >= now] for day in days},
        {day: earliest_minute(at_minute(day, 0), now) for day in days},
    )


def _members(offer: Offer) -> frozenset[int]:
    return frozenset(member.member_id for member in offer.team)


def told(offer: Offer, today: date, *, only: bool = False) -> Offer:
    """Dispatch counts days from the first one that was asked about; people count them from today.

    Where one day alone was asked for, all are of the soonest: that tells none from another.
    """
    days = {"days": (offer.day - today).days}
    left = (one for one in offer.reasons if not (only and one.code is ReasonCode.SOONEST))
    reasons = (replace(one, params=days) if one.code is ReasonCode.SOONEST else one for one in left)
    return replace(offer, reasons=tuple(reasons))


def suiting_spans(suits: Suits) -> list[Span]:
    """A morning is over by noon; one that lies across noon is neither."""
    spans = [Span(span.start, span.end) for span in settings().promise_windows]
    if suits is Suits.MORNING:
        return [span for span in spans if span.end <= NOON]
    if suits is Suits.AFTERNOON:
        return [span for span in spans if span.start >= NOON]
    return spans


def may_be_chosen(choice: Choice, now: datetime, spans: Sequence[Span] | Collection[Span]) -> bool:
    """Whether the office offers such a window at all, whoever is free."""
    today = seoul_day(now)
    reach = 2 * settings().booking_days
    return (
        now <= choice.window_start
        and choice.day <= today + timedelta(days=reach)
        and choice.span in spans
        and bool(working_days(choice.day, 0))
    )


def last_day(now: datetime) -> date:
    """The last day from which on windows may be looked for."""
    return seoul_day(now) + timedelta(days=settings().booking_days)


def worded(offer: Offer, names: Mapping[int, str]) -> Proposal:
    """As a page shows it."""
    return Proposal(
        day=offer.day,
        window_start=at_minute(offer.day, offer.window.start),
        window_end=at_minute(offer.day, offer.window.end),
        start=at_minute(offer.day, offer.start),
        team=tuple(
            TeamPlace(
                member.member_id,
                names[member.member_id],
                member.role,
                tuple(wording.sentences(member.reasons)),
            )
            for member in offer.team
        ),
        reasons=wording.sentences(offer.reasons),
        key=Choice(offer.day, offer.window.start, offer.window.end, offer.ejection is not None).key,
        slack=offer.slack,
    )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}{minute % 60:02d}"
