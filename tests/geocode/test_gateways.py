"""Other geocoders, spoken to over HTTP on this machine."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from handyman.geocode.gateways import EmbeddedGeocoder, UnknownGeocoderError, chain
from handyman.geocode.located import Grade

INSIDE = {"lat": "37.4990", "lon": "126.9510", "display_name": "상도동", "place_id": 1}


class Nominatim(BaseHTTPRequestHandler):
    """Speaks the JSON of Nominatim's search; the query says how it behaves."""

    def do_GET(self) -> None:
        if "slow" in self.path:
            time.sleep(1.0)
        status = 500 if "broken" in self.path else 200
        places = [] if "unknown" in self.path else [INSIDE]
        body = json.dumps(places).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def nominatim() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Nominatim)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


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
