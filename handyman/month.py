"""One month of the calendar, as it is written in an address: 2026-11."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handyman.words import at_minute

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Month:
    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Month | None":
        """The month, or None when it is none."""
        found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})", text.strip())
        if found is None:
            return None
        year, month = int(found[1]), int(found[2])
        return cls(year, month) if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else None

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        """The first day of the next month."""
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def starts_at(self) -> datetime:
        return at_minute(self.first, 0)

    @property
    def ends_at(self) -> datetime:
        return at_minute(self.end, 0)

    @property
    def previous(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    @property
    def next(self) -> "Month":
        return Month.of(self.end)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
