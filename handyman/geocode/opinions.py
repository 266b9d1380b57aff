"""What the table says of an address, and what others say when they are asked: one answer, and a second."""

from dataclasses import dataclass
from datetime import date

from handyman.geocode.locate import locate
from handyman.geocode.located import Finding

APART_M = 100  # nearer than this, two answers mean one door


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


@dataclass(frozen=True, slots=True)
class Consultation:
    """The answer to go on with, whose it is, and who disagrees."""

    finding: Finding
    source: str = "embedded"
    second: SecondOpinion | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Who is asked besides the table; built once from the settings."""

    names: tuple[str, ...] = ()


def consult(text: str, geocoders: Panel) -> Consultation:
    """The table at once; others within a second. Never raises."""
    return Consultation(locate(text))
