"""Times, hours and days as somebody types them, and as the form shows them again."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

CLOCK = re.compile(r"(\d{1,2})(?:[:시]?(\d{2})분?|시)?", re.ASCII)
HOURS = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)(?:시간)?", re.ASCII)
HOURS_AND_MINUTES = re.compile(r"(\d{1,4}):([0-5]\d)", re.ASCII)
MIDNIGHT = 24 * 60


def read_clock(text: str) -> int | None:
    """Minutes after midnight of 9, 9:30, 0930, 18시 or 24:00."""
    found = CLOCK.fullmatch(_plain(text))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    total = hour * 60 + minute
    return total if minute < 60 and total <= MIDNIGHT else None


def said_clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def read_hours(text: str) -> int | None:
    """Minutes of 8, 7.5, 7:30 or 8시간."""
    plain = _plain(text)
    if parts := HOURS_AND_MINUTES.fullmatch(plain):
        return int(parts[1]) * 60 + int(parts[2])
    whole = HOURS.fullmatch(plain)
    return round(Decimal(whole[1]) * 60) if whole else None


def said_hours(minutes: int | None) -> str:
    """8; 7.5; 1:40 where no short decimal says it. Reading it again gives the same minutes."""
    if minutes is None:
        return ""
    if minutes * 100 % 60:
        return f"{minutes // 60}:{minutes % 60:02d}"
    return f"{Decimal(minutes) / 60:f}"


def read_day(text: str) -> date | None:
    """A day of our century, or None."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text[:20]).split())
