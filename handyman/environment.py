"""Reads settings from the environment one at a time, and says clearly what is wrong with a value."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import phonenumbers

Parsed = TypeVar("Parsed")
PROFILE = r"(walk|transit|car|cargo_bike)=[A-Za-z0-9_.-]+"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class SettingError(ValueError):
    """A setting that cannot be used; the message names it and says what to write instead."""


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A span of a working day, in minutes after midnight, Asia/Seoul."""

    start: int
    end: int


class Environment:
    """Reads one value at a time and says clearly what is wrong with it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def matching(self, name: str, default: str, pattern: str, wanted: str) -> str:
        value = self.text(name, default)
        if not re.fullmatch(pattern, value):
            raise SettingError(f"{name} must be {wanted}.")
        return value

    def phone(self, name: str) -> str:
        """A telephone number as it is dialled from anywhere: +8228200000."""
        value = self.text(name, "")
        try:
            number = phonenumbers.parse(value) if re.fullmatch(r"\+[0-9 -]+", value) else None
        except phonenumbers.NumberParseException:
            number = None
        if value and (number is None or not phonenumbers.is_possible_number(number)):
            raise SettingError(f"{name} must be a telephone number such as +8228200000, not {value!r}.")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else ""

    def names(self, name: str, default: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, map(str.strip, self.text(name, default).split(",")))))

    def key(self, name: str) -> str:
        """A key is sent in a header or an address; what it says is never repeated in a message."""
        return self.matching(name, "", r"[!-~]*", "a key of letters, digits and signs, without blanks")

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not re.fullmatch(r"\d{1,9}", value) or not least <= int(value) <= most:
            raise SettingError(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
        return int(value)

    def one_of(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise SettingError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        if value and not _names_host(value):
            raise SettingError(f"{name} must begin with http:// or https:// and name a host, not {value!r}.")
        return value

    def tiles(self, name: str) -> str:
        value = self.url(name, "")
        if value and not re.fullmatch(r"(\{s\}\.)?[\w.:-]+", urlsplit(value).netloc, re.ASCII):
            raise SettingError(f"{name} must name its host plainly; only {{s}}. may stand before it.")
        return value

    def profiles(self, name: str, default: str) -> tuple[tuple[str, str], ...]:
        """Ways of travelling, each with what a road service calls it."""
        value = self.matching(
            name,
            default,
            rf"({PROFILE}(\s*,\s*{PROFILE})*)?",
            "pairs such as car=driving,walk=foot; the ways are walk, transit, car and cargo_bike",
        )
        pairs = (pair.partition("=") for pair in filter(None, value.split(",")))
        return tuple((way.strip(), profile.strip()) for way, _, profile in pairs)

    def path(self, name: str, default: Path) -> Path:
        """A folder or file. Absolute, so that every part of the product means the same one."""
        return Path(self.text(name, str(default))).absolute()

    def store(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if value != default:
            from limits.errors import ConfigurationError
            from limits.storage import storage_from_string

            try:
                storage_from_string(value)
            except (ConfigurationError, ValueError) as error:
                raise SettingError(
                    f"{name} must be memory:// or the address of a store whose Python client is installed, "
                    f"such as redis://HOST:6379 with the package redis; not {value!r}."
                ) from error
        return value

    def clock(self, name: str, default: str) -> time:
        return self._parsed(name, default, _clock, "a time such as 17:00")

    def span(self, name: str, default: str) -> TimeSpan:
        return self._parsed(name, default, _span, "a span such as 08:00-20:00")

    def spans(self, name: str, default: str) -> tuple[TimeSpan, ...]:
        wanted = "spans such as 09:00-11:00,13:00-15:00"
        return self._parsed(name, default, lambda value: tuple(map(_span, value.split(","))), wanted)

    def networks(self, name: str, default: str) -> tuple[IPv4Network | IPv6Network, ...]:
        wanted = "networks such as 127.0.0.1,10.0.0.0/8"
        return self._parsed(
            name, default, lambda value: tuple(ip_network(each.strip()) for each in value.split(",")), wanted
        )

    def days(self, name: str, default: str) -> tuple[int, ...]:
        wanted = "weekdays such as mon,tue,wed"
        return self._parsed(
            name, default, lambda value: tuple(sorted({*map(_weekday, value.split(","))})), wanted
        )

    def _parsed(self, name: str, default: str, parse: Callable[[str], Parsed], wanted: str) -> Parsed:
        value = self.text(name, default)
        try:
            return parse(value)
        except ValueError as error:
            raise SettingError(f"{name} must be {wanted}, not {value!r}.") from error


def _names_host(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _clock(value: str) -> time:
    return time.fromisoformat(value.strip())


def _span(value: str) -> TimeSpan:
    start, end = (_clock(part) for part in value.split("-"))
    if start >= end:
        raise ValueError(value)
    return TimeSpan(start.hour * 60 + start.minute, end.hour * 60 + end.minute)


def _weekday(value: str) -> int:
    return WEEKDAYS.index(value.strip().lower())
