"""Settings, read once from the environment. Each is described in docs/settings.md."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

INSTANCE = Path(__file__).resolve().parent.parent / "instance"
Parsed = TypeVar("Parsed")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class SettingError(ValueError):
    """A setting that cannot be used; the message names it and says what to write instead."""


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A span of a working day, in minutes after midnight, Asia/Seoul."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an office may set."""

    secret_key: str
    database_url: str
    instance: Path
    public_base_url: str
    host: str
    port: int
    proxies: int
    log_level: str
    session_hours: int
    login_limit: str
    ratelimit_storage_uri: str

    office_name: str
    office_phone: str
    work_days: tuple[int, ...]
    promise_windows: tuple[TimeSpan, ...]
    booking_days: int

    sms_gateway: str
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_from: str
    twilio_messaging_service_sid: str
    twilio_api_base: str
    text_hours: TimeSpan
    day_before_at: time
    day_list_at: time
    reminder_minutes: int
    offer_minutes: int
    offer_hours: TimeSpan
    link_hours: int

    gazetteer_file: Path
    geocoders: tuple[str, ...]
    nominatim_url: str
    photon_url: str
    map_tiles_url: str
    map_attribution: str

    photo_folder: Path
    photo_max_mb: int

    @property
    def https(self) -> bool:
        return self.public_base_url.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment, or raise SettingError with one clear sentence."""
    env = _Environment(os.environ if environ is None else environ)
    instance = env.folder("INSTANCE_PATH", INSTANCE)
    settings = Settings(
        secret_key=env.text("SECRET_KEY", "") or _own_secret(instance),
        database_url=env.matching(
            "DATABASE_URL",
            f"sqlite:///{instance / 'handyman.sqlite3'}",
            r"(sqlite|postgresql\+psycopg)://.+",
            "sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
        ),
        instance=instance,
        public_base_url=env.url("PUBLIC_BASE_URL", f"http://127.0.0.1:{env.text('PORT', '5000')}"),
        host=env.text("HOST", "127.0.0.1"),
        port=env.whole("PORT", 5000, 1, 65535),
        proxies=env.whole("PROXIES", 0, 0, 5),
        log_level=env.one_of("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        session_hours=env.whole("SESSION_HOURS", 12, 1, 168),
        login_limit=env.matching(
            "LOGIN_LIMIT",
            "10 per 15 minutes",
            r"\d+ per (\d+ )?(second|minute|hour|day)s?",
            "a limit such as 10 per 15 minutes",
        ),
        ratelimit_storage_uri=env.store("RATELIMIT_STORAGE_URI", "memory://"),
        office_name=env.text("OFFICE_NAME", "동작핸디맨"),
        office_phone=env.matching("OFFICE_PHONE", "02-820-0000", r"[0-9-]{4,14}", "digits and hyphens"),
        work_days=env.days("WORK_DAYS", "mon,tue,wed,thu,fri"),
        promise_windows=env.spans("PROMISE_WINDOWS", "09:00-11:00,11:00-13:00,13:00-15:00,15:00-17:00"),
        booking_days=env.whole("BOOKING_DAYS", 14, 1, 60),
        sms_gateway=env.one_of("SMS_GATEWAY", "screen", ("screen", "twilio")),
        twilio_account_sid=env.text("TWILIO_ACCOUNT_SID", ""),
        twilio_auth_token=env.text("TWILIO_AUTH_TOKEN", ""),
        twilio_from=env.text("TWILIO_FROM", ""),
        twilio_messaging_service_sid=env.text("TWILIO_MESSAGING_SERVICE_SID", ""),
        twilio_api_base=env.url("TWILIO_API_BASE", "https://api.twilio.com"),
        text_hours=env.span("TEXT_HOURS", "08:00-20:00"),
        day_before_at=env.clock("DAY_BEFORE_AT", "17:00"),
        day_list_at=env.clock("DAY_LIST_AT", "07:30"),
        reminder_minutes=env.whole("REMINDER_MINUTES", 60, 5, 600),
        offer_minutes=env.whole("OFFER_MINUTES", 30, 1, 1440),
        offer_hours=env.span("OFFER_HOURS", "09:00-18:00"),
        link_hours=env.whole("LINK_HOURS", 24, 1, 720),
        gazetteer_file=env.folder("GAZETTEER_FILE", instance / "gazetteer.sqlite"),
        geocoders=tuple(
            name.strip() for name in env.text("GEOCODERS", "embedded").split(",") if name.strip()
        ),
        nominatim_url=env.url("NOMINATIM_URL", ""),
        photon_url=env.url("PHOTON_URL", ""),
        map_tiles_url=env.tiles("MAP_TILES_URL"),
        map_attribution=env.text("MAP_ATTRIBUTION", ""),
        photo_folder=env.folder("PHOTO_FOLDER", instance / "photos"),
        photo_max_mb=env.whole("PHOTO_MAX_MB", 20, 1, 50),
    )
    _check_gateway(settings)
    _check_geocoders(settings)
    _check_day_before(settings)
    return settings


def _check_gateway(settings: Settings) -> None:
    if settings.sms_gateway != "twilio":
        return
    for name in ("twilio_account_sid", "twilio_auth_token"):
        if not getattr(settings, name):
            raise SettingError(f"{name.upper()} must be set when SMS_GATEWAY is twilio.")
    if not (settings.twilio_from or settings.twilio_messaging_service_sid):
        raise SettingError(
            "Set TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID: the number or service that texts leave from."
        )


def _check_geocoders(settings: Settings) -> None:
    urls = {"embedded": "built in", "nominatim": settings.nominatim_url, "photon": settings.photon_url}
    if not settings.geocoders:
        raise SettingError(f"GEOCODERS must name at least one of {', '.join(urls)}.")
    for name in settings.geocoders:
        if name not in urls:
            raise SettingError(f"GEOCODERS names {name!r}; known are {', '.join(urls)}.")
        if not urls[name]:
            raise SettingError(f"GEOCODERS names {name}: set {name.upper()}_URL to your server.")


def _check_day_before(settings: Settings) -> None:
    minute = settings.day_before_at.hour * 60 + settings.day_before_at.minute
    if not settings.text_hours.start <= minute < settings.text_hours.end:
        raise SettingError("DAY_BEFORE_AT must lie inside TEXT_HOURS: residents are not woken by a text.")


def _own_secret(instance: Path) -> str:
    """The office's own key, made at the first start and readable by its owner alone."""
    file = instance / "secret_key"
    if not file.exists():
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
                new.write(secrets.token_hex(32))
        except FileExistsError:  # another process was first
            return file.read_text().strip()
        except OSError as error:
            raise SettingError(
                f"SECRET_KEY is not set and {file} cannot be written: {error.strerror}."
            ) from error
    return file.read_text().strip()


class _Environment:
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

    def folder(self, name: str, default: Path) -> Path:
        """A folder or file. Absolute, so that every part of the product means the same folder."""
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
