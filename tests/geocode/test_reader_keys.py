"""Keys, Latin letters and number words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.geocode.reading.number_words import numbers_in_digits
from handyman.geocode.reading.roman import roman_key
from handyman.hangul import hangul_meant, strokes, to_hangul, to_latin


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=8))
@settings(max_examples=60, deadline=None)
def test_keys_of_any_hangul_type_the_same_hangul(text: str) -> None:
    assert to_hangul(to_latin(text)) == text
    assert len(strokes(text)) == len(to_latin(text))


def test_keys_of_every_syllable_type_that_syllable() -> None:
    every = [chr(code) for code in range(0xAC00, 0xD7A4)]
    assert [sign for sign in every if to_hangul(to_latin(sign)) != sign] == []


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_stops_the_keys(text: str) -> None:
    assert isinstance(strokes(text) + hangul_meant(text) + roman_key(text) + numbers_in_digits(text), str)


def test_unfinished_syllable_begins_the_finished_one() -> None:
    assert strokes("사로").startswith(strokes("살"))
    assert strokes("\ud7b0\ud800") == "\ud7b0\ud800"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("tkekdfh", "사당로"), ("TKEKDFH 20", "사당로 20"), ("사당fh", "사당로"), ("ㅅㅏㄷㅏㅇ", "사당")),
        *(("KT 빌딩", "KT 빌딩"), ("LG자이", "LG자이"), ("e편한세상", "e편한세상"), ("Sangdo", "Sangdo")),
    ],
)
def test_only_keys_that_make_whole_syllables_are_taken_for_hangul(typed: str, meant: str) -> None:
    assert hangul_meant(typed) == meant


@pytest.mark.parametrize(
    ("hangul", "written"),
    [
        ("상도로", "Sangdo-ro SANGDO-RO Sang-do ro Sangdoro"),
        ("사당로23길", "Sadang-ro 23-gil sadangro23gil Sadangno23gil"),
        ("상도로47가길", "Sangdo-ro 47ga-gil Sangdo-ro47gagil"),
        ("노량진로", "Noryangjin-ro Noryangjinro Noryangjillo"),
        ("여의대방로", "Yeouidaebang-ro Yeouidaebangno"),
        ("흑석로", "Heukseok-ro Heukseongno"),
        ("장승배기로", "Jangseungbaegi-ro Jangseungbaeki-ro"),
        ("현충로", "Hyeonchung-ro Hyeonchungno"),
        ("서달로", "Seodal-ro Seodallo"),
        ("신림로", "Sillim-ro Sinlim-ro Silrim-ro"),
        ("동작대로27길", "Dongjak-daero 27-gil Dongjakdaero27gil"),
        ("국사봉1가길", "Guksabong 1ga-gil Guksabong1gagil"),
    ],
)
def test_ways_of_writing_a_road_in_latin_letters_meet(hangul: str, written: str) -> None:
    kinds = written.replace(" ro", "-ro").replace(" 23", "23").replace(" 47", "47").replace(" 27", "27")
    assert {roman_key(word) for word in kinds.replace(" 1", "1").split()} == {roman_key(hangul)}


def test_key_is_short_and_readable() -> None:
    assert [roman_key(road) for road in ("상도로", "사당로23길")] == ["sangdoro", "sadangro23gil"]


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        *(("사당로 이십삼길 이십다시삼", "사당로 23길 20다시3"), ("백일동 천이백삼호", "101동 1203호")),
        *(("일공일동 일이공삼호", "101동 1203호"), ("사당일동 천십일다시일", "사당1동 1011다시1")),
        *(
            ("상도로 삼백육십구", "상도로 369"),
            ("사당로 이십이요", "사당로 이십이요"),
            ("사당로 이십삼이요", "사당로 23이요"),
        ),
        *(("구로동 이수로 삼성아파트", "구로동 이수로 삼성아파트"), ("오동나무 사당동", "오동나무 사당동")),
    ],
)
def test_number_words_become_digits_and_names_stay(said: str, digits: str) -> None:
    assert numbers_in_digits(said) == digits
