"""Each provider, asked as geopy asks: what it finds, and which of geopy's errors its own errors are."""

import logging
import time
from typing import Any

import pytest
from geopy import exc
from geopy.geocoders.base import Geocoder

from handyman.geocode import gateways
from handyman.geocode.asking.providers.juso import Juso
from handyman.geocode.asking.providers.kakao import Kakao
from handyman.geocode.asking.providers.naver import Naver
from handyman.geocode.asking.providers.vworld import VWorld
from tests.geocode import geocoder_peer
from tests.geocode.geocoder_peer import KEYS, House, Peer, juso_says, say, unless, vworld_error

OURS = ("kakao", "juso", "vworld", "naver")
ROAD, LOT = "서울특별시 동작구 사당로23길 20-3", "서울특별시 동작구 사당동 1002-3"
HTML = "<html><body>점검 중입니다</body></html>"


def provider(name: str, peer: Peer, *, key: str = "", timeout: float = 1.0) -> Any:
    at = {"scheme": "http", "domain": peer.address.removeprefix("http://"), "timeout": timeout}
    if name == "kakao":
        return Kakao(key or KEYS["KAKAO_REST_KEY"], **at)
    if name == "juso":
        return Juso(key or KEYS["JUSO_SEARCH_KEY"], KEYS["JUSO_COORD_KEY"], **at)
    if name == "vworld":
        return VWorld(key or KEYS["VWORLD_KEY"], **at)
    return Naver(KEYS["NAVER_KEY_ID"], key or KEYS["NAVER_KEY"], **at)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("asked", [ROAD, LOT])
def test_house_is_found_by_either_address_with_its_parts(peer: Peer, name: str, asked: str) -> None:
    geocoder = provider(name, peer)
    assert isinstance(geocoder, Geocoder)
    place = geocoder.geocode(asked)
    assert (place.latitude, place.longitude) == pytest.approx((37.485046, 126.968374), abs=2e-6)
    answer = geocoder.answer(place)
    assert (answer.gu, answer.name) == ("동작구", "은하빌라")
    said = {f"{answer.road_name} {answer.number}", f"{answer.dong} {answer.lot}"}
    assert said & {"사당로23길 20-3", "사당동 1002-3"}


@pytest.mark.parametrize("name", OURS)
def test_unknown_house_is_none_and_several_are_a_list(peer: Peer, name: str) -> None:
    geocoder = provider(name, peer)
    assert geocoder.geocode("서울특별시 동작구 사당로 9999") is None
    assert [place.latitude for place in geocoder.geocode(ROAD, exactly_one=False)] == pytest.approx(
        [37.485046]
    )
    assert geocoder.geocode("서울특별시 동작구 사당로 9999", exactly_one=False) is None
    with pytest.raises(exc.GeocoderQueryError):
        geocoder.geocode("  ")


def test_keys_go_where_each_provider_wants_them(peer: Peer) -> None:
    for name in OURS:
        provider(name, peer).geocode(ROAD)
    heads = {seen["path"]: seen for seen in peer.seen}
    assert heads["/v2/local/search/address.json"]["Authorization"] == "KakaoAK kakao-key-0"
    assert heads["/addrlink/addrLinkApi.do"]["confmKey"] == "search-key-0"
    point = heads["/addrlink/addrCoordApi.do"]
    assert (point["confmKey"], point["admCd"], point["rnMgtSn"]) == (
        "coord-key-0",
        "1159010700",
        "115904157321",
    )
    assert (point["udrtYn"], point["buldMnnm"], point["buldSlno"]) == ("0", "20", "3")
    assert heads["/req/address"]["type"] == "ROAD"
    assert heads["/map-geocode/v2/geocode"]["x-ncp-apigw-api-key"] == "naver-key-0"


def test_name_of_a_place_is_asked_of_kakao_where_it_is_no_address(peer: Peer) -> None:
    place = provider("kakao", peer).geocode("서울특별시 동작구 은하빌라")
    answer = provider("kakao", peer).answer(place)
    assert (answer.name, answer.road_name, answer.number) == ("은하빌라", "사당로23길", "20-3")
    assert (answer.dong, answer.lot) == ("사당동", "1002-3")


def test_lot_is_asked_of_vworld_where_it_is_no_road(peer: Peer) -> None:
    provider("vworld", peer).geocode(LOT)
    assert [seen["type"] for seen in peer.seen] == ["ROAD", "PARCEL"]


def test_key_bound_to_a_site_is_sent_with_it(peer: Peer) -> None:
    at = {"scheme": "http", "domain": peer.address.removeprefix("http://")}
    VWorld(KEYS["VWORLD_KEY"], "https://office.example", **at).geocode(ROAD)
    assert (peer.seen[0]["Referer"], peer.seen[0]["domain"]) == ("https://office.example",) * 2


def test_neighbours_that_juso_tells_too_are_not_asked_for_their_points(peer: Peer) -> None:
    peer.houses = [House(number="20-31"), House(), House(number="20-35", lot="1002-3")]
    peer.fault = unless("addrCoordApi", lambda handler: handler.answer(*_all_of_juso(handler)))
    assert len(provider("juso", peer).geocode(ROAD, exactly_one=False)) == 1
    assert [seen["path"] for seen in peer.seen].count("/addrlink/addrCoordApi.do") == 1


def _all_of_juso(handler: geocoder_peer.Handler) -> tuple[int, object]:
    found = [geocoder_peer._juso(house) for house in handler.peer.houses]
    return 200, juso_says("0", "정상", found)


@pytest.mark.parametrize("name", OURS)
def test_wrong_key_is_an_authentication_failure_and_stays_unsaid(
    peer: Peer, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(exc.GeocoderAuthenticationFailure) as told:
        provider(name, peer, key="a-wrong-key").geocode(ROAD)
    chain = [told.value, told.value.__cause__, told.value.__context__]
    assert not any("a-wrong-key" in repr(error) for error in chain)
    assert "a-wrong-key" not in caplog.text


KAKAO_LIMIT = {"code": -10, "msg": "API limit has been exceeded."}
NAVER_QUOTA = {"error": {"errorCode": "400", "message": "Quota Exceeded"}}
NAVER_RATE = {"error": {"errorCode": "420", "message": "Rate Limited"}}
REFUSALS = [
    ("kakao", 400, KAKAO_LIMIT, exc.GeocoderQuotaExceeded),
    ("kakao", 429, {"errorType": "RequestThrottled", "message": "limit"}, exc.GeocoderRateLimited),
    ("kakao", 401, {"code": -401, "msg": "wrong appKey(x) format"}, exc.GeocoderAuthenticationFailure),
    ("kakao", 403, {"errorType": "NotAuthorizedError", "message": "x"}, exc.GeocoderInsufficientPrivileges),
    ("kakao", 400, {"errorType": "InvalidArgument", "message": "x"}, exc.GeocoderQueryError),
    ("kakao", 400, {"code": -2, "msg": "x"}, exc.GeocoderQueryError),
    ("kakao", 503, HTML, exc.GeocoderTimedOut),
    ("kakao", 500, {"code": -1, "msg": "x"}, exc.GeocoderServiceError),
    ("juso", 200, juso_says("E0001", "승인되지 않은 KEY 입니다."), exc.GeocoderAuthenticationFailure),
    ("juso", 200, juso_says("E0014", "개발승인키 기간이 만료되어"), exc.GeocoderAuthenticationFailure),
    ("juso", 200, juso_says("E0012", "특수문자+숫자만으로는"), exc.GeocoderQueryError),
    ("juso", 200, juso_says("E0007", "요청 횟수를 초과하였습니다."), exc.GeocoderQuotaExceeded),
    ("juso", 200, juso_says("-999", "시스템에러"), exc.GeocoderServiceError),
    ("juso", 429, HTML, exc.GeocoderRateLimited),
    ("vworld", 200, vworld_error("OVER_REQUEST_LIMIT"), exc.GeocoderQuotaExceeded),
    ("vworld", 200, vworld_error("INVALID_KEY"), exc.GeocoderAuthenticationFailure),
    ("vworld", 200, vworld_error("INCORRECT_KEY"), exc.GeocoderInsufficientPrivileges),
    ("vworld", 200, vworld_error("PARAM_REQUIRED"), exc.GeocoderQueryError),
    ("vworld", 200, vworld_error("SYSTEM_ERROR"), exc.GeocoderServiceError),
    ("vworld", 502, HTML, exc.GeocoderServiceError),
    ("naver", 429, NAVER_QUOTA, exc.GeocoderQuotaExceeded),
    ("naver", 429, NAVER_RATE, exc.GeocoderRateLimited),
    ("naver", 401, {"error": {"errorCode": "210"}}, exc.GeocoderAuthenticationFailure),
    ("naver", 400, {"error": {"errorCode": "100"}}, exc.GeocoderQueryError),
    ("naver", 200, {"status": "INVALID_REQUEST", "errorMessage": "x"}, exc.GeocoderQueryError),
    ("naver", 200, {"status": "SYSTEM_ERROR", "errorMessage": "x"}, exc.GeocoderServiceError),
    ("naver", 504, HTML, exc.GeocoderTimedOut),
]


@pytest.mark.parametrize(("name", "status", "body", "meant"), REFUSALS)
def test_refusal_is_the_error_of_geopy_that_means_the_same(
    peer: Peer, name: str, status: int, body: object, meant: type[Exception]
) -> None:
    peer.fault = say(status, body)
    with pytest.raises(exc.GeocoderServiceError) as told:
        provider(name, peer).geocode(ROAD)
    assert type(told.value) is meant


def test_time_to_wait_is_told_where_the_provider_tells_it(peer: Peer) -> None:
    peer.fault = say(429, {}, Retry_After="7")
    with pytest.raises(exc.GeocoderRateLimited) as told:
        provider("kakao", peer).geocode(ROAD)
    assert told.value.retry_after == 7


def test_search_too_wide_for_juso_finds_nothing(peer: Peer) -> None:
    peer.fault = say(200, juso_says("E0006", "주소를 상세히 입력해 주시기 바랍니다."))
    assert provider("juso", peer).geocode("서울특별시") is None


NAN = {"x": "NaN", "y": "NaN", "address_name": "x"}
NONSENSE = {
    "html": HTML,
    "cut off": '{"documents": [{"x": "12',
    "null": "null",
    "number": "3",
    "list": "[[1]]",
    "empty": "",
    "deep": "[" * 50_000,
    "other shape": {"results": 1, "response": [], "documents": 5, "status": "OK", "addresses": None},
    "no point": {
        "documents": [NAN],
        "status": "OK",
        "addresses": [{**NAN, "roadAddress": "x"}],
        "response": {"status": "OK", "result": {"point": NAN}},
        "results": {"common": {}, "juso": [NAN]},
    },
}


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_a_parse_error(peer: Peer, name: str, nonsense: str) -> None:
    peer.fault = say(200, NONSENSE[nonsense])
    with pytest.raises(exc.GeocoderParseError):
        provider(name, peer).geocode(ROAD)


def test_door_without_a_point_is_left_out(peer: Peer) -> None:
    peer.fault = unless("addrLinkApi", say(200, juso_says("0", "정상", [{"entX": "", "entY": ""}])))
    assert provider("juso", peer).geocode(ROAD) is None


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("slow", [geocoder_peer.hang, geocoder_peer.drip])
def test_no_provider_is_waited_for_longer_than_was_said(peer: Peer, name: str, slow: Any) -> None:
    peer.fault = slow
    began = time.perf_counter()
    with pytest.raises(exc.GeocoderTimedOut):
        provider(name, peer).geocode(ROAD, timeout=0.05)
    assert time.perf_counter() - began < geocoder_peer.TOO_LONG


@pytest.mark.parametrize("name", OURS)
def test_connection_that_breaks_or_is_refused_is_unavailable(peer: Peer, name: str) -> None:
    peer.fault = geocoder_peer.vanish
    for address in (peer.address, "http://127.0.0.1:9"):
        with pytest.raises(exc.GeocoderUnavailable) as told:
            provider(name, Peer(address=address)).geocode(ROAD)
        assert str(told.value) == "no connection"


def test_nobody_is_followed_elsewhere_with_a_key_in_hand(peer: Peer) -> None:
    peer.fault = say(302, "", Location=f"{peer.address}/elsewhere")
    with pytest.raises(exc.GeocoderServiceError, match="status 302"):
        provider("naver", peer).geocode(ROAD)
    assert len(peer.seen) == 1


def test_endless_reply_is_cut_short(peer: Peer) -> None:
    peer.fault = say(200, " " * 1_100_000)
    with pytest.raises(exc.GeocoderServiceError):
        provider("kakao", peer).geocode(ROAD)


def test_failures_keep_a_provider_away_for_as_long_as_they_last() -> None:
    rest = gateways.rest_after
    assert rest(exc.GeocoderTimedOut("")) == rest(exc.GeocoderUnavailable("")) == rest(KeyError()) == 30
    assert rest(exc.GeocoderAuthenticationFailure("")) == rest(exc.GeocoderInsufficientPrivileges("")) == 600
    assert (rest(exc.GeocoderQuotaExceeded("")), rest(exc.GeocoderQueryError(""))) == (3600, 0)
    assert rest(exc.GeocoderRateLimited("", retry_after=None)) == 60
    assert rest(exc.GeocoderRateLimited("", retry_after=90)) == 90
