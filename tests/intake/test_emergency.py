"""Words of danger as an office notes them on the telephone, and words that only look like them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from handyman.intake.emergency import find_danger
from handyman.intake.problem_lines import FIELDS

NOTED = {
    "가스": ("가스가 샘", "가스 많이 샘", "가스 누설", "까스 누출"),
    "연기": ("연기 남", "연기남", "부엌에 연기가 남", "연기 발생", "연기가 참", "연기 피어오름"),
    "불꽃": (
        *("화재", "부엌에 화재 발생", "화재로 신고함", "불 남", "불이 남", "불꽃 튐", "전기 튐", "전기 오름"),
        *("합선", "합선됨", "콘센트 탐", "콘센트가 까맣게 탐", "전선 녹음", "콘센트에서 펑 함"),
        *("There is a fire in the kitchen", "fire", "the curtain is on fire"),
    ),
    "물 넘침": (
        *("물 넘침", "물이 넘침", "변기 넘침", "천장에서 물 쏟아짐", "배관 터짐", "화장실에 물 참"),
        *("물 차오름", "flood in the bathroom", "the toilet is overflowing"),
    ),
    "쓰러짐": ("쓰러짐", "할머니 쓰러짐", "숨 못 쉼", "의식 없음"),
    "넘어짐": (
        *("넘어짐", "할머니 화장실에서 넘어짐", "자빠짐", "고꾸라짐", "엎어짐", "욕실에서 미끄러짐"),
        *("못 일어남", "못 움직임", "사다리에서 떨어짐", "침대에서 굴렀음"),
        *("fell off the ladder", "She slipped and fell", "Mrs Kim fell down the stairs", "fell in the bath"),
    ),
}
EVERYDAY = (
    *("화재경보기 교체", "화재 감지기", "화재보험 서류", "화재 예방 점검", "화재 위험이 있다고 하심"),
    *(
        "가스레인지 후드 전등",
        "가스보일러",
        "가스 누출 경보기",
        "가스누설경보기",
        "가스 샘플",
        "가스, 전기 점검",
    ),
    *(
        "방문 연기",
        "연기 남은 일정",
        "연기 참여",
        "불이 안 남",
        "불 남은 방",
        "이불 남",
        "물이 샘",
        "물 참 맑음",
    ),
    *(
        "넘어짐 방지 손잡이",
        "미끄러짐 방지 매트",
        "욕실 바닥 미끄러짐",
        "낙상 예방",
        "작년에 욕실에서 넘어짐",
    ),
    *("물 넘침 방지", "감전 방지 콘센트", "합선 점검", "전선 탐지", "폭발 방지"),
    *("fire alarm", "smoke and fire alarm", "fire and smoke detectors", "fire extinguisher", "a fireplace"),
    *(
        "fire-resistant door",
        "the cabinet door fell off",
        "a tile fell off the wall",
        "fall prevention",
        "flood light",
    ),
)


@pytest.mark.parametrize(("said", "danger"), [(said, name) for name, all_ in NOTED.items() for said in all_])
def test_danger_is_heard_in_the_words_in_which_an_office_notes_it(said: str, danger: str) -> None:
    assert find_danger(said) == [danger]


@pytest.mark.parametrize("said", EVERYDAY)
def test_what_is_there_against_a_danger_raises_no_alarm(said: str) -> None:
    assert find_danger(said) == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_each_word_of_the_tick_on_the_page_is_one_that_is_heard(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        label = re.split(r"[·,]", str(FIELDS["danger"]))
    assert len(label) == 5
    assert [word for word in label if not find_danger(word)] == []


def test_two_dangers_in_one_note_bring_the_words_for_119(
    client: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    sign_in("operator")
    shown = client.post("/calls/danger", data={"notes": "할머니 화장실에서 넘어짐, 연기 남"}).text
    assert "is-off" not in shown
    assert "연기, 넘어짐" in shown


@pytest.mark.timeout(
    60
)  # each is looked through in about a second, and never ends where a word is sought anew
@pytest.mark.parametrize(
    "long", ["가" * 100_000, "가나다 " * 25_000, "물" * 100_000, " " * 100_000, "a" * 100_000]
)
def test_whatever_length_a_text_has_it_is_looked_through(long: str) -> None:
    assert find_danger(f"{long}\n가스가 샘") == ["가스"]
