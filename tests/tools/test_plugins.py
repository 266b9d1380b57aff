"""The real Chromium and the real PostgreSQL that other tests lean on."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
ONE_BROWSER_TEST = "tests/tools/test_plugins.py::test_chromium_renders_hangul"


@pytest.mark.browser
def test_chromium_renders_hangul(chromium: "Browser") -> None:
    page = chromium.new_page()
    page.set_content("<main><h1>집수리</h1></main>")
    assert page.get_by_role("heading").inner_text() == "집수리"
    page.close()


@pytest.mark.parametrize("attempt", [1, 2])
@pytest.mark.postgres
def test_each_test_gets_an_empty_postgresql_database(postgres_url: str, attempt: int) -> None:
    assert postgres_url.startswith("postgresql+psycopg://")
    with psycopg.connect(postgres_url.replace("+psycopg", "", 1)) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        connection.execute("CREATE TABLE left_behind (id int)")
    assert tables == (0,)


def test_without_a_chromium_browser_tests_skip_and_the_last_line_says_so() -> None:
    done = run_pytest(CI="", REQUIRE_BROWSER="")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("1 browser tests were skipped, for no Chromium was found")


def test_in_ci_a_missing_chromium_fails_them() -> None:
    done = run_pytest(CI="true", REQUIRE_BROWSER="")
    assert done.returncode == 1
    assert "no Chromium was found" in done.stdout


def run_pytest(**environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", ONE_BROWSER_TEST],
        cwd=ROOT,
        env={**os.environ, "CHROMIUM_PATH": "/no/such/chromium", **environ},
        capture_output=True,
        text=True,
        check=False,
    )
