"""Our own Twilio, by the name that tests know it by: see `tests/twilio`."""

from tests.twilio import (
    ACCOUNT,
    TOKEN,
    Fault,
    Handler,
    Peer,
    break_off,
    garble,
    hang,
    refuse,
    sign,
    start,
    vanish,
)

__all__ = [
    "ACCOUNT",
    "TOKEN",
    "Fault",
    "Handler",
    "Peer",
    "break_off",
    "garble",
    "hang",
    "refuse",
    "sign",
    "start",
    "vanish",
]
