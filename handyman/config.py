"""Settings, read once from the environment. Each is described in docs/settings.md."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from handyman.environment import Environment, SettingError, TimeSpan

__all__ = ["SettingError", "Settings", "TimeSpan", "read_settings"]

INSTANCE = Path(__file__).resolve().parent.parent / "instance"
GEOCODERS: dict[str, tuple[str, ...]] = {  # with the settings that each of them needs
    "embedded": (),
    "nominatim": ("NOMINATIM_URL",),
    "photon": ("PHOTON_URL",),
    "kakao": ("KAKAO_REST_KEY",),
    "juso": ("JUSO_SEARCH_KEY", "JUSO_COORD_KEY"),
    "vworld": ("VWORLD_KEY",),
    "naver": ("NAVER_KEY_ID", "NAVER_KEY"),
}
NEEDED: dict[str, tuple[str, ...]] = {  # by each gateway
    "screen": (),
    "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"),
    "solapi": ("SOLAPI_API_KEY", "SOLAPI_API_SECRET", "SOLAPI_FROM", "SOLAPI_HOOK_SECRET"),
}
MAY_BE_KEPT = ("kakao", "juso", "naver", "nominatim", "photon")  # VWorld's terms leave no room

ROAD_PROFILES = {  # one server of OSRM knows one kind of road user, one of Valhalla knows them all
    "osrm": "car=driving",
    "valhalla": "car=auto,walk=pedestrian,cargo_bike=bicycle",
}


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
    visit_within_days: int
    booking_days: int
    hold_minutes: int
    expiry_days: int
    check_visit_days: int
    queue: str
    metrics_from: tuple[IPv4Network | IPv6Network, ...]
    plan_undo_seconds: int
    plan_day_seconds: int
    plan_week_seconds: int
    plan_polish: bool

    sms_gateway: str
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_auth_token_old: str
    twilio_from: str
    twilio_messaging_service_sid: str
    twilio_api_base: str
    solapi_api_key: str = field(repr=False)
    solapi_api_secret: str = field(repr=False)
    solapi_hook_secret: str = field(repr=False)
    solapi_from: str
    solapi_api_base: str
    text_hours: TimeSpan
    call_hours: TimeSpan
    sender_threads: int
    day_before_at: time
    day_list_at: time
    reminder_minutes: int
    survey_calls: bool
    offer_minutes: int
    offer_hours: TimeSpan
    link_hours: int
    harness_from_cm: int

    gazetteer_file: Path
    geocoders: tuple[str, ...]
    geocoders_kept: tuple[str, ...]
    geocoder_cache_days: int
    nominatim_url: str
    photon_url: str
    kakao_url: str
    kakao_rest_key: str = field(repr=False)
    juso_url: str
    juso_search_key: str = field(repr=False)
    juso_coord_key: str = field(repr=False)
    vworld_url: str
    vworld_key: str = field(repr=False)
    vworld_referer: str
    naver_url: str
    naver_key_id: str = field(repr=False)
    naver_key: str = field(repr=False)
    map_tiles_url: str
    map_attribution: str

    heights_file: Path
    travel_matrix_url: str
    travel_matrix_kind: str
    travel_matrix_seconds: int
    travel_matrix_profiles: tuple[tuple[str, str], ...]
    travel_matrix_days: int

    photo_folder: Path
    photo_max_mb: int

    @property
    def https(self) -> bool:
        return self.public_base_url.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment, or raise SettingError with one clear sentence."""
    env = Environment(os.environ if environ is None else environ)
    instance = env.path("INSTANCE_PATH", INSTANCE)
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
        visit_within_days=env.whole("VISIT_WITHIN_DAYS", 7, 1, 60),
        booking_days=env.whole("BOOKING_DAYS", 14, 1, 60),
        hold_minutes=env.whole("HOLD_MINUTES", 5, 1, 60),
        expiry_days=env.whole("EXPIRY_DAYS", 30, 0, 365),
        check_visit_days=env.whole("CHECK_VISIT_DAYS", 21, 1, 120),
        metrics_from=env.networks("METRICS_FROM", "127.0.0.1,::1"),
        queue=env.one_of("QUEUE", "tables", ("tables", "procrastinate")),
        plan_undo_seconds=env.whole("PLAN_UNDO_SECONDS", 60, 0, 600),
        plan_day_seconds=env.whole("PLAN_DAY_SECONDS", 10, 0, 600),
        plan_week_seconds=env.whole("PLAN_WEEK_SECONDS", 30, 0, 600),
        plan_polish=env.one_of("PLAN_POLISH", "off", ("on", "off")) == "on",
        sms_gateway=env.one_of("SMS_GATEWAY", "screen", tuple(NEEDED)),
        twilio_account_sid=env.text("TWILIO_ACCOUNT_SID", ""),
        twilio_auth_token=env.text("TWILIO_AUTH_TOKEN", ""),
        twilio_auth_token_old=env.text("TWILIO_AUTH_TOKEN_OLD", ""),
        twilio_from=env.phone("TWILIO_FROM"),
        twilio_messaging_service_sid=env.text("TWILIO_MESSAGING_SERVICE_SID", ""),
        twilio_api_base=env.url("TWILIO_API_BASE", "https://api.twilio.com"),
        solapi_api_key=env.key("SOLAPI_API_KEY"),
        solapi_api_secret=env.key("SOLAPI_API_SECRET"),
        solapi_hook_secret=env.key("SOLAPI_HOOK_SECRET"),
        solapi_from=env.matching("SOLAPI_FROM", "", r"([0-9-]{4,14})?", "digits and hyphens, as in Korea"),
        solapi_api_base=env.url("SOLAPI_API_BASE", "https://api.solapi.com"),
        text_hours=env.span("TEXT_HOURS", "08:00-20:00"),
        call_hours=env.span("CALL_HOURS", "09:00-19:00"),
        sender_threads=env.whole("SENDER_THREADS", 32, 1, 32),
        day_before_at=env.clock("DAY_BEFORE_AT", "17:00"),
        day_list_at=env.clock("DAY_LIST_AT", "08:00"),
        reminder_minutes=env.whole("REMINDER_MINUTES", 60, 5, 600),
        survey_calls=env.one_of("SURVEY_CALLS", "off", ("on", "off")) == "on",
        offer_minutes=env.whole("OFFER_MINUTES", 30, 1, 1440),
        offer_hours=env.span("OFFER_HOURS", "09:00-18:00"),
        link_hours=env.whole("LINK_HOURS", 24, 1, 720),
        harness_from_cm=env.whole("HARNESS_FROM_CM", 360, 200, 1000),
        gazetteer_file=env.path("GAZETTEER_FILE", instance / "gazetteer.sqlite"),
        geocoders=env.names("GEOCODERS", "embedded"),
        geocoders_kept=env.names("GEOCODERS_KEPT", "kakao,juso,nominatim,photon"),
        geocoder_cache_days=env.whole("GEOCODER_CACHE_DAYS", 365, 0, 365),
        nominatim_url=env.url("NOMINATIM_URL", ""),
        photon_url=env.url("PHOTON_URL", ""),
        kakao_url=env.url("KAKAO_URL", "https://dapi.kakao.com"),
        kakao_rest_key=env.key("KAKAO_REST_KEY"),
        juso_url=env.url("JUSO_URL", "https://business.juso.go.kr"),
        juso_search_key=env.key("JUSO_SEARCH_KEY"),
        juso_coord_key=env.key("JUSO_COORD_KEY"),
        vworld_url=env.url("VWORLD_URL", "https://api.vworld.kr"),
        vworld_key=env.key("VWORLD_KEY"),
        vworld_referer=env.matching("VWORLD_REFERER", "", r"[!-~]*", "the address that the key is for"),
        naver_url=env.url("NAVER_URL", "https://maps.apigw.ntruss.com"),
        naver_key_id=env.key("NAVER_KEY_ID"),
        naver_key=env.key("NAVER_KEY"),
        map_tiles_url=env.tiles("MAP_TILES_URL"),
        map_attribution=env.text("MAP_ATTRIBUTION", ""),
        heights_file=env.path("HEIGHTS_FILE", instance / "heights.csv"),
        travel_matrix_url=env.url("TRAVEL_MATRIX_URL", ""),
        travel_matrix_kind=env.one_of("TRAVEL_MATRIX_KIND", "osrm", tuple(ROAD_PROFILES)),
        travel_matrix_seconds=env.whole("TRAVEL_MATRIX_SECONDS", 1, 1, 30),
        travel_matrix_profiles=env.profiles("TRAVEL_MATRIX_PROFILES", _usual_profiles(env)),
        travel_matrix_days=env.whole("TRAVEL_MATRIX_DAYS", 30, 1, 365),
        photo_folder=env.path("PHOTO_FOLDER", instance / "photos"),
        photo_max_mb=env.whole("PHOTO_MAX_MB", 20, 1, 50),
    )
    _check_gateway(settings)
    _check_geocoders(settings)
    _check_day_before(settings)
    _check_queue(settings)
    _check_polish(settings)
    return settings


def _usual_profiles(env: Environment) -> str:
    return ROAD_PROFILES.get(env.text("TRAVEL_MATRIX_KIND", "osrm"), "")


def _check_gateway(settings: Settings) -> None:
    for name in NEEDED[settings.sms_gateway]:
        if not getattr(settings, name.lower()):
            raise SettingError(f"{name} must be set when SMS_GATEWAY is {settings.sms_gateway}.")
    if settings.sms_gateway == "twilio" and not (
        settings.twilio_from or settings.twilio_messaging_service_sid
    ):
        raise SettingError(
            "Set TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID: the number or service that texts leave from."
        )


def _check_geocoders(settings: Settings) -> None:
    if not settings.geocoders:
        raise SettingError(f"GEOCODERS must name at least one of {', '.join(GEOCODERS)}.")
    for name in settings.geocoders:
        if name not in GEOCODERS:
            raise SettingError(f"GEOCODERS names {name!r}; known are {', '.join(GEOCODERS)}.")
        for needed in GEOCODERS[name]:
            if not getattr(settings, needed.lower()):
                what = "your server" if needed.endswith("_URL") else "the key that you were given"
                raise SettingError(f"GEOCODERS names {name}: set {needed} to {what}.")
    for name in settings.geocoders_kept:
        if name not in MAY_BE_KEPT:
            raise SettingError(f"GEOCODERS_KEPT names {name!r}; it may name {', '.join(MAY_BE_KEPT)}.")


def _check_day_before(settings: Settings) -> None:
    minute = settings.day_before_at.hour * 60 + settings.day_before_at.minute
    if not settings.text_hours.start <= minute < settings.text_hours.end:
        raise SettingError("DAY_BEFORE_AT must lie inside TEXT_HOURS: residents are not woken by a text.")


def _check_queue(settings: Settings) -> None:
    if settings.queue == "procrastinate" and not settings.database_url.startswith("postgresql"):
        raise SettingError("QUEUE can be procrastinate only with a DATABASE_URL of PostgreSQL.")


def _check_polish(settings: Settings) -> None:
    if settings.plan_polish and find_spec("pyvrp") is None:
        raise SettingError("PLAN_POLISH can be on only where requirements-polish.txt is installed.")


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
