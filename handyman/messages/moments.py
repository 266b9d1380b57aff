"""Moments in the keys of texts: what a text spoke of when it was written."""

from datetime import datetime, timedelta

from handyman.words import SEOUL, local


def stamp(moment: datetime) -> str:
    """A moment as part of a key: 2026-11-24T10:00+09:00."""
    return local(moment).isoformat(timespec="minutes")


def instant(moment: datetime) -> str:
    """The same, so exact that two things of one minute are two."""
    return local(moment).isoformat(timespec="milliseconds")


def restamped(key: str, moment: datetime) -> str:
    """The same key, of another moment."""
    plain, mark, turn = key.partition("#")
    return f"{plain.removesuffix(stamp(stamped(key)))}{stamp(moment)}{mark}{turn}"


def stamped(key: str) -> datetime:
    """The moment at the end of a key."""
    return datetime.fromisoformat(key.partition("#")[0][-len("2026-11-24T10:00+09:00") :])


def start_of_window(key: str) -> datetime:
    """Of one as the board names it in the history: 20261124-1000-1200."""
    return datetime.strptime(key[: len("20261124-1000")], "%Y%m%d-%H%M").replace(tzinfo=SEOUL)


def end_of_window(key: str) -> datetime:
    """The same, of its end; one that runs past midnight ends on the day after."""
    clock = key[len("20261124-1000-") : len("20261124-1000-1200")]
    start, (hours, minutes) = start_of_window(key), divmod(int(clock), 100)
    return start.replace(hour=0, minute=0) + timedelta(hours=hours, minutes=minutes)


def speaks_of(key: str, moment: datetime) -> bool:
    """Whether a key ends with this moment; one that ends with none speaks of any."""
    try:
        return stamp(stamped(key)) == stamp(moment)
    except ValueError:
        return True
