"""Every setting is described, and nothing is described that is no setting."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
READ = re.compile(r"""env\.\w+\(\s*["']([A-Z][A-Z0-9_]+)["']""")


def read_names() -> set[str]:
    return set(READ.findall((ROOT / "handyman" / "config.py").read_text(encoding="utf-8")))


def described() -> set[str]:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"`([A-Z][A-Z0-9_]+)`", text))


def test_the_settings_are_found_in_the_code() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "SMS_GATEWAY", "OFFER_MINUTES"} <= read_names()


def test_every_setting_is_described() -> None:
    assert read_names() - described() == set()


def test_nothing_else_is_described_as_a_setting() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "handyman").rglob("*.py"))
    code += "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tools").rglob("*.py"))
    assert {name for name in described() if f'"{name}"' not in code} == set()
