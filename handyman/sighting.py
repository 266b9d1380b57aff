"""An address as it was said becomes a place to store. Used by flow, which alone joins the two steps."""

from dataclasses import dataclass

from handyman.extensions import db, settings
from handyman.geocode.locate import Finding, Located, Problem, placed
from handyman.geocode.locate import locate as find_embedded
from handyman.intake.call import Where
from handyman.members.details import Home, HomeFinding
from handyman.models import Grade
from handyman.residents.place import Place


@dataclass(frozen=True, slots=True)
class Sighting:
    """What became of an address: the place to store, and what the operator may still choose from."""

    place: Place
    candidates: tuple[Located, ...] = ()
    problem: Problem | None = None
    detail: str = ""


def locate(where: Where) -> Sighting:
    """Find the address; what the operator chose or put on the map goes first."""
    finding = _ask_geocoders(where.said)
    chosen = [found for found in finding.candidates if _same_place(found.place_key, where.place_key)]
    best = chosen[0] if chosen else finding.best
    if where.pin is not None:
        best = placed(best, *where.pin)
    if best is None:
        place = Place(said=where.said, label=where.said, unit=where.unit, entrance=where.entrance)
        return Sighting(place, finding.candidates, finding.problem, finding.detail)
    return Sighting(_place(where, best))


def locate_home(text: str) -> HomeFinding:
    """Where a member sets out from: the building is enough, so the flat's number is not kept."""
    sighting = locate(Where(said=text))
    place = sighting.place
    if place.lat is None or place.lon is None:
        elsewhere = sighting.detail if sighting.problem is Problem.OTHER_DISTRICT else ""
        return HomeFinding(choices=tuple(found.label for found in sighting.candidates), elsewhere=elsewhere)
    rough = place.grade in (Grade.ROAD, Grade.DONG)
    return HomeFinding(Home(place.label[:200], place.lat, place.lon, rough))


def _ask_geocoders(text: str) -> Finding:
    office = settings()
    if office.geocoders == ("embedded",):
        return find_embedded(text)
    db.session.rollback()  # no transaction stays open while another host is asked
    from handyman.geocode.gateways import chain  # geopy is slow to load, and most offices never need it

    search = chain(office.geocoders, nominatim_url=office.nominatim_url, photon_url=office.photon_url)
    return search(text)


def _same_place(found: str, chosen: str) -> bool:
    return bool(chosen) and found.split("|", maxsplit=1)[0] == chosen.split("|", maxsplit=1)[0] != ""


def _place(where: Where, found: Located) -> Place:
    unit = where.unit or found.unit
    by_hand = found.grade.value == Grade.PLACED.value
    return Place(
        said=where.said,
        label=found.label.removesuffix(f", {found.unit}") or where.said,
        unit=unit,
        entrance=where.entrance,
        place_key=f"{found.place_key.split('|')[0]}|{unit}" if found.place_key else "",
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
        source="operator" if by_hand else ",".join(settings().geocoders)[:40],
    )
