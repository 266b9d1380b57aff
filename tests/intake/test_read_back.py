"""What the operator reads out is whole, natural Korean."""

from datetime import UTC, datetime

import pytest

from handyman.intake import read_back
from handyman.intake.emergency import find_danger
from handyman.intake.read_back import Piece

TEN, NOON, ONE = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (1, 3, 4))


def test_sentence_says_who_when_where_how_many_and_what() -> None:
    said = read_back.promise(
        "김가람", "동작구 사당로23길 20-3", TEN, NOON, 2, [Piece("전등", 2, "개"), Piece("손잡이", 1, "개")]
    )
    assert said == (
        "김가람 어르신, 11월 24일 화요일 오전 10시에서 12시 사이에 사당로 23길 20-3으로 "
        "두 분이 찾아가 전등 2개, 손잡이 1개 작업을 해 드립니다."
    )


def test_afternoon_is_said_when_the_window_crosses_noon() -> None:
    assert read_back.spoken_window(TEN, ONE) == "오전 10시에서 오후 1시"
    assert read_back.spoken_window(NOON, ONE) == "오후 12시에서 1시"


@pytest.mark.parametrize(
    ("place", "particle"),
    [
        ("20-3", "으로"),
        ("369", "로"),
        ("161", "로"),
        ("107", "로"),
        ("10", "으로"),
        ("1203호", "로"),
        ("동작빌딩", "으로"),
    ],
)
def test_particle_follows_the_sound_of_the_last_letter(place: str, particle: str) -> None:
    assert read_back.direction(place) == particle


def test_visit_number_is_said_digit_by_digit() -> None:
    assert "4821(사 팔 이 일)" in read_back.number_said("4821")


@pytest.mark.parametrize(
    ("note", "danger"),
    [
        ("가스 냄새가 나요", "가스"),
        ("부엌에 연기가 나요", "연기"),
        ("콘센트에서 타는 냄새", "연기"),
        ("콘센트에서 스파크", "불꽃"),
        ("두꺼비집에 불이 났어요", "불꽃"),
        ("화장실 물이 넘쳐요", "물 넘침"),
        ("배관이 터져서", "물 넘침"),
        ("쓰러지셨대요", "쓰러짐"),
        ("욕실에서 넘어지셨어요", "넘어짐"),
        ("낙상하셔서 누워 계심", "넘어짐"),
        ("미끄러졌는데 못 일어나세요", "넘어짐"),
        ("전등 2개, 계단에서 굴러 다치심", "넘어짐"),
    ],
)
def test_words_of_danger_are_heard(note: str, danger: str) -> None:
    assert find_danger(note) == [danger]


@pytest.mark.parametrize(
    "note",
    [
        "가스레인지 위 전등",
        "방충망 구멍",
        "물 끓이는 주전자 옆 스위치",
        "안방 불이 나갔어요",
        "불이 안 나와요",
        "방문 연기가 되나요, 연기 나중에",
        "낙상 방지 손잡이",
        "작년에 욕실에서 넘어지셔서 손잡이를 원하심",
        "넘어질 뻔, 미끄러질까 봐",
        "건물 터미널 옆",
        "",
    ],
)
def test_everyday_words_raise_no_alarm(note: str) -> None:
    assert find_danger(note) == []
