"""The only door to geopy: our own table as a geocoder, and the others that an office names."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geopy.exc import (
    ConfigurationError,
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
)
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from handyman.geocode.asking.panel import WAIT_SECONDS, Circle, Colleague
from handyman.geocode.asking.providers.answer import Answer
from handyman.geocode.asking.providers.door import Provider, QuickAdapter
from handyman.geocode.asking.providers.juso import Juso
from handyman.geocode.asking.providers.kakao import Kakao
from handyman.geocode.asking.providers.naver import Naver
from handyman.geocode.asking.providers.osm import Nominatim, Photon, from_nominatim, from_photon
from handyman.geocode.asking.providers.vworld import VWorld
from handyman.geocode.locate import locate

if TYPE_CHECKING:
    from handyman.config import Settings

USER_AGENT = "handyman-dispatch"
MOST = 5
CACHED = frozenset({"juso", "nominatim", "photon"})  # whose terms allow it: docs/decisions/0007
PAUSES = {"kakao": 0.05, "juso": 0.1, "vworld": 0.2, "naver": 0.05}  # seconds; one's own servers need none
REST, REST_AFTER_RATE, REST_AFTER_KEY, REST_AFTER_QUOTA = 30.0, 60.0, 600.0, 3600.0  # seconds


class EmbeddedGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no types
    """The embedded table, spoken to like any other geocoder of geopy."""

    def geocode(self, query: str, exactly_one: bool = True, timeout: Any = None) -> Any:
        """A geopy Location (or a list of them), or None; `raw` is our Located."""
        places = [Location(place.label, (place.lat, place.lon), place) for place in locate(query).candidates]
        if not places:
            return None
        return places[0] if exactly_one else places


def circle(office: "Settings", seconds: float = WAIT_SECONDS) -> Circle:
    """Everybody whom GEOCODERS names besides the table, in that order."""
    build: dict[str, Callable[[Settings], Callable[[str, float], Sequence[Answer]]]] = {
        "kakao": lambda office: _ours(Kakao(office.kakao_rest_key, **_at(office.kakao_url))),
        "juso": lambda office: _ours(
            Juso(office.juso_search_key, office.juso_coord_key, **_at(office.juso_url))
        ),
        "vworld": lambda office: _ours(
            VWorld(office.vworld_key, office.vworld_referer, **_at(office.vworld_url))
        ),
        "naver": lambda office: _ours(Naver(office.naver_key_id, office.naver_key, **_at(office.naver_url))),
        "nominatim": lambda office: _geopys(
            Nominatim(**_at(office.nominatim_url)), from_nominatim, addressdetails=True
        ),
        "photon": lambda office: _geopys(Photon(**_at(office.photon_url)), from_photon),
    }
    return Circle(
        [
            Colleague(
                name,
                build[name](office),
                rest=rest_after,
                storable=name in office.geocoders_kept,
                cached=name in office.geocoders_kept and name in CACHED,
                pause=PAUSES.get(name, 0.0),
            )
            for name in office.geocoders
            if name in build
        ],
        seconds,
    )


def rest_after(error: BaseException) -> float:
    """How long a provider is left alone after an error."""
    if isinstance(error, GeocoderRateLimited):
        return max(REST, min(REST_AFTER_QUOTA, float(error.retry_after or REST_AFTER_RATE)))
    if isinstance(error, GeocoderQuotaExceeded):
        return REST_AFTER_QUOTA
    if isinstance(error, GeocoderAuthenticationFailure | GeocoderInsufficientPrivileges | ConfigurationError):
        return REST_AFTER_KEY
    return 0.0 if isinstance(error, GeocoderQueryError) else REST


def _at(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "scheme": parts.scheme,
        "domain": parts.netloc + parts.path.rstrip("/"),
        "user_agent": USER_AGENT,
        "adapter_factory": QuickAdapter,
    }


def _ours(provider: Provider) -> Callable[[str, float], Sequence[Answer]]:
    def search(text: str, seconds: float) -> list[Answer]:
        places = provider.geocode(text, exactly_one=False, timeout=seconds) or []
        return [provider.answer(place) for place in places]

    return search


def _geopys(
    geocoder: Any, answer: Callable[[Any], Answer], **options: Any
) -> Callable[[str, float], Sequence[Answer]]:
    def search(text: str, seconds: float) -> list[Answer]:
        places = geocoder.geocode(text, exactly_one=False, limit=MOST, timeout=seconds, **options) or []
        return [answer(place) for place in places]

    return search
