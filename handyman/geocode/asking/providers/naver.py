"""Naver's geocoder on its cloud platform: addresses alone, no names of places."""

from typing import Any

from geopy.exc import GeocoderQueryError, GeocoderQuotaExceeded, GeocoderServiceError

from handyman.geocode.address import read_address
from handyman.geocode.asking.providers.answer import Answer, words
from handyman.geocode.asking.providers.door import Deadline, Provider, location

PATH = "/map-geocode/v2/geocode"
QUOTA = "400"  # of the codes that come with 429: the rest are about too many at once


class Naver(Provider):
    """https://api.ncloud-docs.com/docs/application-maps-geocoding"""

    host = "maps.apigw.ntruss.com"

    def __init__(self, key_id: str, key: str, **options: Any) -> None:
        super().__init__(**options)
        self.headers |= {
            "x-ncp-apigw-api-key-id": key_id,
            "x-ncp-apigw-api-key": key,
            "Accept": "application/json",
        }

    def answer(self, place: Any) -> Answer:
        """Parts by their types; the underground mark stands in the written address alone."""
        raw = place.raw
        parts = {
            kind: words(part.get("longName")) for part in raw["addressElements"] for kind in part["types"]
        }
        number = parts.get("BUILDING_NUMBER", "")
        below = number and read_address(words(raw.get("roadAddress"))).underground
        return Answer(
            label=place.address,
            lat=place.latitude,
            lon=place.longitude,
            gu=parts.get("SIGUGUN", ""),
            road_name=parts.get("ROAD_NAME", ""),
            number=f"지하 {number.removeprefix('지하').strip()}" if below else number,
            dong=parts.get("DONGMYUN", ""),
            lot=parts.get("LAND_NUMBER", "").replace(" ", ""),
            name=parts.get("BUILDING_NAME", ""),
        )

    def _search(self, query: str, deadline: Deadline, exactly_one: bool) -> list[Any]:
        found: list[Any] = self._ask(PATH, {"query": query, "count": 1 if exactly_one else 10}, deadline)
        return found

    def _parse_json(self, reply: Any) -> list[Any]:
        if reply["status"] == "INVALID_REQUEST":
            raise GeocoderQueryError("INVALID_REQUEST")
        if reply["status"] != "OK":
            raise GeocoderServiceError("a status other than OK")
        return [
            location(words(raw.get("roadAddress")) or words(raw["jibunAddress"]), raw["y"], raw["x"], raw)
            for raw in reply["addresses"]
        ]

    def _refused(self, status: int, reply: Any) -> None:
        error = reply.get("error") if isinstance(reply, dict) else None
        code = str(error.get("errorCode")) if isinstance(error, dict) else ""
        if status == 429 and code == QUOTA:
            raise GeocoderQuotaExceeded("status 429, 400")
