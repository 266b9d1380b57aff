"""What a number stands for: +8210999 and five figures are a code of Twilio's, all others are well.

A code of 2xxxx is the answer to the request; one of 3xxxx comes later, for a text that was taken.
"""

import re

CODED = re.compile(r"\+8210999(\d{5})")
STATUSES = {20003: 401, 20403: 403, 20404: 404, 20429: 429, 20500: 500, 20503: 503}  # all others: 400
TAKEN_FIRST = range(30_000, 40_000)
NOT_DELIVERED = (30003, 30004, 30005, 30006, 30007, 30008, 30410)
FAILS = frozenset({30001, 30002})  # before anybody has tried to deliver it
Life = tuple[tuple[int, str, int | None], ...]


def number_of(code: int) -> str:
    return f"+8210999{code:05d}"


def code_of(number: str) -> int | None:
    found = CODED.fullmatch(number)
    return int(found[1]) if found else None


def refusal(number: str) -> tuple[int, int] | None:
    """Status and code, where the number stands for a request that is not taken."""
    code = code_of(number)
    if code is None or code in TAKEN_FIRST:
        return None
    return STATUSES.get(code, 400), code


def life(code: int | None) -> Life:
    """Seconds after it was taken, the status, and the code that stands beside it."""
    if code in FAILS:
        return ((1, "sending", None), (2, "failed", code))
    last = (5, "delivered", None) if code is None else (5, "undelivered", code)
    return ((1, "sending", None), (2, "sent", None), last)
