"""What `make run` starts: the database brought up to date, then web and worker together until Ctrl+C."""

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from handyman.config import SettingError, Settings, read_settings

ROOT = Path(__file__).resolve().parent.parent
THREADS = 8
SECONDS_TO_ANSWER = 60
SECONDS_TO_STOP = 25  # a text under way is given the time that its provider has
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartError(Exception):
    """We cannot start, or had to stop; the message says why in one sentence."""


def main() -> int:
    """Start everything, say where it is, and stop everything when asked to."""
    try:
        with Stop() as stop:
            run(read_settings(), stop)
    except (SettingError, StartError) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        print(f"{error.filename or 'The system'}: {error.strerror}.", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def run(settings: Settings, stop: "Stop") -> None:
    with take_port(settings.host, settings.port) as listening:
        sign_ins = prepare(settings)
        stop.at_once = False
        processes = Processes(stop)
        try:
            processes.start("web", web_command(listening), keep=listening.fileno())
            processes.wait_until_answers(settings)
            if not stop.asked:
                announce(settings, sign_ins)
            processes.start("worker", [sys.executable, "-m", "flask", "--app", "wsgi", "worker"])
            processes.wait()
        finally:
            processes.stop_all()


class Stop:
    """Ctrl+C and its kin: they interrupt at once, until there are children; then they are noted."""

    def __init__(self) -> None:
        self.asked = False
        self.at_once = True
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Stop":
        self._before = {each: signal.signal(each, self._note) for each in SIGNALS}
        return self

    def __exit__(self, *_error: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        if self.at_once:
            raise KeyboardInterrupt


@dataclass(slots=True)
class Processes:
    """Our children, each leading a group of its own, so that nothing they start outlives us."""

    stop: Stop
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str], keep: int | None = None) -> None:
        self.children[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=() if keep is None else (keep,),
            start_new_session=True,
        )

    def wait_until_answers(self, settings: Settings) -> None:
        host = reachable(settings.host)
        patience = time.monotonic() + SECONDS_TO_ANSWER
        while not self.stop.asked and not answers(host, settings.port):
            self.check()
            if time.monotonic() > patience:
                raise StartError(
                    f"No page was answered in {SECONDS_TO_ANSWER} seconds, so everything was stopped."
                )
            time.sleep(0.05)

    def wait(self) -> None:
        while not self.stop.asked:
            self.check()
            time.sleep(0.2)

    def check(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None:
                raise StartError(
                    f"The {name} process ended by itself ({child.returncode}), so everything was stopped."
                )

    def stop_all(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        patience = time.monotonic() + SECONDS_TO_STOP
        for child in self.children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.0, patience - time.monotonic()))
            with suppress(ProcessLookupError, PermissionError):  # the whole group is gone already
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def take_port(host: str, port: int) -> socket.socket:
    """Hold the port from the first moment; the web process is handed it, so nobody can come between."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        held = socket.socket(family, kind, protocol)
    except OSError as error:
        raise StartError(f"HOST must be an address of this machine, not {host!r}.") from error
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(address)
        held.listen(256)
    except OSError as error:
        held.close()
        raise StartError(why_not(error, host, port)) from error
    return held


def why_not(error: OSError, host: str, port: int) -> str:
    other = port + 1 if port < 65535 else 5000
    if isinstance(error, PermissionError):
        return f"Port {port} needs more rights than you have; choose another: PORT=5000 make run."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST must be an address of this machine, not {host!r}."
    return f"Port {port} on {host} is taken; stop what uses it, or choose another: PORT={other} make run."


def prepare(settings: Settings) -> list[tuple[str, str, str]]:
    """Bring the database up to date, fill an empty one, and return the demo's sign-ins."""
    import flask_migrate
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError, DatabaseError

    from handyman import create_app, queueing

    print("Preparing the database …", flush=True)
    try:
        make_url(settings.database_url)
    except (ArgumentError, ValueError) as error:
        raise StartError(
            "DATABASE_URL must be an address such as postgresql+psycopg://USER@HOST/NAME."
        ) from error
    try:
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade(directory=str(ROOT / "migrations"))
            if queueing.is_on():  # what is put down from the first moment finds somebody to wake
                queueing.make_tables()
            return fill()
    except DatabaseError as error:
        raise StartError(f"The database of DATABASE_URL cannot be used: {first_line(error.orig)}.") from error
    except SystemExit as error:  # flask_migrate has said what is wrong
        raise StartError("The database could not be brought up to date.") from error


def fill() -> list[tuple[str, str, str]]:
    from handyman import demo
    from handyman.extensions import db

    demo.fill_if_empty(datetime.now(UTC))
    sign_ins = list(demo.sign_ins())
    db.session.remove()
    db.engine.dispose()
    return sign_ins


def first_line(error: object) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0].rstrip(".")


def web_command(listening: socket.socket) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "wsgi:app"),
        f"--bind=fd://{listening.fileno()}",
        "--worker-class=gthread",
        "--workers=1",
        f"--threads={THREADS}",
        "--graceful-timeout=3",
        "--log-level=warning",
        "--no-control-socket",
    ]


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def reachable(host: str) -> str:
    """The address to ask when we listen on all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def announce(settings: Settings, sign_ins: Sequence[tuple[str, str, str]]) -> None:
    host = reachable(settings.host)
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    print(f"\nhandyman is running at {address}")
    if sign_ins:
        print("\nSign in (demo data):")
        for role, login, password in sign_ins:
            print(f"  {role:<15} {login:<15} {password}")
    if settings.sms_gateway == "screen":
        print(f"\nThe telephones, on screen: {address}/phones")
    print("\nCtrl+C stops everything.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
