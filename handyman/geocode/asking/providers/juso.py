"""JUSO, the government's road addresses: a search, then the door's point, which comes in EPSG:5179."""

from functools import cache
from typing import Any

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderServiceError,
)

from handyman.geocode.address import read_address
from handyman.geocode.asking.providers.answer import Answer, number, words
from handyman.geocode.asking.providers.door import Deadline, Provider, location

SEARCH_PATH, POINT_PATH = "/addrlink/addrLinkApi.do", "/addrlink/addrCoordApi.do"
DOOR = ("admCd", "rnMgtSn", "udrtYn", "buldMnnm", "buldSlno")
MOST_DOORS = 3  # each costs one more request
KEY_CODES = {"E0001", "E0014"}  # not approved; a developer's key that ran out
NOTHING_CODES = {"E0006", "E0015"}  # too little was said to find one address among thousands
QUERY_CODES = {"E0005", "E0008", "E0009", "E0010", "E0011", "E0012", "E0013"}
EXCEEDED = "초과"


class Juso(Provider):
    """https://business.juso.go.kr/addrlink/openApi/searchApi.do; two keys, one for each of its services."""

    host = "business.juso.go.kr"

    def __init__(self, search_key: str, coord_key: str, **options: Any) -> None:
        super().__init__(**options)
        self._search_key, self._coord_key = search_key, coord_key

    def answer(self, place: Any) -> Answer:
        """Parts of a search result."""
        raw = place.raw
        return Answer(
            label=place.address,
            lat=place.latitude,
            lon=place.longitude,
            gu=words(raw.get("sggNm")),
            road_name=words(raw.get("rn")),
            number=number(raw.get("buldMnnm"), raw.get("buldSlno"), "지하 " if _is(raw, "udrtYn") else ""),
            dong=words(raw.get("emdNm")),
            lot=_lot(raw),
            name=words(raw.get("bdNm")),
        )

    def _search(self, query: str, deadline: Deadline, exactly_one: bool) -> list[Any]:
        search = {"confmKey": self._search_key, "currentPage": 1, "countPerPage": 10}
        found = self._ask(SEARCH_PATH, {**search, "keyword": query, "resultType": "json"}, deadline)
        near = _closest(found, query)[: 1 if exactly_one else MOST_DOORS]
        doors = [self._door(raw, deadline) for raw in near]
        return [door for door in doors if door is not None]

    def _door(self, raw: dict[str, Any], deadline: Deadline) -> Any:
        point = {"confmKey": self._coord_key, **{name: raw.get(name, "") for name in DOOR}}
        for found in self._ask(POINT_PATH, {**point, "resultType": "json"}, deadline):
            if words(found.get("entX")) and words(found.get("entY")):
                return _placed(raw, found)
        return None

    def _parse_json(self, reply: Any) -> list[dict[str, Any]]:
        common = reply["results"]["common"]
        code = str(common["errorCode"])
        if code in NOTHING_CODES:
            return []
        if code != "0":
            raise _meaning(code, words(common.get("errorMessage")))
        return [dict(raw) for raw in reply["results"].get("juso") or []]


def _meaning(code: str, message: str) -> Any:
    """The exception of geopy for a code of theirs; none of the codes they document is about a quota."""
    if code in KEY_CODES:
        return GeocoderAuthenticationFailure(code)
    if code in QUERY_CODES:
        return GeocoderQueryError(code)
    return GeocoderQuotaExceeded(code) if EXCEEDED in message else GeocoderServiceError(code)


def _is(raw: dict[str, Any], name: str) -> bool:
    return str(raw.get(name)) == "1"


def _lot(raw: dict[str, Any]) -> str:
    return number(raw.get("lnbrMnnm"), raw.get("lnbrSlno"), "산" if _is(raw, "mtYn") else "")


def _closest(found: list[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    """The search is one of words: who asks for number 20 is told of 20-1 too."""
    asked = read_address(query)
    if not (asked.lot or (asked.road_name and asked.main)):
        return found
    same = [raw for raw in found if _says(raw, asked)]
    return same or found


def _says(raw: dict[str, Any], asked: Any) -> bool:
    if asked.lot:
        return _lot(raw) == str(asked.lot)
    main, sub = str(raw.get("buldMnnm")), str(raw.get("buldSlno"))
    return (words(raw.get("rn")), main, sub) == (asked.road_name, str(asked.main), str(asked.sub))


def _placed(raw: dict[str, Any], point: dict[str, Any]) -> Any:
    try:
        lon, lat = _to_degrees().transform(float(point["entX"]), float(point["entY"]))
        return location(words(raw.get("roadAddrPart1")) or words(raw["roadAddr"]), lat, lon, raw)
    except (KeyError, ValueError):
        raise GeocoderParseError("a door without a point") from None


@cache
def _to_degrees() -> Any:
    """UTM-K to WGS 84; may be shared by threads."""
    from pyproj import Transformer  # slow to load, and needed by this provider alone

    return Transformer.from_crs("EPSG:5179", "EPSG:4326", always_xy=True)
