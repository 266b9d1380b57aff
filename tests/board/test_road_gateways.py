"""What a road service is asked in its own words, and what is made of whatever it answers."""

import logging
import math
from collections.abc import Sequence

import pytest

from handyman.board.gateways import (
    MOST_PLACES,
    Durations,
    Osrm,
    RefusedError,
    RoadError,
    RoadService,
    Valhalla,
)
from handyman.board.road_asking import Asker, questions
from handyman.board.road_memory import NO_WAY, place_of
from handyman.dispatch.problem import Point, TravelMode
from tests.board import road_peer
from tests.board.road_peer import Fault, Peer, altered, says, seconds

A, B, C = Point(37.50001, 126.94001), Point(37.49002, 126.95002), Point(37.51003, 126.96003)
KINDS = [(Osrm, "driving"), (Valhalla, "pedestrian")]
SOON = 0.3


def times(sources: Sequence[Point], targets: Sequence[Point]) -> Durations:
    return [[round(seconds(start, end), 1) for end in targets] for start in sources]


@pytest.mark.parametrize(("service", "profile"), KINDS)
def test_each_pair_is_asked_for_in_the_services_own_words(
    service: type[Osrm | Valhalla], profile: str, roads: Peer
) -> None:
    told = service(roads.address).ask([A, B], [B, C, A], profile, 5)
    assert told == times([A, B], [B, C, A])
    assert roads.asked == [(profile, [A, B], [B, C, A])]


@pytest.mark.parametrize(("service", "profile"), KINDS)
def test_a_question_as_large_as_they_come_is_taken(
    service: type[Osrm | Valhalla], profile: str, roads: Peer
) -> None:
    many = [Point(37.5, round(126.9 + number / 1000, 5)) for number in range(MOST_PLACES)]
    assert service(roads.address).ask(many, many, profile, 5) == times(many, many)


@pytest.mark.parametrize(("service", "profile"), KINDS)
def test_where_no_road_leads_there_is_no_time(
    service: type[Osrm | Valhalla], profile: str, roads: Peer
) -> None:
    roads.unreachable.add(B)
    assert service(roads.address).ask([A], [B, C], profile, 5) == [[None, round(seconds(A, C), 1)]]


@pytest.mark.parametrize(("service", "profile"), KINDS)
def test_a_place_off_the_map_is_a_refusal(service: type[Osrm | Valhalla], profile: str, roads: Peer) -> None:
    roads.off_the_map.add(B)
    with pytest.raises(RefusedError):
        service(roads.address).ask([A], [B, C], profile, 5)


def test_a_costing_that_valhalla_does_not_know_is_a_refusal(roads: Peer) -> None:
    with pytest.raises(RefusedError):
        Valhalla(roads.address).ask([A], [B], "driving", 5)


def without_a_row(reply: dict[str, list[object]]) -> object:
    return {**reply, "durations": reply["durations"][:-1]}


def with_durations(durations: object) -> Fault:
    return altered(lambda reply: {**reply, "durations": durations})


NONSENSE = {
    "an empty reply": says(200, ""),
    "a page": says(200, "<html>It works!</html>"),
    "a list": says(200, []),
    "a number": says(200, 7),
    "no code": altered(lambda reply: {"durations": reply["durations"]}),
    "another code": altered(lambda reply: {**reply, "code": "NoTable"}),
    "no durations": altered(lambda reply: {"code": "Ok"}),
    "durations that are none": with_durations(None),
    "a row too few": altered(without_a_row),
    "a row too short": with_durations([[1.0]] * 2),
    "no rows": with_durations([]),
    "words": with_durations([["soon", "later"]] * 2),
    "truth": with_durations([[True, 1.0]] * 2),
    "less than nothing": with_durations([[-1.0, 1.0]] * 2),
    "no number": with_durations([[math.nan, 1.0]] * 2),
    "eternity": with_durations([[1e9, 1.0]] * 2),
    "brackets without end": says(200, "[" * 100_000),
    "more than anybody reads": says(200, " " * 3_000_000 + "{}"),
    "trouble of its own": says(500, {"code": "Ok", "durations": [[1.0, 1.0]] * 2}),
    "nothing there": says(404, "not found"),
    "too many questions": says(429, "later"),
    "somebody else": road_peer.elsewhere,
    "a dead connection": road_peer.vanish,
}


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_no_answer(nonsense: str, roads: Peer) -> None:
    roads.fault = NONSENSE[nonsense]
    with pytest.raises(RoadError) as caught:
        Osrm(roads.address).ask([A, C], [B, Point(37.48, 126.9)], "driving", 5)
    assert not isinstance(caught.value, RefusedError)
    assert "37." not in str(caught.value)


def test_nonsense_of_valhalla_is_no_answer(roads: Peer) -> None:
    for reply in (
        {"sources_to_targets": {"durations": [[1.0]]}},
        {"sources_to_targets": [[{"distance": 1}]]},
    ):
        roads.fault = says(200, reply)
        with pytest.raises(RoadError, match="shape"):
            Valhalla(roads.address).ask([A], [B], "auto", 5)


@pytest.mark.parametrize("slow", [road_peer.hang, road_peer.drip])
def test_nobody_waits_longer_than_was_said(slow: Fault, roads: Peer) -> None:
    roads.fault = slow
    with pytest.raises(RoadError):
        Osrm(roads.address).ask([A], [B], "driving", SOON)
    assert not roads.released.is_set()  # it would have gone on


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(RoadError, match="ConnectionError"):
        Osrm("http://127.0.0.1:9").ask([A], [B], "driving", 5)


def ask(service: RoadService | str, *places: Point) -> tuple[Asker, dict[tuple[int, int], int]]:
    asker = Asker(Osrm(service) if isinstance(service, str) else service, SOON)
    asked = list(questions(TravelMode.CAR, "driving", places, places))
    return asker, {(told.from_place, told.to_place): told.seconds for told in asker.ask(asked)}


def test_what_was_told_is_known_by_place(roads: Peer) -> None:
    _, told = ask(roads.address, A, B)
    assert told[place_of(A), place_of(B)] == math.ceil(round(seconds(A, B), 1))
    assert told[place_of(B), place_of(A)] > told[place_of(A), place_of(B)]  # north


def test_more_places_than_a_service_takes_are_asked_for_in_portions(roads: Peer) -> None:
    many = [Point(37.5, round(126.9 + number / 1000, 5)) for number in range(MOST_PLACES + 7)]
    asker = Asker(Osrm(roads.address), 20)
    told = asker.ask(list(questions(TravelMode.CAR, "driving", many, many)))
    assert len({(each.from_place, each.to_place) for each in told}) == len(many) ** 2
    assert len(roads.asked) == 4


def test_what_the_estimate_knows_better_is_left_to_it(roads: Peer) -> None:
    """Another flat of the house; no way; a map of another city, on which all places are one."""
    next_door = Point(A.lat + 0.0001, A.lon)
    roads.unreachable.add(C)
    _, told = ask(roads.address, A, next_door, C)
    assert set(told.values()) == {NO_WAY}
    roads.unreachable.clear()
    roads.fault = with_durations([[0.0, 0.1], [0.1, 0.0]])
    _, told = ask(roads.address, A, B)
    assert set(told.values()) == {NO_WAY}


@pytest.mark.parametrize("trouble", [road_peer.hang, road_peer.vanish, says(500, "")])
def test_in_trouble_it_is_left_alone(trouble: Fault, roads: Peer, caplog: pytest.LogCaptureFixture) -> None:
    roads.fault = trouble
    with caplog.at_level(logging.WARNING):
        asker, told = ask(roads.address, A, B)
    assert told == {}
    assert asker.rests
    roads.fault = None
    assert asker.ask(list(questions(TravelMode.CAR, "driving", [A], [B]))) == []
    assert roads.asked == []
    assert len(caplog.messages) == 1
    assert "37." not in caplog.text


def test_after_its_rest_it_is_asked_again(roads: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handyman.board.road_asking.REST_SECONDS", 0.0)
    roads.fault = road_peer.vanish
    asker, _ = ask(roads.address, A, B)
    roads.fault = None
    assert len(asker.ask(list(questions(TravelMode.CAR, "driving", [A], [B])))) == 1


def test_a_refusal_is_no_trouble_of_the_service(roads: Peer, caplog: pytest.LogCaptureFixture) -> None:
    roads.off_the_map.add(B)
    asker, told = ask(roads.address, A, B)
    assert set(told.values()) == {NO_WAY}
    assert not asker.rests
    assert "refused" in caplog.text
    assert "37." not in caplog.text


def test_at_leisure_asking_ends_where_trouble_begins(roads: Peer) -> None:
    many = [Point(37.5, round(126.9 + number / 10_000, 5)) for number in range(MOST_PLACES * 10)]
    asker = Asker(Osrm(roads.address), 5)
    asked = list(questions(TravelMode.CAR, "driving", [A], many))
    heard = asker.ask_at_leisure(asked)
    assert len(next(heard)) == 8 * MOST_PLACES
    roads.fault = road_peer.vanish
    assert sum(map(len, heard)) == 0
    assert asker.rests
