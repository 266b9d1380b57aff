"""A Twilio of our own: a real HTTP server on loopback that keeps messages and calls, calls in, and fails.

`python -m tests.twilio` starts it as a process of its own.
"""

from tests.twilio.callbacks import live, sign
from tests.twilio.calls import Callee
from tests.twilio.faults import A_FIFTH, break_off, garble, hang, refuse, vanish
from tests.twilio.ledger import Tally, tally, token_of
from tests.twilio.server import Handler, start
from tests.twilio.state import ACCOUNT, TOKEN, Fault, Manners, Peer

__all__ = [
    "ACCOUNT",
    "A_FIFTH",
    "TOKEN",
    "Callee",
    "Fault",
    "Handler",
    "Manners",
    "Peer",
    "Tally",
    "break_off",
    "garble",
    "hang",
    "live",
    "refuse",
    "sign",
    "start",
    "tally",
    "token_of",
    "vanish",
]
