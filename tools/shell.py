"""How the scripts of this folder run programs and speak to the person who started them."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PROGRAMS = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")


class SetupError(Exception):
    """Something is missing that we cannot install; the message says what to do in one sentence."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program in this folder and keep what it prints. A missing program counts as one that failed."""
    try:
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", f"{command[0]}: {error.strerror}")


def succeeds(command: Sequence[str], env: Mapping[str, str] | None = None) -> bool:
    return run(command, env).returncode == 0


def output_of(command: Sequence[str], env: Mapping[str, str] | None = None) -> str:
    """What a program prints, or nothing when it is missing or fails."""
    done = run(command, env)
    return done.stdout.strip() if done.returncode == 0 else ""
