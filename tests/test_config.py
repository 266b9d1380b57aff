"""A setting that cannot be used stops the start with one sentence that names it."""

import re

import pytest

from handyman import config
from handyman.config import SettingError, read_settings

BASE = {"SECRET_KEY": "only for tests", "INSTANCE_PATH": "unused"}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "many", "PORT must be a whole number from 1 to 65535"),
        ("PORT", "0", "PORT"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must be sqlite:///FILE"),
        ("PUBLIC_BASE_URL", "handyman.example", "PUBLIC_BASE_URL must begin with http"),
        ("WORK_DAYS", "mon,funday", "WORK_DAYS must be weekdays"),
        ("PROMISE_WINDOWS", "11:00-09:00", "PROMISE_WINDOWS must be spans"),
        ("DAY_BEFORE_AT", "25:00", "DAY_BEFORE_AT must be a time"),
        ("SMS_GATEWAY", "pigeon", "SMS_GATEWAY must be one of screen, twilio, solapi"),
        ("SMS_GATEWAY", "twilio", "TWILIO_ACCOUNT_SID must be set"),
        ("SMS_GATEWAY", "solapi", "SOLAPI_API_KEY must be set when SMS_GATEWAY is solapi"),
        ("SOLAPI_FROM", "+82 2 820 0000", "SOLAPI_FROM must be digits and hyphens"),
        ("TWILIO_FROM", "abc", r"TWILIO_FROM must be a telephone number such as \+8228200000, not 'abc'"),
        ("TWILIO_FROM", "+82 abc def ghij", "TWILIO_FROM must be a telephone number"),
        ("TWILIO_FROM", "02-820-0000", "TWILIO_FROM must be a telephone number"),
        ("TWILIO_FROM", "+82 1", "TWILIO_FROM must be a telephone number"),
        ("DAY_BEFORE_AT", "21:30", "DAY_BEFORE_AT must lie inside TEXT_HOURS"),
        ("PUBLIC_BASE_URL", "http://[", "PUBLIC_BASE_URL must begin with http"),
        ("TWILIO_API_BASE", "http://[x", "TWILIO_API_BASE must begin with http"),
        ("MAP_TILES_URL", "https://tiles-{s}.example/{z}/{x}/{y}.png", "MAP_TILES_URL must name its host"),
        ("RATELIMIT_STORAGE_URI", "foo", "RATELIMIT_STORAGE_URI must be memory://"),
        ("RATELIMIT_STORAGE_URI", "rediss+nothing://x", "RATELIMIT_STORAGE_URI must be memory://"),
        ("GEOCODERS", ",", "GEOCODERS must name at least one"),
        ("GEOCODERS", "maps", "GEOCODERS names 'maps'"),
        ("GEOCODERS", "embedded,photon", "set PHOTON_URL"),
        ("PLAN_POLISH", "yes", "PLAN_POLISH must be one of on, off"),
        ("LOGIN_LIMIT", "a lot", "LOGIN_LIMIT must be a limit"),
    ],
)
def test_unusable_setting_is_named(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingError, match=told):
        read_settings({**BASE, name: value})


def test_the_number_that_texts_leave_from_may_be_written_with_blanks() -> None:
    assert read_settings({**BASE, "TWILIO_FROM": "+82 2-820-0000"}).twilio_from == "+8228200000"
    assert read_settings(BASE).twilio_from == ""


def test_a_polish_without_its_part_stops_the_start(monkeypatch) -> None:
    monkeypatch.setattr(config, "find_spec", lambda _name: None)
    with pytest.raises(SettingError, match=r"PLAN_POLISH can be on only where requirements-polish\.txt"):
        read_settings({**BASE, "PLAN_POLISH": "on"})
    monkeypatch.setattr(config, "find_spec", lambda name: name)
    assert read_settings({**BASE, "PLAN_POLISH": "on"}).plan_polish


def test_nothing_needs_to_be_set_but_a_place_for_the_key(tmp_path) -> None:
    settings = read_settings({"INSTANCE_PATH": str(tmp_path)})
    assert len(settings.secret_key) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert read_settings({"INSTANCE_PATH": str(tmp_path)}).secret_key == settings.secret_key


def test_https_address_makes_cookies_secure(make_app) -> None:
    app = make_app(PUBLIC_BASE_URL="https://handyman.example")
    assert app.config["SESSION_COOKIE_SECURE"]
    assert not make_app().config["SESSION_COOKIE_SECURE"]


def test_tiles_of_several_hosts_are_let_in(make_app) -> None:
    app = make_app(MAP_TILES_URL="https://{s}.tiles.example/{z}/{x}/{y}.png")
    images = re.search(
        r"img-src ([^;]*)", app.test_client().get("/sign-in").headers["Content-Security-Policy"]
    )
    assert images
    assert images[1].split() == ["'self'", "data:", "blob:", "https://*.tiles.example"]


def test_folders_named_from_where_one_stands_are_the_same_everywhere(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({"INSTANCE_PATH": "data", "PHOTO_FOLDER": "pictures"})
    assert (settings.instance, settings.photo_folder) == (tmp_path / "data", tmp_path / "pictures")
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'handyman.sqlite3'}"


def test_folders_with_names_and_homes_are_their_owners_alone(make_app, tmp_path) -> None:
    make_app(INSTANCE_PATH=str(tmp_path / "office"))
    for folder in (tmp_path / "office", tmp_path / "office" / "photos"):
        assert folder.stat().st_mode & 0o077 == 0


def test_log_level_is_that_of_our_own_log(make_app, caplog) -> None:
    app = make_app(LOG_LEVEL="ERROR")
    app.logger.warning("not said")
    app.logger.error("said")
    assert caplog.messages == ["said"]
    make_app(LOG_LEVEL="DEBUG").logger.debug("said in detail")
    assert "said in detail" in caplog.messages
