"""How long an offer waits for its answer."""

from datetime import date, datetime, timedelta

from handyman.board.calendar import find_expiry, is_working
from handyman.config import TimeSpan
from handyman.words import SEOUL

HOURS = TimeSpan(9 * 60, 18 * 60)
MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SEOUL)


def expiry(now: datetime, start: datetime | None = None) -> datetime:
    return find_expiry(now, start or at(30, 10), 30, HOURS, lambda day: is_working(day, MONDAY_TO_FRIDAY))


def test_offer_made_in_the_morning_waits_half_an_hour() -> None:
    assert expiry(at(24, 10)) == at(24, 10, 30)


def test_offer_made_in_the_evening_waits_until_the_next_morning() -> None:
    assert expiry(at(24, 20)) == at(25, 9, 30)


def test_offer_made_just_before_closing_takes_its_rest_the_next_day() -> None:
    assert expiry(at(24, 17, 50)) == at(25, 9, 20)


def test_offer_made_on_friday_evening_waits_until_monday() -> None:
    assert expiry(at(27, 19)) == at(30, 9, 30)


def test_offer_never_waits_beyond_the_start_of_the_visit() -> None:
    assert expiry(at(24, 10), start=at(24, 10, 20)) == at(24, 10, 20)


def test_public_holiday_does_not_count() -> None:
    new_year_eve = datetime(2026, 12, 31, 17, 50, tzinfo=SEOUL)
    start = new_year_eve + timedelta(days=10)
    assert expiry(new_year_eve, start) == datetime(2027, 1, 4, 9, 20, tzinfo=SEOUL)


def test_chuseok_is_no_working_day() -> None:
    assert not is_working(date(2026, 9, 25), MONDAY_TO_FRIDAY)
    assert is_working(date(2026, 9, 28), MONDAY_TO_FRIDAY)
