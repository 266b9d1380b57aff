"""Find or install the Chromium that browser tests drive: `python -m tools.browser`."""

import os
import shutil
import sys
from pathlib import Path

from tools.shell import PROGRAMS, ROOT, output_of, say, succeeds

WITHOUT_WINDOWS = "chromium-headless-shell"  # the same pages for much less work
NAMES = (WITHOUT_WINDOWS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FONTS = "fonts-nanum"
WHERE_PLAYWRIGHT_KEEPS_IT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
DONE = ROOT / ".venv" / ".browser"


def main() -> int:
    """Always ends well: without a Chromium the browser tests say that they were skipped."""
    found = find() or install()
    if not found:
        say("No Chromium could be had, so browser tests will skip: install one, or set CHROMIUM_PATH.")
        return 0
    say(f"Browser tests drive {found}.")
    install_fonts()
    DONE.touch()
    return 0


def find() -> str | None:
    """The Chromium of CHROMIUM_PATH, else the machine's own, else the one that playwright keeps."""
    if named := os.environ.get("CHROMIUM_PATH"):
        return named if Path(named).is_file() else None
    for name in NAMES:
        # Ubuntu's chromium-browser is a stub that asks for snap, so it has to answer.
        if (path := shutil.which(name)) and output_of([path, "--version"]):
            return path
    return next((path for path in APPLICATIONS if Path(path).is_file()), None) or kept_by_playwright()


def install() -> str | None:
    for package in (WITHOUT_WINDOWS, "chromium") if can_apt() else ():
        if apt_install(package, FONTS) and (found := find()):
            return found
    say("Installing Chromium by playwright …")
    command = [str(PROGRAMS / "playwright"), "install", *(["--with-deps"] if can_apt() else []), "chromium"]
    return kept_by_playwright() if succeeds(command) else None


def install_fonts() -> None:
    """Pictures of pages need Hangul; the tests themselves do not."""
    if can_apt() and shutil.which("fc-list") and not output_of(["fc-list", ":lang=ko"]):
        apt_install(FONTS)


def kept_by_playwright() -> str | None:
    path = output_of([str(PROGRAMS / "python"), "-c", WHERE_PLAYWRIGHT_KEEPS_IT])
    return path if path and Path(path).is_file() else None


def can_apt() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> bool:
    say(f"Installing {' and '.join(packages)} by apt-get …")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    return succeeds(command, env) or (succeeds(["apt-get", "update"], env) and succeeds(command, env))


if __name__ == "__main__":
    sys.exit(main())
