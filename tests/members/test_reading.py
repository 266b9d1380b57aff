"""Times, hours and days as they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyman.members.reading import read_clock, read_day, read_hours, said_clock, said_hours


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("9", 540),
        ("09:00", 540),
        ("9:30", 570),
        ("0930", 570),
        ("930", 570),
        ("18시", 1080),
        ("18시 30분", 1110),
        ("１８：３０", 1110),
        ("0", 0),
        ("24:00", 1440),
    ],
)
def test_a_clock_is_read_as_people_type_it(typed: str, minute: int) -> None:
    assert read_clock(typed) == minute


@pytest.mark.parametrize(
    "typed", ["", "아침", "25", "24:01", "9:60", "-9", "9:3", "9.5", "٩", "9" * 400, "9:00:00"]
)
def test_what_is_no_clock_is_not_guessed(typed: str) -> None:
    assert read_clock(typed) is None


@pytest.mark.parametrize(("typed", "minutes"), [("8", 480), ("7.5", 450), ("7:30", 450), ("57 시간", 3420)])
def test_hours_are_read_as_people_type_them(typed: str, minutes: int) -> None:
    assert read_hours(typed) == minutes


@pytest.mark.parametrize("typed", ["", "여덟", "-1", "1e3", "nan", "7:60", "8시간 30", "9" * 400])
def test_what_is_no_number_of_hours_is_not_guessed(typed: str) -> None:
    assert read_hours(typed) is None


@given(st.integers(1, 744 * 60))
def test_hours_shown_again_are_the_same_hours(minutes: int) -> None:
    assert read_hours(said_hours(minutes)) == minutes


@given(st.integers(0, 1440))
def test_a_clock_shown_again_is_the_same_clock(minute: int) -> None:
    assert read_clock(said_clock(minute)) == minute


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_the_reading(typed: str) -> None:
    clock = read_clock(typed)
    assert clock is None or 0 <= clock <= 1440
    hours = read_hours(typed)
    assert hours is None or hours >= 0
    day = read_day(typed)
    assert day is None or 2000 <= day.year < 2100
