"""What the table says of an address, and what others say when they are asked: one answer, and a second."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from handyman.geocode.asking.asked import VAGUE, Question, question, unit_of
from handyman.geocode.asking.panel import Circle
from handyman.geocode.asking.providers.answer import Answer
from handyman.geocode.asking.weighing import as_located, fitting
from handyman.geocode.gazetteer import Gazetteer, current
from handyman.geocode.ground import metres
from handyman.geocode.locate import locate
from handyman.geocode.located import Finding, Grade, Located, Problem

if TYPE_CHECKING:
    from handyman.config import Settings

APART_M = 100  # nearer than this, two answers mean one door
ONE_CALL = timedelta(minutes=10)
MOST_MOMENTS = 200
SEOUL = ZoneInfo("Asia/Seoul")


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """Another's point for the same words, for the operator to choose or to leave."""

    source: str  # kakao
    label: str
    lat: float
    lon: float
    apart_m: int  # from the finding's best; 0 where the finding has no point of its own
    storable: bool  # whether the other allows that it is kept: if not, it is shown and forgotten
    asked_on: date
    grade: Grade  # what their point is worth, and how far it may be off
    error_m: int


@dataclass(frozen=True, slots=True)
class Consultation:
    """The answer to go on with, whose it is, and who disagrees."""

    finding: Finding
    source: str = "embedded"
    second: SecondOpinion | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What one other said, and when; no answers: it knows of no such place."""

    answers: tuple[Answer, ...]
    at: datetime


class Memory(Protocol):
    """Where answers are kept that may be kept. Both calls leave no transaction open."""

    def recall(self, names: Sequence[str], text: str, now: datetime) -> Mapping[str, Heard]:
        """What was heard before and still counts."""

    def keep(self, heard: Mapping[str, Heard], text: str) -> None:
        """Never fails: an answer that cannot be kept is asked for again."""


class _NoMemory:
    def recall(self, names: Sequence[str], text: str, now: datetime) -> Mapping[str, Heard]:
        return {}

    def keep(self, heard: Mapping[str, Heard], text: str) -> None:
        return


class Moment:
    """What was heard in the call that is being taken: while the form is filled in, nobody is asked twice.

    It is kept in no file, and only of those whose answer may stand in the form.
    """

    def __init__(self) -> None:
        self._heard: OrderedDict[tuple[str, str], Heard] = OrderedDict()
        self._lock = Lock()

    def recall(self, names: Iterable[str], text: str, now: datetime) -> dict[str, Heard]:
        """What they said of it within the last minutes."""
        with self._lock:
            found = {name: self._heard.get((name, text)) for name in names}
        return {name: heard for name, heard in found.items() if heard and now - heard.at < ONE_CALL}

    def keep(self, heard: Mapping[str, Heard], text: str) -> None:
        """Answers alone: who knew nothing may be asked again."""
        with self._lock:
            self._heard.update({(name, text): said for name, said in heard.items() if said.answers})
            while len(self._heard) > MOST_MOMENTS:
                self._heard.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Panel:
    """Who is asked besides the table; built once from the settings."""

    circle: Circle = field(default_factory=lambda: Circle(()))
    memory: Memory = field(default_factory=_NoMemory)
    moment: Moment = field(default_factory=Moment)

    def storable(self, name: str) -> bool:
        """Whether an answer of this one may go into the file."""
        return any(each.name == name and each.storable for each in self.circle.colleagues)

    def cached(self, names: Iterable[str]) -> list[str]:
        """Those of them whose answers may be kept and told again."""
        allowed = {each.name for each in self.circle.colleagues if each.cached}
        return [name for name in names if name in allowed]


NOBODY = Panel()


@lru_cache(maxsize=8)
def panel_of(office: "Settings") -> Panel:
    """The panel of an office; always the same one, for it remembers who is in trouble."""
    if set(office.geocoders) <= {"embedded"}:
        return NOBODY
    from handyman.geocode.asking.remembered import Remembered
    from handyman.geocode.gateways import circle  # geopy is slow to load, and most offices never need it

    return Panel(circle(office), Remembered(office.geocoder_cache_days))


def consult(text: str, geocoders: Panel, now: datetime | None = None) -> Consultation:
    """The table at once; others within a second. Never raises; must not be called inside a transaction."""
    table = current()
    finding = locate(text, table)
    if not geocoders.circle.colleagues or finding.problem in (Problem.OTHER_DISTRICT, Problem.AMBIGUOUS):
        return Consultation(finding)
    asked = question(text, finding, table)
    if asked is None:
        return Consultation(finding)
    heard = _hear(asked, geocoders, now or datetime.now(UTC), table)
    unit = unit_of(text, finding)
    said = {
        each.name: [as_located(answer, asked, unit, table) for answer in heard[each.name].answers]
        for each in geocoders.circle.colleagues
        if each.name in heard
    }
    first, source = _first(finding, said, geocoders)
    return Consultation(first, source, _second(first, source, said, heard, geocoders))


def _hear(asked: Question, panel: Panel, now: datetime, table: Gazetteer) -> dict[str, Heard]:
    """What is remembered, and for the rest what they say now."""
    names = [each.name for each in panel.circle.colleagues]
    held = [name for name in names if panel.storable(name)]
    before = {
        **panel.moment.recall(held, asked.text, now),
        **panel.memory.recall(panel.cached(names), asked.text, now),
    }
    told = panel.circle.ask([name for name in names if name not in before], asked.text)
    fresh = {name: Heard(tuple(fitting(answers, asked, table)), now) for name, answers in told.items()}
    panel.memory.keep({name: fresh[name] for name in panel.cached(fresh)}, asked.text)
    panel.moment.keep({name: fresh[name] for name in held if name in fresh}, asked.text)
    return {**before, **fresh}


def _first(finding: Finding, said: Mapping[str, list[Located]], panel: Panel) -> tuple[Finding, str]:
    """The table's house; else the first of those whose answer may go into the file; else what is known."""
    if _is_a_house(finding.best):
        return finding, "embedded"
    kept = {name: places for name, places in said.items() if panel.storable(name) and places}
    for name, places in kept.items():
        if all(map(_is_a_house, places)):
            return Finding(tuple(places), Problem.AMBIGUOUS if len(places) > 1 else None), name
    if not finding.candidates and kept:
        name, places = next(iter(kept.items()))
        return Finding(tuple(places[:1])), name
    return finding, "embedded"


def _second(
    first: Finding,
    source: str,
    said: Mapping[str, list[Located]],
    heard: Mapping[str, Heard],
    panel: Panel,
) -> SecondOpinion | None:
    """The first in order that knows one house, and another than we go on with."""
    if first.problem is Problem.AMBIGUOUS:
        return None
    for name, places in said.items():
        if name == source or len(places) != 1 or not _is_a_house(places[0]):
            continue
        place, apart = places[0], _apart(first.best, places[0])
        if apart > APART_M or not _is_a_house(first.best):
            label = place.label.removesuffix(f", {place.unit}")
            on = heard[name].at.astimezone(SEOUL).date()
            shown = (name, label, place.lat, place.lon, round(apart), panel.storable(name), on)
            return SecondOpinion(*shown, place.grade, place.error_m)
    return None


def _apart(best: Located | None, place: Located) -> float:
    return metres(best.lat, best.lon, place.lat, place.lon) if best else 0.0


def _is_a_house(place: Located | None) -> bool:
    return place is not None and place.grade not in VAGUE and place.grade is not Grade.PLACED
