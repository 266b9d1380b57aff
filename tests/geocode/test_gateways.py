"""Other geocoders, spoken to over HTTP on this machine."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus

import pytest

from handyman.geocode.gateways import EmbeddedGeocoder, UnknownGeocoderError, chain
from handyman.geocode.located import Grade, Problem

INSIDE = {"lat": "37.4990", "lon": "126.9510", "display_name": "상도동", "place_id": 1}
ODD = {
    "html": b"<html>busy</html>",
    "keyless": b'[{"place_id": 1}]',
    "wordy": b'[{"lat": "north", "lon": "east", "display_name": "x"}]',
    "error": b'{"error": "quota"}',
    "list": b"[[1]]",
    "null": b"null",
    "bare": b"3",
    "far": b'[{"lat": "35.1", "lon": "129.0", "display_name": "Busan"}]',
    "nan": b'[{"lat": "nan", "lon": "nan", "display_name": "x"}]',
}


class Server(ThreadingHTTPServer):
    asked: list[str]


class Nominatim(BaseHTTPRequestHandler):
    """Speaks the JSON of Nominatim's search; the query says how it behaves."""

    server: Server

    def do_GET(self) -> None:
        if "slow" in self.path:
            time.sleep(1.0)
        status = 500 if "broken" in self.path else 200
        self.server.asked.append(unquote_plus(self.path))
        odd = [reply for word, reply in ODD.items() if word in self.path]
        places = [] if "unknown" in self.path else [INSIDE]
        body = odd[0] if odd else json.dumps(places).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Nominatim)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def nominatim(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_own_server_is_asked_when_the_table_does_not_know(nominatim: str) -> None:
    search = chain(["embedded", "nominatim"], nominatim_url=nominatim)
    best = search("somewhere").best
    assert best is not None
    assert (best.lat, best.lon, best.grade) == (37.499, 126.951, Grade.ROAD)


def test_table_answers_alone_when_it_knows(nominatim: str) -> None:
    best = chain(["embedded", "nominatim"], nominatim_url=nominatim)("상도로 369").best
    assert best is not None
    assert best.grade == Grade.BUILDING


@pytest.mark.parametrize("trouble", ["slow", "broken", "unknown"])
def test_server_in_trouble_gives_the_embedded_answer(nominatim: str, trouble: str) -> None:
    search = chain(["nominatim", "embedded"], nominatim_url=nominatim, timeout_seconds=0.2)
    assert search(trouble).candidates == ()
    best = search(f"상도로 369 ({trouble})").best
    assert best is not None


@pytest.mark.parametrize("odd", sorted(ODD))
def test_odd_reply_is_passed_over(nominatim: str, odd: str) -> None:
    search = chain(["nominatim", "embedded"], nominatim_url=nominatim)
    assert search(odd).candidates == ()


def test_slow_server_holds_nobody_up(nominatim: str) -> None:
    search = chain(["nominatim", "embedded"], nominatim_url=nominatim, timeout_seconds=0.2)
    began = time.perf_counter()
    search("slow")
    assert time.perf_counter() - began < 0.8


def test_other_server_comes_in_where_the_table_knows_only_the_road(server: Server, nominatim: str) -> None:
    best = chain(["embedded", "nominatim"], nominatim_url=nominatim)("사당로 9999 101동 1203호").best
    assert best is not None
    assert (best.error_m, best.unit) == (100, "101동 1203호")
    assert "사당로 9999" in server.asked[0]
    assert "1203" not in server.asked[0]


def test_road_of_the_table_is_told_when_nobody_comes_nearer() -> None:
    best = chain(["embedded", "nominatim"], nominatim_url="http://127.0.0.1:9")("사당로 9999").best
    assert best is not None
    assert (best.grade, best.road_name) == (Grade.ROAD, "사당로")


def test_other_district_is_refused_without_asking_anybody(server: Server, nominatim: str) -> None:
    finding = chain(["embedded", "nominatim"], nominatim_url=nominatim)("강남구 테헤란로 1")
    assert (finding.problem, server.asked) == (Problem.OTHER_DISTRICT, [])


def test_server_that_is_down_gives_the_embedded_answer() -> None:
    best = chain(["nominatim", "embedded"], nominatim_url="http://127.0.0.1:9")("상도로 369").best
    assert best is not None


def test_unknown_geocoder_is_named() -> None:
    with pytest.raises(UnknownGeocoderError, match="'maps'"):
        chain(["maps"])
    with pytest.raises(UnknownGeocoderError, match="PHOTON_URL"):
        chain(["photon"])


def test_table_speaks_as_a_geocoder_of_geopy() -> None:
    place = EmbeddedGeocoder().geocode("상도로 369")
    assert place.address == "동작구 상도로 369"
    assert EmbeddedGeocoder().geocode("없는 곳") is None
    assert len(EmbeddedGeocoder().geocode("래미안", exactly_one=False)) > 1
