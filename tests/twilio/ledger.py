"""What was lost and what came twice, counted where texts arrive: by the outbox id in their own address."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.twilio.state import Json, Peer

SHOWN = ("sid", "to", "status")


@dataclass(frozen=True, slots=True)
class Tally:
    lost: frozenset[int]
    doubled: frozenset[int]


def token_of(kept: Json) -> tuple[int, int]:
    """Outbox id and attempt; zeros where the address does not say."""
    asked = parse_qs(urlsplit(kept["form"].get("StatusCallback", "")).query)
    return int(asked.get("outbox", ["0"])[0]), int(asked.get("attempt", ["0"])[0])


def tally(taken: Iterable[Json], written: Iterable[int], given_up: Iterable[int] = ()) -> Tally:
    """Lost is what it never had and no person has on their list."""
    times = Counter(token_of(kept)[0] for kept in taken)
    never = {message for message in written if not times[message]}
    return Tally(
        frozenset(never - set(given_up)), frozenset(each for each, many in times.items() if many > 1)
    )


def ledger(peer: Peer) -> dict[str, Any]:
    """As JSON, for whoever asks over HTTP."""
    with peer.lock:
        rows = [
            {**{name: kept[name] for name in SHOWN}, "heard": kept["heard"], "token": token_of(kept)}
            for kept in peer.taken
        ]
        told = [{"status": each.form.get("MessageStatus"), "answer": each.status} for each in peer.told]
        return {"taken": rows, "told": told, "too_fast": peer.too_fast}
