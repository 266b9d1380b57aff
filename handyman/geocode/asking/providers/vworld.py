"""VWorld's geocoder: a road address, else a lot. Its terms allow to show an answer, not to keep it."""

from typing import Any

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderServiceError,
)

from handyman.geocode.asking.providers.answer import Answer, words
from handyman.geocode.asking.providers.door import Deadline, Provider, location

PATH = "/req/address"
ROAD, PARCEL = "ROAD", "PARCEL"
CODES = {
    "OVER_REQUEST_LIMIT": GeocoderQuotaExceeded,
    "INVALID_KEY": GeocoderAuthenticationFailure,
    "INCORRECT_KEY": GeocoderInsufficientPrivileges,  # a key of another domain
    "UNAVAILABLE_KEY": GeocoderAuthenticationFailure,
    "PARAM_REQUIRED": GeocoderQueryError,
    "INVALID_TYPE": GeocoderQueryError,
    "INVALID_RANGE": GeocoderQueryError,
}


class VWorld(Provider):
    """https://www.vworld.kr/dev/v4dv_geocoderguide2_s001.do"""

    host = "api.vworld.kr"

    def __init__(self, key: str, referer: str = "", **options: Any) -> None:
        super().__init__(**options)
        self._key, self._referer = key, referer
        if referer:
            self.headers["Referer"] = referer

    def answer(self, place: Any) -> Answer:
        """Parts of the refined address."""
        refined = place.raw.get("refined") or {}
        parts = refined.get("structure") or {}
        by_road = str((place.raw.get("input") or {}).get("type", "")).upper() == ROAD
        name, number = words(parts.get("level4L")), words(parts.get("level5"))
        return Answer(
            label=place.address,
            lat=place.latitude,
            lon=place.longitude,
            gu=words(parts.get("level2")),
            road_name=name if by_road else "",
            number=number if by_road else "",
            dong="" if by_road else name,
            lot="" if by_road else number.replace(" ", ""),
            name=words(parts.get("detail")),
        )

    def _search(self, query: str, deadline: Deadline, exactly_one: bool) -> list[Any]:
        params = {
            "service": "address",
            "request": "getcoord",
            "version": "2.0",
            "crs": "epsg:4326",
            "refine": "true",
            "simple": "false",
            "format": "json",
            "key": self._key,
            "address": query,
        }
        if self._referer:
            params["domain"] = self._referer
        found: list[Any] = self._ask(PATH, {**params, "type": ROAD}, deadline)
        return found or self._ask(PATH, {**params, "type": PARCEL}, deadline)

    def _parse_json(self, reply: Any) -> list[Any]:
        said = reply["response"]
        if said["status"] == "NOT_FOUND":
            return []
        if said["status"] != "OK":
            code = str(said["error"]["code"])
            raise CODES.get(code, GeocoderServiceError)(code)
        refined, asked = said.get("refined") or {}, said.get("input") or {}
        label = words(refined.get("text")) or words(asked.get("address"))
        point = said["result"]["point"]
        return [location(label, point["y"], point["x"], said)]
