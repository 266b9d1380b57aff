"""An address as it was said becomes a place to store. Used by flow, which alone joins the two steps."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from handyman.extensions import db, now, settings
from handyman.geocode.address import read_address
from handyman.geocode.finding.answers import LOT_ERROR_M
from handyman.geocode.gazetteer import current
from handyman.geocode.ground import metres
from handyman.geocode.locate import placed
from handyman.geocode.located import Finding, Located, Problem
from handyman.geocode.located import Grade as Sureness
from handyman.geocode.opinions import Consultation, SecondOpinion, consult, panel_of
from handyman.geocode.suggest import short_form
from handyman.geocode.suggest import suggest as complete
from handyman.intake.call import Where
from handyman.members.details import Home, HomeFinding
from handyman.models import VAGUE, Grade, told_by_words
from handyman.residents import pins
from handyman.residents.pins import Kept
from handyman.residents.place import BY_HAND, TABLE, TABLE_CHOSEN, Place
from handyman.said_words import BadPin, bad_pin, flat, key_of_words, label_of_words

NAMES = ("road_name", "building_number", "beopjeong_dong", "haengjeong_dong", "jibun", "building_name")
ROUGHLY = frozenset({Sureness.ROAD, Sureness.DONG})


@dataclass(frozen=True, slots=True)
class Sighting:
    """What became of an address: the place to store, and what the operator may still choose from."""

    place: Place
    candidates: tuple[Located, ...] = ()
    problem: Problem | None = None
    detail: str = ""
    second: SecondOpinion | None = None  # somebody else's point for it, far from the table's
    kept: Kept | None = None  # the place is one that was decided on in an earlier call
    table: Located | None = None  # what stands without the operator's pin or choice
    corrected: bool = False  # a typing error was mended in reading
    back: bool = False  # the operator went back to what the table says
    bad_pin: BadPin | None = None  # why the pin that was put is not taken
    unread: str = ""  # words of the address that nothing was made of
    other_unit: str = ""  # the flat behind the address, where its own field says another

    @property
    def undecided(self) -> bool:
        """Whether two answers are far apart and nobody has said yet which is right."""
        return self.second is not None and not self.place.decided

    @property
    def apart(self) -> tuple[int, ...]:
        """How many metres each candidate lies from the first."""
        first = self.candidates[0] if self.candidates else None
        if first is None:
            return ()
        return tuple(round(metres(first.lat, first.lon, spot.lat, spot.lon)) for spot in self.candidates)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line of the address box."""

    spot: Located
    unit: str
    own: bool  # whoever is on the line lives there, or has asked for help there
    pin: str = ""  # operator:37.49,126.95, where the words name no place that the point is remembered by

    @property
    def label(self) -> str:
        """Without the flat, which has a field of its own."""
        return self.spot.label.removesuffix(f", {self.spot.unit}")


@dataclass(frozen=True, slots=True)
class _Choice:
    """The point that goes into the file, and on whose word."""

    spot: Located | None
    source: str
    decided: bool = False
    kept: Kept | None = None
    on: datetime | None = None  # since when it has been on file


def locate(where: Where) -> Sighting:
    """Find the address; what the operator chose or put on the map goes first, then an earlier choice."""
    asked = _consult(where.said)
    finding = _short_form(where.said) if asked.finding.problem is Problem.NOT_FOUND else None
    finding = finding or asked.finding
    chosen = [found for found in finding.candidates if _same_place(found.place_key, where.place_key)]
    best = chosen[0] if chosen else finding.best
    refused = finding.problem is Problem.OTHER_DISTRICT
    stored = None if refused or _is_a_house(best) else pins.on_file(where.place_key, where.said)
    best = _known(stored) or best
    parts = read_address(where.said)
    said_unit = best.unit if best and best.unit else parts.unit
    typed_unit, where = where.unit, replace(where, unit=flat(where.unit, said_unit))
    wrong = _bad_pin(where, best, refused)
    if refused or wrong:
        where = replace(where, pin=None, pin_source="")
    key = _key(where, best, finding)
    choice = _choose(where, best, asked, key, stored)
    return Sighting(
        place=_place(where, choice, best, key),
        candidates=finding.candidates,
        problem=finding.problem if choice.spot is None else None,
        detail=finding.detail,
        second=asked.second,
        kept=choice.kept,
        table=best,
        corrected=best is not None and best.corrected,
        back=where.pin_source == TABLE_CHOSEN,
        bad_pin=wrong,
        unread=parts.unread if choice.spot is not None and not choice.decided else "",
        other_unit=said_unit if typed_unit and not set(said_unit.split()) <= set(where.unit.split()) else "",
    )


def at_home(home: Any) -> Sighting | None:
    """The home that is on file, as it was found: the card of a caller must be there at once.

    `home` is a row of intake.callers.HOME. None where there is more to say of it: where somebody has decided
    on the building's place, or where others are asked for a second opinion.
    """
    if home.lat is None or home.decided or home.grade in VAGUE or not home.place_key:
        return None
    if panel_of(settings()).circle.colleagues or pins.recall(home.place_key) is not None:
        return None
    return Sighting(Place(**{each.name: getattr(home, each.name) for each in fields(Place)}))


def _bad_pin(where: Where, best: Located | None, refused: bool) -> BadPin | None:
    if where.pin is None:
        return None
    return BadPin.ELSEWHERE if refused else bad_pin(where.pin, where.said, best, current())


def _short_form(text: str) -> Finding | None:
    """The houses that initials and numbers, or a number alone, may mean: to be chosen, never taken."""
    found = tuple(short_form(text))
    return Finding(found, Problem.AMBIGUOUS) if found else None


def locate_home(text: str) -> HomeFinding:
    """Where a member sets out from: the building is enough, so the flat's number is not kept."""
    sighting = locate(Where(said=text))
    place = sighting.place
    if place.lat is None or place.lon is None:
        elsewhere = sighting.detail if sighting.problem is Problem.OTHER_DISTRICT else ""
        return HomeFinding(choices=tuple(found.label for found in sighting.candidates), elsewhere=elsewhere)
    rough = place.grade in (Grade.ROAD, Grade.DONG)
    return HomeFinding(Home(place.label[:200], place.lat, place.lon, rough))


def _consult(text: str) -> Consultation:
    panel = panel_of(settings())
    if panel.circle.colleagues:
        db.session.rollback()  # no transaction stays open while another host is asked
    return consult(text, panel, now())


def _same_place(found: str, chosen: str) -> bool:
    return bool(chosen) and found.split("|", maxsplit=1)[0] == chosen.split("|", maxsplit=1)[0] != ""


def _key(where: Where, best: Located | None, finding: Finding) -> str:
    """The name of the place for the file: the table's, else the words where they tell one house."""
    if best and best.place_key:
        return f"{best.place_key.split('|')[0]}|{where.unit}"
    if finding.problem not in (None, Problem.NOT_FOUND):
        return ""
    words = key_of_words(where.said, best, current())
    return f"{words}|{where.unit}" if words else ""


def _is_a_house(best: Located | None) -> bool:
    return best is not None and best.grade not in ROUGHLY


def _choose(where: Where, best: Located | None, asked: Consultation, key: str, stored: Any) -> _Choice:
    source = stored.source if stored else asked.source
    if where.pin and where.pin_source in ("", BY_HAND):
        return _Choice(placed(best, *where.pin, current()), BY_HAND, decided=True)
    if where.pin and panel_of(settings()).storable(where.pin_source):
        worth = _worth(where.pin_source, best, asked)
        return _Choice(_picked(best, where.pin, *worth), where.pin_source, decided=True)
    if where.pin_source == TABLE_CHOSEN:
        return _Choice(best, _checked(source), decided=best is not None)
    kept = pins.recall(key)
    if kept is None:
        return _Choice(best, source, on=stored.located_at if stored else None)
    if kept.source == source and not kept.by_hand:
        return _Choice(best, source, decided=best is not None)
    if kept.of_table:
        return _Choice(best, _checked(source), decided=best is not None)
    point = kept.lat, kept.lon
    worth = Sureness(kept.grade.value), kept.error_m
    spot = placed(best, *point, current()) if kept.by_hand else _picked(best, point, *worth)
    return _Choice(spot, kept.source, decided=True, kept=kept)


def _worth(source: str, best: Located | None, asked: Consultation) -> tuple[Sureness, int]:
    """How sure another's point is: as they said it; the less of what it may be when they are silent now."""
    if asked.second and asked.second.source == source:
        return asked.second.grade, asked.second.error_m
    if best and asked.source == source:
        return best.grade, best.error_m
    return Sureness.LOT, LOT_ERROR_M


def _checked(source: str) -> str:
    return TABLE_CHOSEN if source == TABLE else source


def _picked(best: Located | None, point: tuple[float, float], grade: Sureness, error_m: int) -> Located:
    """Another's point under the names that we know."""
    return replace(placed(best, *point, current()), grade=grade, error_m=error_m)


def _place(where: Where, choice: _Choice, best: Located | None, key: str) -> Place:
    found = choice.spot
    if found is None:
        return Place(said=where.said, label=where.said, unit=where.unit, entrance=where.entrance)
    told_by_words = choice.decided and best is not None and best.grade in ROUGHLY
    label = label_of_words(where.said, best) if told_by_words and best else found.label
    return Place(
        said=where.said,
        label=label.removesuffix(f", {found.unit}") or where.said,
        unit=where.unit,
        entrance=where.entrance,
        place_key=key if found.place_key or choice.decided else "",
        road_name=found.road_name,
        building_number=found.building_number,
        beopjeong_dong=found.beopjeong_dong,
        haengjeong_dong=found.haengjeong_dong,
        jibun=found.jibun,
        building_name=found.building_name,
        lat=found.lat,
        lon=found.lon,
        grade=Grade(found.grade.value),
        error_m=found.error_m,
        source=choice.source,
        located_at=choice.kept.on if choice.kept else choice.on,
        decided=choice.decided,
    )


def suggest(text: str, homes: Sequence[Any] = ()) -> list[Suggestion]:
    """Addresses that go on from what is typed, the caller's own first; a flat typed behind stays."""
    own = {spot: home for home in homes if (spot := _known(home)) is not None}
    found = complete(text, first=list(own))
    keys = {spot.place_key for spot in own if spot.place_key}
    return [
        Suggestion(spot, spot.unit, spot in own or spot.place_key in keys, _pin_of(own.get(spot)))
        for spot in found
    ]


def _known(home: Any) -> Located | None:
    """The row of an address as a place; None where only a road or a dong is known."""
    if home is None or home.grade in VAGUE:
        return None
    names = ("lat", "lon", "unit", "place_key", *NAMES)
    called = home.said if told_by_words(home.place_key) else home.label
    label = f"{called}, {home.unit}" if home.unit else called
    spot = {name: getattr(home, name) for name in names}
    return Located(grade=Sureness(home.grade.value), error_m=home.error_m or 0, label=label, **spot)


def _pin_of(home: Any) -> str:
    if home is None or home.place_key or not home.decided:
        return ""
    return f"{BY_HAND if home.grade is Grade.PLACED else home.source}:{home.lat},{home.lon}"
