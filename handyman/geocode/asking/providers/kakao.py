"""Kakao Local: an address first, then a place's name."""

from typing import Any

from geopy.exc import GeocoderAuthenticationFailure, GeocoderQueryError, GeocoderQuotaExceeded

from handyman.geocode.asking.providers.answer import Answer, from_words, number, words
from handyman.geocode.asking.providers.door import Deadline, Provider, location

ADDRESS_PATH, KEYWORD_PATH = "/v2/local/search/address.json", "/v2/local/search/keyword.json"
CODES = {
    -2: GeocoderQueryError,  # a parameter that is wrong or missing
    -10: GeocoderQuotaExceeded,
    -401: GeocoderAuthenticationFailure,
}
TYPES = {"RequestThrottled": GeocoderQuotaExceeded}


class Kakao(Provider):
    """https://developers.kakao.com/docs/latest/ko/local/dev-guide"""

    host = "dapi.kakao.com"

    def __init__(self, rest_key: str, **options: Any) -> None:
        super().__init__(**options)
        self.headers["Authorization"] = f"KakaoAK {rest_key}"

    def answer(self, place: Any) -> Answer:
        """Parts of an address document, or of a place document that writes them out."""
        raw = place.raw
        if "place_name" in raw:
            return from_words(
                place.address,
                place.latitude,
                place.longitude,
                words(raw.get("road_address_name")),
                words(raw.get("address_name")),
                words(raw["place_name"]),
            )
        road, lot = raw.get("road_address") or {}, raw.get("address") or {}
        whole = raw.get("address_type") in ("ROAD_ADDR", "REGION_ADDR")
        return Answer(
            label=place.address,
            lat=place.latitude,
            lon=place.longitude,
            gu=words(road.get("region_2depth_name") or lot.get("region_2depth_name")),
            road_name=words(road.get("road_name")),
            number=_road_number(road) if whole else "",
            dong=words(lot.get("region_3depth_name") or road.get("region_3depth_name")),
            lot=_lot(lot) if whole else "",
            name=words(road.get("building_name")),
        )

    def _search(self, query: str, deadline: Deadline, exactly_one: bool) -> list[Any]:
        size = {"query": query, "size": 1 if exactly_one else 10}
        found: list[Any] = self._ask(ADDRESS_PATH, size, deadline)
        return found or self._ask(KEYWORD_PATH, size, deadline)

    def _parse_json(self, reply: Any) -> list[Any]:
        return [
            location(words(raw["address_name"]), raw["y"], raw["x"], raw) for raw in list(reply["documents"])
        ]

    def _refused(self, status: int, reply: Any) -> None:
        if not isinstance(reply, dict):
            return
        meaning = CODES.get(reply.get("code", 0)) or TYPES.get(str(reply.get("errorType")))
        if meaning and status != 429:
            raise meaning(f"status {status}, {reply.get('code') or reply.get('errorType')}")


def _road_number(road: dict[str, Any]) -> str:
    before = "지하 " if road.get("underground_yn") == "Y" else ""
    return number(road.get("main_building_no"), road.get("sub_building_no"), before)


def _lot(lot: dict[str, Any]) -> str:
    before = "산" if lot.get("mountain_yn") == "Y" else ""
    return number(lot.get("main_address_no"), lot.get("sub_address_no"), before)
