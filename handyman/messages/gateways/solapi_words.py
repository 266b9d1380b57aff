"""How solapi says things: numbers, states, what a text carries for us, and the reports that it calls in with.

The web server reads reports with this alone; only who sends loads the package.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2s, sha1
from hmac import compare_digest
from typing import Any

from handyman.config import Settings
from handyman.messages.gateways.kinds import Status

TOO_FAST = frozenset({429, "TooManyRequests", "RateLimitExceeded"})
TAKEN_BEFORE = frozenset({"DuplicatedSignature"})  # a machine in between has said it twice: it had arrived
STOPS = frozenset(  # the account itself: no other text would fare better
    {
        *(401, 402, 403),
        *("1020", "1030", "2063", "2230"),
        *("1062", "2062"),  # the number to send from is not registered
        *("InvalidAPIKey", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "NotEnoughBalance"),
    }
)
TRY_AGAIN = frozenset({"1024", "2024"})  # its own trouble, and the text was not registered
TAKEN, WITH_CARRIER, ARRIVED = "2000", "3000", "4000"
MOST_REPORTS = 1000


def national(number: str) -> str:
    """+82 10 1234 5678 is 010 1234 5678 in Korea."""
    return f"0{number[3:]}" if number.startswith("+82") else number.lstrip("+")


def reference(settings: Settings, outbox_id: int, attempt: int) -> dict[str, str]:
    """What a text carries there and back; other programs may send by the same account."""
    return {"office": _office(settings), "outbox": str(outbox_id), "attempt": str(attempt)}


def is_ours(settings: Settings, fields: Mapping[str, Any]) -> bool:
    return fields.get("office") == _office(settings)


def status_of(code: object) -> Status | None:
    """A state in the words of our receipts; None where it is not one that solapi has."""
    said = str(code)
    if not re.fullmatch(r"[1-4][0-9]{3}", said):
        return None
    known = {TAKEN: "queued", WITH_CARRIER: "sent", ARRIVED: "delivered"}
    if said in known:
        return Status(known[said])
    return Status("undelivered" if said.startswith(("3", "4")) else "failed", said)


def is_from_solapi(settings: Settings, secret: str) -> bool:
    """Its header carries the digest of the secret that was given to it; the body is not signed."""
    if not settings.solapi_hook_secret:
        return False
    digest = sha1(settings.solapi_hook_secret.encode(), usedforsecurity=False).hexdigest()
    return compare_digest(secret.encode(), digest.encode())


def reports(settings: Settings, told: object) -> Iterable[tuple[str, Status, int, int]]:
    """Of each text: the provider's id, its state, and the outbox id and attempt it carried, or zeros."""
    for each in told[:MOST_REPORTS] if isinstance(told, list) else []:
        inner = each.get("data", each) if isinstance(each, dict) else None
        if not isinstance(inner, dict):
            continue
        provider_id, status = inner.get("messageId"), status_of(inner.get("statusCode"))
        if status is not None and isinstance(provider_id, str) and re.fullmatch(r"[!-~]{1,64}", provider_id):
            yield provider_id, status, *_carried(settings, inner.get("customFields"))


def _carried(settings: Settings, fields: object) -> tuple[int, int]:
    if not isinstance(fields, dict) or not is_ours(settings, fields):
        return 0, 0
    outbox_id, attempt = str(fields.get("outbox")), str(fields.get("attempt"))
    known = all(re.fullmatch(r"[0-9]{1,9}", each) for each in (outbox_id, attempt))
    return (int(outbox_id), int(attempt)) if known else (0, 0)


def _office(settings: Settings) -> str:
    return blake2s(settings.public_base_url.encode(), digest_size=8).hexdigest()
