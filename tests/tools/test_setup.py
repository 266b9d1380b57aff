"""What is installed is always the same, and what is missing is said in one sentence."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import browser, setup, shell

ROOT = Path(__file__).parents[2]
EXACT = re.compile(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*( ; python_version < \"3\.1[34]\")?")


PARTS = ["requirements.txt", "requirements-dev.txt", "requirements-polish.txt", "requirements-bench.txt"]


@pytest.mark.parametrize("name", PARTS)
def test_every_python_part_has_an_exact_version(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    others = [f"-r {other}" for other in PARTS]
    assert [line for line in lines if not EXACT.fullmatch(line) and line not in others] == []


def test_every_browser_library_has_an_exact_version_and_a_checksum_but_no_download_address() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    parts = [part for name, part in locked.items() if name]
    assert all(part["integrity"].startswith("sha512-") for part in parts)
    assert not any("resolved" in part for part in parts)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_a_machine_without_a_fitting_python_is_told_so(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "setup.py", tmp_path / "tools")
    order = ["make", "--no-print-directory", "PYTHON=", ".venv/.run"]  # `make test` itself may be running us
    done = subprocess.run(order, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "handyman needs Python 3.11 to 3.14, and none is installed."
    assert done.returncode != 0


def test_a_python_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "OLDEST", (3, 99))
    with pytest.raises(shell.SetupError, match=r"^handyman needs Python 3\.11 to 3\.14, and this is 3\.\d+"):
        setup.make_environment()


def test_an_unknown_thing_to_install_is_named_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main(["everything"]) == 2
    assert (
        capsys.readouterr().out == "Say what to install: run, tests, rivals, browser-parts, contract-parts.\n"
    )


def test_pages_go_on_without_browser_libraries(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "find_npm", lambda: None)
    assert setup.main(["browser-parts"]) == 0
    assert "pages stay usable" in capsys.readouterr().out
    assert setup.main(["contract-parts"]) == 0
    assert "will skip" in capsys.readouterr().out


def test_the_bench_goes_on_without_rivals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def refuse(requirements: str) -> None:
        raise shell.SetupError(f"pip could not install {requirements}: no such wheel")

    monkeypatch.setattr(setup, "install_python_parts", refuse)
    monkeypatch.setattr(setup, "find_npm", lambda: None)
    monkeypatch.setattr(setup, "ENVIRONMENT", tmp_path)
    assert setup.main(["rivals"]) == 0
    assert "The bench goes on" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []  # no stamp: the next bench tries again


@pytest.mark.parametrize(("printed", "found"), [("11.4.2", 11), ("6.14.18", 6), ("", 0), ("v?", 0)])
def test_the_first_figure_of_a_version_is_read(printed: str, found: int) -> None:
    assert setup.major(printed) == found


def test_a_named_chromium_goes_before_the_machines_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = tmp_path / "chromium"
    ours.touch()
    monkeypatch.setenv("CHROMIUM_PATH", str(ours))
    assert browser.find() == str(ours)
    monkeypatch.setenv("CHROMIUM_PATH", str(tmp_path / "missing"))
    assert browser.find() is None


def test_a_chromium_without_windows_goes_before_one_with_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("chromium", "chromium-headless-shell"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho Chromium\n")
        program.chmod(0o755)
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.find() == str(tmp_path / "chromium-headless-shell")
    (tmp_path / "chromium-headless-shell").chmod(0o644)
    assert browser.find() == str(tmp_path / "chromium")


def test_a_missing_program_counts_as_one_that_failed() -> None:
    assert not shell.succeeds(["no-such-program"])
    assert shell.output_of(["no-such-program"]) == ""
