"""The only door to geopy: our own table as a geocoder, and others that an office runs itself."""

import logging
from collections.abc import Callable, Sequence
from math import inf
from typing import Any
from urllib.parse import urlsplit

from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Photon
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from handyman.geocode.address import LONGEST, AddressParts, read_address
from handyman.geocode.gazetteer import GU, embedded
from handyman.geocode.locate import locate
from handyman.geocode.located import Finding, Grade, Located, Problem

USER_AGENT = "handyman-dispatch"
OTHERS_ERROR_M = 100  # theirs come without a grade of ours
NO_ANSWER = (
    GeopyError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
)  # all but the first: no JSON of theirs
log = logging.getLogger(__name__)

Search = Callable[[str], Finding]


class UnknownGeocoderError(ValueError):
    """A name in GEOCODERS that we do not know, or one whose address is not set."""


class EmbeddedGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no types
    """The embedded table, spoken to like any other geocoder of geopy."""

    def geocode(self, query: str, exactly_one: bool = True, timeout: Any = None) -> Any:
        """A geopy Location (or a list of them), or None; `raw` is our Located."""
        places = [Location(place.label, (place.lat, place.lon), place) for place in locate(query).candidates]
        if not places:
            return None
        return places[0] if exactly_one else places


def chain(
    names: Sequence[str], *, nominatim_url: str = "", photon_url: str = "", timeout_seconds: float = 1.0
) -> Search:
    """Asks each geocoder in turn until one knows the house; one that fails is passed over.

    Who knows only the road or the dong is kept in mind, and told when nobody comes nearer.
    """
    urls = {"nominatim": nominatim_url, "photon": photon_url}
    searches = [_search(name, urls.get(name, ""), timeout_seconds) for name in names]

    def find(text: str) -> Finding:
        best = Finding((), Problem.NOT_FOUND)
        for search in searches:
            finding = search(text)
            if finding.problem in (Problem.OTHER_DISTRICT, Problem.AMBIGUOUS) or _is_a_house(finding):
                return finding
            best = min(best, finding, key=_vagueness)
        return best

    return find


def _is_a_house(finding: Finding) -> bool:
    return finding.best is not None and finding.best.grade not in (Grade.ROAD, Grade.DONG)


def _vagueness(finding: Finding) -> tuple[float, bool]:
    return (finding.best.error_m if finding.best else inf, not finding.detail)


def _search(name: str, url: str, timeout_seconds: float) -> Search:
    if name == "embedded":
        return locate
    if name not in ("nominatim", "photon"):
        raise UnknownGeocoderError(f"GEOCODERS names {name!r}; known are embedded, nominatim, photon.")
    if not url:
        raise UnknownGeocoderError(f"GEOCODERS names {name}: set {name.upper()}_URL to its address.")
    kind = {"nominatim": Nominatim, "photon": Photon}[name]
    parts = urlsplit(url)
    geocoder = kind(
        domain=parts.netloc + parts.path.rstrip("/"),
        scheme=parts.scheme,
        user_agent=USER_AGENT,
        timeout=timeout_seconds,
    )
    return lambda text: _ask(geocoder, name, text)


def _ask(geocoder: Any, name: str, text: str) -> Finding:
    parts = read_address(text)
    try:
        place = geocoder.geocode(_without_unit(parts) or " ".join(text.split())[:LONGEST])
        point = (float(place.latitude), float(place.longitude)) if place else None
    except NO_ANSWER as error:
        log.warning("geocoder %s did not answer: %s", name, type(error).__name__)
        return Finding((), Problem.NOT_FOUND)
    dong = embedded().haengjeong_dong(*point) if point else ""
    if point is None or not dong:
        return Finding((), Problem.NOT_FOUND)
    return Finding((_located(*point, dong, text, parts),))


def _without_unit(parts: AddressParts) -> str:
    """The flat is nobody else's business, and they do not know it."""
    if parts.road_name and parts.main:
        return f"서울특별시 {GU} {parts.road_name} {parts.number}"
    return f"서울특별시 {GU} {parts.dong} {parts.lot}" if parts.lot else ""


def _located(lat: float, lon: float, dong: str, text: str, parts: AddressParts) -> Located:
    asked = _without_unit(parts).removeprefix("서울특별시 ")
    said = asked + (f", {parts.unit}" if parts.unit else "") if asked else " ".join(text.split())[:LONGEST]
    return Located(
        lat=lat,
        lon=lon,
        grade=Grade.ROAD,
        error_m=OTHERS_ERROR_M,
        haengjeong_dong=dong,
        unit=parts.unit if asked else "",
        label=said,
    )
