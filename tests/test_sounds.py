"""Names that sound alike on the telephone have one key; those that do not, have not."""

import pytest

from handyman.sounds import sound_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("영희", "영휘"),
        ("애자", "에자"),
        ("예순", "얘순"),
        ("왜순", "외순"),
        ("왜순", "웨순"),
        ("석윤", "서균"),
        ("옥순", "옥쑨"),
        ("박남순", "방남순"),
        ("이영례", "리영례"),
        ("유정숙", "류정숙"),
        ("져", "저"),
        ("죠시험", "조시험"),
        ("츄자", "추자"),
        ("김명희", "ㄱㅣㅁㅁㅕㅇㅎㅡㅣ"),
    ],
)
def test_spellings_that_sound_alike(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("영희", "영호"), ("순자", "순지"), ("애자", "왜자"), ("미숙", "미순")]
)
def test_spellings_that_do_not(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)


@pytest.mark.parametrize("text", ["", "ㄱㅁㅎ", "Kim", "1234"])
def test_what_has_no_syllable_has_no_sound(text: str) -> None:
    assert sound_of(text) == ""
