"""Own servers beside the table, and the table spoken to as geopy speaks."""

import pytest

from handyman.config import SettingError
from handyman.geocode.gateways import EmbeddedGeocoder, circle
from handyman.geocode.located import Grade
from handyman.geocode.opinions import Panel, consult
from tests.geocode.geocoder_peer import KEYS, House, Peer, say

STREET = {
    "lat": "37.4990",
    "lon": "126.9510",
    "display_name": "상도로99길",
    "address": {"road": "상도로99길"},
}
ODD = {
    "html": "<html>busy</html>",
    "without keys": [{"place_id": 1}],
    "words": [{"lat": "north", "lon": "east", "display_name": "x"}],
    "error": {"error": "quota"},
    "list": [[1]],
    "bare": 3,
    "another road": [{**STREET, "address": {"road": "상도로98길"}}],
    "the district": [{**STREET, "address": {"borough": "동작구"}}],
    "far": [{"lat": "35.1", "lon": "129.0", "display_name": "Busan"}],
    "nan": [{"lat": "nan", "lon": "nan", "display_name": "x"}],
}


@pytest.mark.parametrize("name", ["nominatim", "photon"])
def test_own_server_is_asked_when_the_table_does_not_know(peer: Peer, name: str) -> None:
    peer.houses = [House(road="상도로99길", number="7")]
    told = consult("상도로99길 7", Panel(circle(peer.settings(name))))
    assert told.source == name
    assert told.finding.best is not None
    assert told.finding.best.grade is Grade.BUILDING


def test_own_server_that_names_no_number_knows_the_road(peer: Peer) -> None:
    peer.fault = say(200, [STREET])
    best = consult("상도로99길 7 101동", Panel(circle(peer.settings("nominatim")))).finding.best
    assert best is not None
    assert (best.lat, best.grade, best.error_m) == (37.499, Grade.ROAD, 100)
    assert (best.building_number, best.place_key, best.unit) == ("", "", "101동")


@pytest.mark.parametrize("odd", ODD)
def test_odd_reply_is_passed_over(peer: Peer, odd: str) -> None:
    peer.fault = say(200, ODD[odd])
    told = consult("상도로99길 7", Panel(circle(peer.settings("nominatim", "photon"))))
    assert (told.finding.candidates, told.second) == ((), None)


def test_server_under_a_path_is_asked_there(peer: Peer) -> None:
    office = peer.settings("nominatim", NOMINATIM_URL=f"{peer.address}/maps/")
    peer.fault = say(200, [])
    consult("상도로99길 7", Panel(circle(office)))
    assert peer.seen[0]["path"] == "/maps/search"


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("kakao", "KAKAO_REST_KEY"),
        ("juso", "JUSO_SEARCH_KEY"),
        ("juso", "JUSO_COORD_KEY"),
        ("vworld", "VWORLD_KEY"),
        ("naver", "NAVER_KEY_ID"),
        ("naver", "NAVER_KEY"),
        ("photon", "PHOTON_URL"),
    ],
)
def test_start_ends_where_a_key_is_missing(peer: Peer, name: str, missing: str) -> None:
    with pytest.raises(SettingError, match=f"GEOCODERS names {name}: set {missing} to"):
        peer.settings(name, **{missing: ""})


def test_key_that_cannot_be_sent_is_named_and_not_repeated(peer: Peer) -> None:
    with pytest.raises(SettingError) as told:
        peer.settings("kakao", KAKAO_REST_KEY="a key\nwith lines")
    assert "KAKAO_REST_KEY must be a key" in str(told.value)
    assert "with lines" not in str(told.value)
    assert KEYS["JUSO_COORD_KEY"] not in repr(peer.settings("juso"))


def test_answers_of_vworld_cannot_be_kept_by_a_setting(peer: Peer) -> None:
    with pytest.raises(SettingError, match="GEOCODERS_KEPT names 'vworld'"):
        peer.settings("vworld", GEOCODERS_KEPT="vworld")


def test_table_speaks_as_a_geocoder_of_geopy() -> None:
    place = EmbeddedGeocoder().geocode("상도로 369")
    assert place.address == "동작구 상도로 369"
    assert EmbeddedGeocoder().geocode("없는 곳") is None
    assert len(EmbeddedGeocoder().geocode("래미안", exactly_one=False)) > 1
