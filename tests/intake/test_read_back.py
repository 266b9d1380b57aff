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


def test_what_was_added_later_is_counted_with_what_is_there() -> None:
    pieces = [Piece("전등", 2, "개"), Piece("손잡이", 1, "개"), Piece("전등", 1, "개")]
    assert "전등 3개, 손잡이 1개 신청을 받았습니다." in read_back.waiting("김가람", pieces)


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
        *(
            (said, "가스")
            for said in ("가스가 샙니다", "가스가 샌다고", "가스 새요", "까스 냄새", "가스가 많이 새고")
        ),
        ("There is a smell of gas", "가스"),
        *(
            (said, "연기")
            for said in ("연기가 납니다", "연기가 많이 나요", "탄 냄새", "타는 냄새", "smoke in the hall")
        ),
        *(
            (said, "불꽃")
            for said in ("불이 납니다", "전기 튀어요", "불똥이 튀어요", "Sparks from the socket")
        ),
        ("보일러가 폭발했어요", "폭발"),
        *((said, "물 넘침") for said in ("물이 넘칩니다", "물이 천장에서 쏟아집니다", "변기물이 막 넘쳐요")),
        ("쓰러지셔서", "쓰러짐"),
        *(
            (said, "물 넘침")
            for said in (
                "수도가 터졌어요",
                "수도꼭지가 터졌어요",
                "수도 파이프가 터졌어요",
                "변기가 넘쳐요",
                "집이 물에 잠겼어요",
                "화장실에 물이 차요",
                "물이 자꾸 차올라요",
            )
        ),
        *(
            (said, "불꽃")
            for said in (
                "합선됐어요",
                "콘센트에서 펑 소리가 났어요",
                "전기 올랐어요",
                "콘센트가 까맣게 탔어요",
                "전선이 녹았어요",
            )
        ),
        ("자빠지셨어요", "넘어짐"),
        ("욕실에서 엎어지셨어요", "넘어짐"),
        ("어머니가 넘어지셔서 못 움직이세요", "넘어짐"),
        ("지난번에 고친 손잡이 잡다가 넘어지셨어요", "넘어짐"),
        ("지난주에 넘어지셨는데 지금 못 일어나세요", "넘어짐"),
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
        "한 달 전 넘어지셨어요, 지난 겨울에 화장실에서 쓰러지셔서",
        "넘어져 다치신 적이 있어요, 의자에서 떨어질까 봐",
        "가스 새 호스, 가스레인지 새로 놓음, 이불 나중에",
        "방문 연기 날짜, 불이 나갑니다, 물이 넘치지 않게",
        "문이 못 움직이게 고정",
        "전등이 나갔어요, 물이 새요, 물이 조금씩 떨어져요",
        "수도꼭지 터치식으로, 변기가 넘치지 않게, 문이 잠겼어요",
        "온수가 안 나와서 물이 차요, 화장실 물이 차가워요",
        "합선 방지 콘센트, 합선될까 봐, 전기 요금이 올랐어요",
        "스위치가 낡아서, 콘센트 타입, 물이 펑펑 잘 나와요",
        "smoke detector",
        "건물 터미널 옆",
        "",
    ],
)
def test_everyday_words_raise_no_alarm(note: str) -> None:
    assert find_danger(note) == []
