"""The only door to geopy: our own table as a geocoder, and others that an office runs itself."""

import logging
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Photon
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from handyman.geocode.gazetteer import embedded
from handyman.geocode.locate import locate
from handyman.geocode.located import Finding, Grade, Located, Problem

USER_AGENT = "handyman-dispatch"
OTHERS_ERROR_M = 100  # theirs come without a grade of ours
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
    """Asks each geocoder in turn until one knows the place; one that fails is passed over."""
    urls = {"nominatim": nominatim_url, "photon": photon_url}
    searches = [_search(name, urls.get(name, ""), timeout_seconds) for name in names]

    def find(text: str) -> Finding:
        refused = Finding((), Problem.NOT_FOUND)
        for search in searches:
            finding = search(text)
            if finding.candidates or finding.problem == Problem.OTHER_DISTRICT:
                return finding
            refused = refused if refused.detail else finding
        return refused

    return find


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
    try:
        place = geocoder.geocode(text)
    except GeopyError as error:
        log.warning("geocoder %s did not answer: %s", name, type(error).__name__)
        return Finding((), Problem.NOT_FOUND)
    if place is None:
        return Finding((), Problem.NOT_FOUND)
    dong = embedded().haengjeong_dong(place.latitude, place.longitude)
    if not dong:
        return Finding((), Problem.NOT_FOUND)
    found = Located(
        lat=place.latitude,
        lon=place.longitude,
        grade=Grade.ROAD,
        error_m=OTHERS_ERROR_M,
        haengjeong_dong=dong,
        label=" ".join(text.split())[:200],
    )
    return Finding((found,))
