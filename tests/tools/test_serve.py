"""`make run`: what it says, what it starts, and that nothing is left running."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from handyman.serve import answers, main

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds: the demo is filled, on a machine that may do much else
SERVE = (sys.executable, "-m", "handyman.serve")
TWO_CHILDREN = """
import sys
from handyman.serve import Processes, StartError, Stop

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
START = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}])"
with Stop() as stop:
    stop.at_once = False
    processes = Processes(stop)
    try:
        processes.start("web", [sys.executable, "-c", f"{START}; time.sleep(60)"])
        processes.start("worker", [sys.executable, "-c", f"{START}; time.sleep({sys.argv[1]})"])
        processes.wait()
    except StartError as error:
        sys.exit(str(error))
    finally:
        processes.stop_all()
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_taken_port_ends_in_one_sentence(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        said, status = said_by(start(SERVE, tmp_path, PORT=str(port)))
    assert said == [
        f"Port {port} on 127.0.0.1 is taken; stop what uses it, or choose another: PORT={port + 1} make run."
    ]
    assert status == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("SMS_GATEWAY", "pigeon"),
        ("DATABASE_URL", "mysql://localhost/handyman"),
        ("DATABASE_URL", "postgresql+psycopg://somebody@host:port/handyman"),
        ("DATABASE_URL", "postgresql+psycopg://somebody:secret@127.0.0.1:1/handyman"),
        ("DATABASE_URL", "sqlite:////no/such/folder/handyman.sqlite3"),
        ("DATABASE_URL", f"sqlite:///{__file__}"),  # a file, and no database
        ("RATELIMIT_STORAGE_URI", "redis://127.0.0.1"),  # its client is not installed
        ("HOST", "no such host"),
    ],
)
def test_a_bad_setting_ends_in_one_sentence_that_names_it(
    tmp_path: Path,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
) -> None:
    for each, given in {"INSTANCE_PATH": str(tmp_path), "PORT": str(port), name: value}.items():
        monkeypatch.setenv(each, given)
    status = main()
    printed, said = capsys.readouterr()
    assert printed in ("", "Preparing the database …\n")
    assert said.count("\n") == 1
    assert name in said
    assert "secret" not in said
    assert status == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_our_processes_and_what_they_have_started(
    tmp_path: Path, number: signal.Signals
) -> None:
    served = start((sys.executable, "-c", TWO_CHILDREN, "60"), tmp_path)
    family = wait_for_family(served, 4)
    served.send_signal(number)
    said, status = said_by(served)
    assert (said, status) == ([], 0)
    assert still_running(family) == []


def test_a_process_that_ends_by_itself_takes_the_others_along(tmp_path: Path) -> None:
    served = start((sys.executable, "-c", TWO_CHILDREN, "2"), tmp_path)
    family = wait_for_family(served, 4)
    said, status = said_by(served)
    assert said == ["The worker process ended by itself (0), so everything was stopped."]
    assert status == 1
    assert still_running(family) == []


def test_a_fresh_start_answers_says_where_and_leaves_nothing_running(tmp_path: Path, port: int) -> None:
    served = start(SERVE, tmp_path, PORT=str(port))
    try:
        assert wait_for(lambda: served.poll() is not None or answers("127.0.0.1", port))
        family = wait_for_family(served, 3)  # gunicorn, its worker, and ours
    finally:
        served.send_signal(signal.SIGINT)
        said, status = said_by(served)
    assert f"handyman is running at http://127.0.0.1:{port}" in said
    assert f"The telephones, on screen: http://127.0.0.1:{port}/phones" in said
    assert "Sign in (demo data):" in said
    assert status == 0
    assert still_running(family) == []
    assert not answers("127.0.0.1", port)


def start(command: tuple[str, ...], folder: Path, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "INSTANCE_PATH": str(folder), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def said_by(served: subprocess.Popen[str]) -> tuple[list[str], int]:
    """The lines it printed and its exit status, once it has ended."""
    try:
        said, _ = served.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        served.terminate()
        raise
    return [line for line in said.splitlines() if line], served.returncode


def wait_for_family(served: subprocess.Popen[str], size: int) -> list[psutil.Process]:
    ours = psutil.Process(served.pid)
    assert wait_for(lambda: served.poll() is not None or len(ours.children(recursive=True)) >= size)
    assert served.poll() is None
    return ours.children(recursive=True)


def still_running(family: list[psutil.Process]) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(family, timeout=5)
    return alive


def wait_for(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False
