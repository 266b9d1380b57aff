"""The geocoders of others, on loopback: each speaks its provider's JSON, refuses, hangs or talks nonsense."""

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from handyman.config import Settings, read_settings

KEYS = {
    "KAKAO_REST_KEY": "kakao-key-0",
    "JUSO_SEARCH_KEY": "search-key-0",
    "JUSO_COORD_KEY": "coord-key-0",
    "VWORLD_KEY": "vworld-key-0",
    "NAVER_KEY_ID": "naver-id-0",
    "NAVER_KEY": "naver-key-0",
}
NAMES = ("kakao", "juso", "vworld", "naver", "nominatim", "photon")
Fault = Callable[["Handler"], None]


@dataclass(frozen=True)
class House:
    """What they know of one house; x and y are its point in EPSG:5179."""

    road: str = "사당로23길"
    number: str = "20-3"
    dong: str = "사당동"
    lot: str = "1002-3"
    name: str = "은하빌라"
    gu: str = "동작구"
    lat: float = 37.485046
    lon: float = 126.968374
    x: float = 953000.0
    y: float = 1943000.0

    @property
    def by_road(self) -> str:
        return f"{self.gu} {self.road} {self.number}"

    @property
    def by_lot(self) -> str:
        return f"{self.gu} {self.dong} {self.lot}"

    def halves(self, number: str) -> tuple[str, str]:
        main, _, sub = number.partition("-")
        return main, sub


@dataclass
class Peer:
    """What they know, what they were asked, and what goes wrong next time."""

    houses: list[House] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)
    fault: Fault | None = None
    address: str = ""

    def reset(self) -> None:
        self.houses, self.fault = [House()], None
        self.asked.clear()
        self.seen.clear()

    def find(self, text: str, *, named: bool = False) -> list[House]:
        return [
            house
            for house in self.houses
            if text.endswith((house.by_road, house.by_lot)) or (named and house.name in text)
        ]

    def settings(self, *names: str, **environ: str) -> Settings:
        """An office that asks these after the table, all of them here."""
        urls = {f"{name.upper()}_URL": self.address for name in NAMES}
        order = {"GEOCODERS": ",".join(["embedded", *names]), "SECRET_KEY": "x", "INSTANCE_PATH": "unused"}
        return read_settings({**urls, **KEYS, **order, **environ})


class Handler(BaseHTTPRequestHandler):
    """One server for all of them; their paths do not meet."""

    peer: Peer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.peer.seen.append({"path": parts.path, **dict(self.headers), **self.query})
        self.peer.asked.append(self._words())
        if self.peer.fault:
            self.peer.fault(self)
        else:
            self.answer(*REPLIES[parts.path](self))

    def _words(self) -> str:
        names = ("query", "keyword", "address", "q", "rnMgtSn")
        return next((self.query[name] for name in names if name in self.query), "")

    def answer(self, status: int, body: object, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        kind = {"Content-Type": "application/json;charset=UTF-8", "Content-Length": str(len(content))}
        for name, value in {**kind, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass


def _kakao_address(handler: Handler) -> tuple[int, object]:
    if handler.headers["Authorization"] != f"KakaoAK {KEYS['KAKAO_REST_KEY']}":
        return 401, {"errorType": "AccessDeniedError", "message": "wrong appKey(x) format"}
    text = handler.query["query"]
    documents = [_kakao_document(house, text) for house in handler.peer.find(text)]
    return 200, {"documents": documents, "meta": _kakao_meta(documents)}


def _kakao_meta(documents: list[Any]) -> dict[str, Any]:
    return {"is_end": True, "pageable_count": len(documents), "total_count": len(documents)}


def _kakao_document(house: House, text: str) -> dict[str, Any]:
    (main, sub), (lot, part) = house.halves(house.number), house.halves(house.lot)
    regions = {"region_1depth_name": "서울", "region_2depth_name": house.gu}
    point = {"x": str(house.lon), "y": str(house.lat)}
    by_road = text.endswith(house.by_road)
    return {
        "address": {
            "address_name": f"서울 {house.by_lot}",
            "b_code": "1159010700",
            "h_code": "1159062000",
            "main_address_no": lot,
            "sub_address_no": part,
            "mountain_yn": "N",
            **regions,
            "region_3depth_h_name": "사당1동",
            "region_3depth_name": house.dong,
            **point,
        },
        "address_name": f"서울 {house.by_road if by_road else house.by_lot}",
        "address_type": "ROAD_ADDR" if by_road else "REGION_ADDR",
        "road_address": {
            "address_name": f"서울 {house.by_road}",
            "building_name": house.name,
            "main_building_no": main,
            "sub_building_no": sub,
            **regions,
            "region_3depth_name": house.dong,
            "road_name": house.road,
            "underground_yn": "N",
            "zone_no": "07012",
            **point,
        },
        **point,
    }


def _kakao_keyword(handler: Handler) -> tuple[int, object]:
    documents = [
        {
            "address_name": f"서울 {house.by_lot}",
            "category_group_code": "",
            "category_group_name": "",
            "category_name": "부동산 > 주거시설 > 빌라,연립",
            "distance": "",
            "id": "1",
            "phone": "",
            "place_name": house.name,
            "place_url": "http://place.map.kakao.com/1",
            "road_address_name": f"서울 {house.by_road}",
            "x": str(house.lon),
            "y": str(house.lat),
        }
        for house in handler.peer.find(handler.query["query"], named=True)
    ]
    return 200, {"documents": documents, "meta": {**_kakao_meta(documents), "same_name": {}}}


def juso_says(code: str, message: str, found: list[Any] | None = None) -> dict[str, Any]:
    common = {
        "errorMessage": message,
        "countPerPage": "10",
        "totalCount": str(len(found or [])),
        "errorCode": code,
        "currentPage": "1",
    }
    return {"results": {"common": common, "juso": found}}


def _juso_search(handler: Handler) -> tuple[int, object]:
    if handler.query.get("confmKey") != KEYS["JUSO_SEARCH_KEY"]:
        return 200, juso_says("E0001", "승인되지 않은 KEY 입니다.")
    return 200, juso_says(
        "0", "정상", [_juso(h) for h in handler.peer.find(handler.query["keyword"], named=True)]
    )


def _juso(house: House) -> dict[str, Any]:
    (main, sub), (lot, part) = house.halves(house.number), house.halves(house.lot)
    return {
        "roadAddr": f"서울특별시 {house.by_road} ({house.dong}, {house.name})",
        "roadAddrPart1": f"서울특별시 {house.by_road}",
        "roadAddrPart2": f" ({house.dong}, {house.name})",
        "jibunAddr": f"서울특별시 {house.by_lot} {house.name}",
        "zipNo": "07012",
        "admCd": "1159010700",
        "rnMgtSn": "115904157321",
        "bdMgtSn": "1159010700110020003000001",
        "detBdNmList": "",
        "bdNm": house.name,
        "bdKdcd": "1",
        "siNm": "서울특별시",
        "sggNm": house.gu,
        "emdNm": house.dong,
        "liNm": "",
        "rn": house.road,
        "udrtYn": "0",
        "buldMnnm": main,
        "buldSlno": sub or "0",
        "mtYn": "0",
        "lnbrMnnm": lot,
        "lnbrSlno": part or "0",
        "emdNo": "01",
    }


def _juso_point(handler: Handler) -> tuple[int, object]:
    asked = handler.query
    if asked.get("confmKey") != KEYS["JUSO_COORD_KEY"]:
        return 200, juso_says("E0001", "승인되지 않은 KEY 입니다.")
    found = [
        {
            **{name: asked[name] for name in ("admCd", "rnMgtSn", "udrtYn", "buldMnnm", "buldSlno")},
            **_point(h),
        }
        for h in handler.peer.houses
        if h.halves(h.number) == (asked["buldMnnm"], "" if asked["buldSlno"] == "0" else asked["buldSlno"])
    ]
    return 200, juso_says("0", "정상", found)


def _point(house: House) -> dict[str, str]:
    return {"entX": str(house.x), "entY": str(house.y), "bdNm": house.name, "bdMgtSn": "1"}


def vworld_error(code: str) -> dict[str, Any]:
    service = {"name": "address", "version": "2.0", "operation": "getCoord", "time": "4(ms)"}
    return {
        "response": {
            "service": service,
            "status": "ERROR",
            "error": {"level": "2", "code": code, "text": "등록되지 않은 인증키입니다."},
        }
    }


def _vworld(handler: Handler) -> tuple[int, object]:
    asked = handler.query
    if asked.get("key") != KEYS["VWORLD_KEY"]:
        return 200, vworld_error("INVALID_KEY")
    kind, text = asked["type"], asked["address"]
    said = {
        "service": {"name": "address", "version": "2.0", "operation": "getCoord", "time": "7(ms)"},
        "status": "NOT_FOUND",
        "input": {"type": kind.lower(), "address": text},
    }
    for house in handler.peer.houses:
        if text.endswith(house.by_road if kind == "ROAD" else house.by_lot):
            said |= {"status": "OK", **_vworld_house(house, kind)}
    return 200, {"response": said}


def _vworld_house(house: House, kind: str) -> dict[str, Any]:
    place = house.by_road if kind == "ROAD" else house.by_lot
    name, number = (house.road, house.number) if kind == "ROAD" else (house.dong, house.lot)
    structure = {
        "level0": "대한민국",
        "level1": "서울특별시",
        "level2": house.gu,
        "level3": "",
        "level4L": name,
        "level4LC": "",
        "level4A": "사당1동",
        "level4AC": "1159062000",
        "level5": number,
        "detail": house.name,
    }
    return {
        "refined": {"text": f"서울특별시 {place}", "structure": structure},
        "result": {"crs": "EPSG:4326", "point": {"x": str(house.lon), "y": str(house.lat)}},
    }


def _naver(handler: Handler) -> tuple[int, object]:
    keys = (handler.headers["x-ncp-apigw-api-key-id"], handler.headers["x-ncp-apigw-api-key"])
    if keys != (KEYS["NAVER_KEY_ID"], KEYS["NAVER_KEY"]):
        return 401, {"error": {"errorCode": "200", "message": "Authentication Failed", "details": "Invalid"}}
    found = [_naver_house(house) for house in handler.peer.find(handler.query["query"])]
    meta = {"totalCount": len(found), "page": 1, "count": len(found)}
    return 200, {"status": "OK", "meta": meta, "addresses": found, "errorMessage": ""}


def _naver_house(house: House) -> dict[str, Any]:
    parts = {
        "SIDO": "서울특별시",
        "SIGUGUN": house.gu,
        "DONGMYUN": house.dong,
        "RI": "",
        "ROAD_NAME": house.road,
        "BUILDING_NUMBER": house.number,
        "BUILDING_NAME": house.name,
        "LAND_NUMBER": house.lot,
        "POSTAL_CODE": "07012",
    }
    return {
        "roadAddress": f"서울특별시 {house.by_road} {house.name}",
        "jibunAddress": f"서울특별시 {house.by_lot} {house.name}",
        "englishAddress": "20-3, Sadang-ro 23-gil, Dongjak-gu, Seoul, Republic of Korea",
        "addressElements": [
            {"types": [kind], "longName": name, "shortName": "", "code": ""} for kind, name in parts.items()
        ],
        "x": str(house.lon),
        "y": str(house.lat),
        "distance": 0.0,
    }


def _nominatim(handler: Handler) -> tuple[int, object]:
    return 200, [
        {
            "place_id": 1,
            "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
            "osm_type": "way",
            "lat": str(house.lat),
            "lon": str(house.lon),
            "class": "building",
            "type": "residential",
            "place_rank": 30,
            "addresstype": "building",
            "name": house.name,
            "display_name": f"{house.number}, {house.road}, {house.dong}, {house.gu}, 서울특별시, 대한민국",
            "address": {
                "house_number": house.number,
                "road": house.road,
                "borough": house.gu,
                "city": "서울특별시",
                "country": "대한민국",
            },
        }
        for house in handler.peer.find(handler.query["q"])
    ]


def _photon(handler: Handler) -> tuple[int, object]:
    return 200, {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [house.lon, house.lat]},
                "properties": {
                    "osm_key": "building",
                    "osm_value": "residential",
                    "type": "house",
                    "name": house.name,
                    "housenumber": house.number,
                    "street": house.road,
                    "district": house.dong,
                    "city": "서울특별시",
                    "country": "대한민국",
                },
            }
            for house in handler.peer.find(handler.query["q"])
        ],
    }


REPLIES: dict[str, Callable[[Handler], tuple[int, object]]] = {
    "/v2/local/search/address.json": _kakao_address,
    "/v2/local/search/keyword.json": _kakao_keyword,
    "/addrlink/addrLinkApi.do": _juso_search,
    "/addrlink/addrCoordApi.do": _juso_point,
    "/req/address": _vworld,
    "/map-geocode/v2/geocode": _naver,
    "/search": _nominatim,
    "/api": _photon,
}


def say(status: int, body: object, **headers: str) -> Fault:
    """Whatever is asked, this."""
    return lambda handler: handler.answer(status, body, **headers)


TOO_LONG = 5  # seconds: who takes so long has waited for an answer that hangs


def hang(handler: Handler) -> None:
    """No answer for longer than anybody waits, on a slow machine too."""
    time.sleep(2 * TOO_LONG)
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """A byte now and then, so that no single wait is long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100 * TOO_LONG):
        time.sleep(0.02)
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


def vanish(handler: Handler) -> None:
    """The connection dies."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def unless(word: str, fault: Fault) -> Fault:
    """The fault of one of them: those on whose path the word stands answer as they should."""

    def choose(handler: Handler) -> None:
        path = urlsplit(handler.path).path
        if word in path:
            handler.answer(*REPLIES[path](handler))
        else:
            fault(handler)

    return choose


def start() -> tuple[Peer, ThreadingHTTPServer]:
    peer = Peer()
    handler = type("Bound", (Handler,), {"peer": peer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    peer.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return peer, server
