"""A setting that cannot be used stops the start with one sentence that names it."""

import pytest

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
        ("SMS_GATEWAY", "pigeon", "SMS_GATEWAY must be one of screen, twilio"),
        ("SMS_GATEWAY", "twilio", "TWILIO_ACCOUNT_SID must be set"),
        ("GEOCODERS", "maps", "GEOCODERS names 'maps'"),
        ("GEOCODERS", "embedded,photon", "set PHOTON_URL"),
        ("LOGIN_LIMIT", "a lot", "LOGIN_LIMIT must be a limit"),
    ],
)
def test_unusable_setting_is_named(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingError, match=told):
        read_settings({**BASE, name: value})


def test_nothing_needs_to_be_set_but_a_place_for_the_key(tmp_path) -> None:
    settings = read_settings({"INSTANCE_PATH": str(tmp_path)})
    assert len(settings.secret_key) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert read_settings({"INSTANCE_PATH": str(tmp_path)}).secret_key == settings.secret_key


def test_https_address_makes_cookies_secure(make_app) -> None:
    app = make_app(PUBLIC_BASE_URL="https://handyman.example")
    assert app.config["SESSION_COOKIE_SECURE"]
    assert not make_app().config["SESSION_COOKIE_SECURE"]
