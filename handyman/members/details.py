"""A member as values: what the form gives and the roster stores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from handyman.models import PhoneKind, TextLanguage, TravelMode


@dataclass(frozen=True, slots=True)
class Home:
    """Where a member sets out from; a rough one is only the middle of a road or a dong."""

    label: str
    lat: float
    lon: float
    rough: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A number in its normal form, and what line it is."""

    number: str
    kind: PhoneKind


@dataclass(frozen=True, slots=True)
class HomeFinding:
    """The home that was found, or what stands in the way: several such places, or another district."""

    home: Home | None = None
    choices: tuple[str, ...] = ()
    elsewhere: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """A span of a weekday (Monday is 0), minutes after midnight."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Details:
    """All that the office writes down about a member. Times in minutes; None is without a limit."""

    name: str
    phone: Line
    home: Home
    travel_mode: TravelMode
    joined_on: date
    active: bool = True
    smartphone: bool = True  # else rung, where others get a text with a link
    language: TextLanguage = TextLanguage.KO  # of texts to them
    skills: Mapping[int, date | None] = field(default_factory=dict)  # skill id: valid until
    shifts: tuple[Shift, ...] = ()
    daily_cap: int | None = None
    monthly_cap: int | None = None
    wished: int | None = None
    start: Home | None = None  # where a working day begins, if not at home
    end: Home | None = None
    insured_until: date | None = None
    pause: tuple[int, int] | None = None  # every working day from this minute to that
