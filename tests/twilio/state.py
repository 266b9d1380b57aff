"""What it has taken, what happens to that, and what goes wrong next."""

import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from tests.twilio import calls, numbers

ACCOUNT, TOKEN = "AC" + "0" * 32, "a token for tests"
Json = dict[str, Any]
Fault = Callable[[Any], None]
HIDDEN = ("form", "authorised", "life", "heard")
VERSION = "2010-04-01"
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a message or a call, and when."""

    at: datetime
    status: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Manners:
    """How it calls in: shares of all callbacks, and how late they are at the most."""

    lost: float = 0.0
    doubled: float = 0.0
    reordered: float = 0.0
    late: timedelta = timedelta(0)
    algorithm: str = ""  # the header that names it, where it is not SHA-1


@dataclass(frozen=True, slots=True)
class Callback:
    at: datetime
    url: str
    form: dict[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A callback that was made, and the answer; nothing where nobody was there."""

    url: str
    form: dict[str, str]
    status: int | None


@dataclass
class Peer:
    """What it has taken, and what it will do wrong next. Nothing moves by itself: see `callbacks.live`."""

    taken: list[Json] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)  # of the next requests, in order
    shares: Sequence[tuple[Fault, float]] = ()  # of all other requests
    while_asked: Callable[[], object] = lambda: None
    address: str = ""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    lag: timedelta = timedelta(0)  # how long a text is not on the list that was taken
    rate: int | None = None  # requests a second before it says 429
    undelivered: float = 0.0  # share of texts that are taken and do not arrive
    manners: Manners = field(default_factory=Manners)
    callees: dict[str, calls.Callee] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    waiting: list[Callback] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    asked: deque[datetime] = field(default_factory=lambda: deque(maxlen=10_000))
    requests: int = 0  # to take something
    too_fast: int = 0  # of them that were answered by 429

    def is_listed(self, message: Json) -> bool:
        return parsedate_to_datetime(message["date_created"]) <= self.clock() - self.lag

    def next_fault(self) -> Fault | None:
        """Ordered, or by chance."""
        with self.lock:
            if self.faults:
                return self.faults.pop(0)
            drawn = self.chance.random() if self.shares else 1.0
            for fault, share in self.shares:
                drawn -= share
                if drawn < 0:
                    return fault
            return None

    def is_too_fast(self) -> bool:
        """Whether this request is one more than it serves in a second."""
        if self.rate is None:
            return False
        with self.lock:
            at = self.clock()
            while self.asked and self.asked[0] <= at - A_SECOND:
                self.asked.popleft()
            if len(self.asked) >= self.rate:
                self.too_fast += 1
                return True
            self.asked.append(at)
            return False

    def take(self, form: dict[str, str], authorised: bool) -> Json:
        """Keep a message or a call, as Twilio shows it from now on."""
        with self.lock:
            kept = _call(self, form) if "Url" in form else _message(self, form)
            kept |= {"form": form, "authorised": authorised, "heard": []}
            kept["life"] = _life(self, kept)
            self.taken.append(kept)
            return shown(kept)


def shown(kept: Json) -> Json:
    return {name: value for name, value in kept.items() if name not in HIDDEN}


def _message(peer: Peer, form: dict[str, str]) -> Json:
    return _common(peer, form, "SM", "Messages") | {
        "from": form.get("From"),
        "body": form.get("Body"),
        "date_sent": None,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "messaging_service_sid": form.get("MessagingServiceSid"),
        "num_media": "0",
        "num_segments": "1",
    }


def _call(peer: Peer, form: dict[str, str]) -> Json:
    return _common(peer, form, "CA", "Calls") | {
        "from": form.get("From"),
        "direction": "outbound-api",
        "duration": None,
        "start_time": None,
        "end_time": None,
        "answered_by": None,
    }


def _common(peer: Peer, form: dict[str, str], letters: str, folder: str) -> Json:
    sid = f"{letters}{len(peer.taken):032d}"
    moment = format_datetime(peer.clock())
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "api_version": VERSION,
        "to": form["To"],
        "status": "queued",
        "price": None,
        "price_unit": "USD",
        "date_created": moment,
        "date_updated": moment,
        "subresource_uris": {},
        "uri": f"/{VERSION}/Accounts/{ACCOUNT}/{folder}/{sid}.json",
    }


def _life(peer: Peer, kept: Json) -> list[Step]:
    """Planned when it is taken: by the number, else by chance."""
    now = peer.clock()
    if kept["sid"].startswith("CA"):
        steps: Sequence[tuple[int, str, int | None]] = calls.life(calls.callee(peer.callees, kept["to"]))
    else:
        code = numbers.code_of(kept["to"])
        if code is None and peer.undelivered and peer.chance.random() < peer.undelivered:
            code = peer.chance.choice(numbers.NOT_DELIVERED)
        steps = numbers.life(code)
    return [Step(now + timedelta(seconds=after), status, code) for after, status, code in steps]
