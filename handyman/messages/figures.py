"""How sending goes, in figures: for the page that a person reads, and for a monitor."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select, text

from handyman.extensions import db, rows
from handyman.models import (
    OF_ANY_STATE,
    Attempt,
    GatewayState,
    Heartbeat,
    Message,
    MessageState,
    oldest_due,
    texts_to_pass_on,
)
from handyman.reasons import reason, set_right

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ACCEPTED = "accepted"
S = MessageState
WELL = (S.DELIVERED, S.CANCELED)
MISSED = frozenset({S.UNDELIVERED, S.FAILED, S.SUPPRESSED, S.EXPIRED, S.NEEDS_PERSON})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A provider that refuses our account."""

    provider: str
    since: datetime
    code: str

    @property
    def set_right(self) -> str:
        return set_right(self.code)


@dataclass(frozen=True, slots=True)
class Figures:
    """As they stand at one moment: seconds, texts due in the last day, tries of the last hour."""

    oldest_due: float  # how long the oldest text has been due that has not left; 0 when none is
    to_pass_on: int  # a person's work
    states: Mapping[MessageState, int]
    seen_to: Mapping[MessageState, int]  # of these, what did not arrive and is nobody's work any more
    missed: Sequence[
        tuple[str, MessageState, int, int]
    ]  # by code and state, most first; and how many seen to
    tries_in_hour: int
    accepted_in_hour: int
    errors: Sequence[tuple[str, int]]  # by the provider's code, most first
    workers: Sequence[tuple[str, float]]  # seconds since each last ticked
    refused: Sequence[Refusal]


def measure(now: datetime) -> Figures:
    """Eight short queries."""
    oldest = db.session.scalar(oldest_due(now))
    ends = rows(
        select(
            Message.state,
            Message.last_error,
            func.count().label("many"),
            func.count(Message.told_at).label("seen_to"),
        )
        .where(Message.due_at.between(now - DAY, now), text(OF_ANY_STATE))
        .group_by(Message.state, Message.last_error)
        .order_by(func.count().desc(), Message.last_error)
    ).all()
    states, seen_to = Counter[MessageState](), Counter[MessageState]()
    for row in ends:
        states[row.state] += row.many
        seen_to[row.state] += 0 if row.state in WELL else row.seen_to
    tries = select(func.count()).where(Attempt.started_at > now - HOUR)
    errors = (
        select(Attempt.error_code, func.count().label("many"))
        .where(Attempt.started_at > now - DAY, Attempt.error_code != "")
        .group_by(Attempt.error_code)
        .order_by(func.count().desc(), Attempt.error_code)
    )
    beats = rows(select(Heartbeat.worker, Heartbeat.at).order_by(Heartbeat.worker))
    refused = select(GatewayState).where(GatewayState.refused_since.is_not(None))
    return Figures(
        oldest_due=0.0 if oldest is None else (now - oldest).total_seconds(),
        to_pass_on=db.session.scalar(select(func.count()).select_from(texts_to_pass_on(now).subquery())) or 0,
        states=states,
        seen_to=seen_to,
        missed=[(row.last_error, row.state, row.many, row.seen_to) for row in ends if row.state in MISSED],
        tries_in_hour=db.session.scalar(tries) or 0,
        accepted_in_hour=db.session.scalar(tries.where(Attempt.outcome == ACCEPTED)) or 0,
        errors=[(row[0], row[1]) for row in rows(errors)],
        workers=[(row.worker, max((now - row.at).total_seconds(), 0.0)) for row in beats],
        refused=[
            Refusal(each.provider, each.refused_since, each.code)
            for each in db.session.scalars(refused)
            if each.refused_since is not None
        ],
    )


class TextCollector(Collector):
    """The same figures in the words of Prometheus."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        found = self._figures
        yield _one("oldest_due_seconds", "How long the oldest text that is due waits.", found.oldest_due)
        yield _one("to_pass_on", "Texts that a person has to pass on.", found.to_pass_on)
        yield _one("tries_in_hour", "Tries in the last hour.", found.tries_in_hour)
        yield _one("accepted_in_hour", "Texts the provider took in the last hour.", found.accepted_in_hour)
        states = {state.value: found.states.get(state, 0) for state in MessageState}
        yield _many("texts_of_day", "Texts due in the last day, by state.", "state", states.items())
        seen_to = {state.value: many for state, many in found.seen_to.items()}
        yield _many("seen_to_of_day", "Of these, what is no work any more.", "state", seen_to.items())
        missed: Counter[str] = Counter()
        for code, state, many, _seen_to in found.missed:
            missed[code or state.value] += many
        yield _many("missed_of_day", "Texts due in the last day that did not arrive.", "code", missed.items())
        yield _many("errors_of_day", "Tries of the last day that ended so.", "code", found.errors)
        yield _many("worker_seconds", "Since each worker last ticked.", "worker", found.workers)
        refused = [(each.provider, 1) for each in found.refused]
        yield _many("provider_refuses", "Providers that refuse our account.", "provider", refused)


def words(figures: Figures) -> list[tuple[str, int, int]]:
    """Why texts of the last day did not arrive, as people say it, most first; and how many are seen to."""
    said, done = Counter[str](), Counter[str]()
    for code, state, many, seen_to in figures.missed:
        said[reason(code, state)] += many
        done[reason(code, state)] += seen_to
    return [(why, many, done[why]) for why, many in said.most_common()]


def ends(figures: Figures) -> list[tuple[MessageState, int, int]]:
    """How texts of the last day stand, most first, and how many are seen to.

    Of what was taken or sent on no more is known.
    """
    counted, done = Counter(figures.states), Counter(figures.seen_to)
    for each in (counted, done):
        each[S.ACCEPTED] += each.pop(S.SENT, 0)
    return [(state, many, done[state]) for state, many in (+counted).most_common()]


def registry(figures: Figures) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(TextCollector(figures))
    return made


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"handyman_{name}", words, value=value)


def _many(name: str, words: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(f"handyman_{name}", words, labels=[label])
    for value, number in values:
        family.add_metric([value], number)
    return family
