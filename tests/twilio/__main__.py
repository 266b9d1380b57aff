"""`python -m tests.twilio --port 8090 --faults` prints its address, and lives by the clock of the wall.

`GET /ledger` shows what it has taken and how often it has called in.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from datetime import timedelta

from tests.twilio import A_FIFTH, Manners, Peer, live, start

TICK = 0.05  # seconds


def main(arguments: Sequence[str]) -> None:
    wanted = _read(arguments)
    peer = Peer(
        shares=A_FIFTH if wanted.faults else (),
        lag=timedelta(seconds=wanted.lag),
        rate=wanted.rate,
        undelivered=wanted.undelivered,
        manners=Manners(wanted.lost, wanted.doubled, wanted.reordered, timedelta(seconds=wanted.late)),
        chance=random.Random(wanted.seed),
    )
    start(wanted.port, peer)
    print(peer.address, flush=True)
    while True:
        live(peer)
        time.sleep(TICK)


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("tests.twilio", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", action="store_true", help="22 of 100 requests fail, before or after")
    parser.add_argument("--lag", type=float, default=0.0, help="seconds until a text is on the list")
    parser.add_argument("--rate", type=int, help="requests a second; more are told 429")
    parser.add_argument("--undelivered", type=float, default=0.0, help="share of texts taken")
    parser.add_argument("--lost", type=float, default=0.0, help="share of callbacks")
    parser.add_argument("--doubled", type=float, default=0.0, help="share of callbacks")
    parser.add_argument("--reordered", type=float, default=0.0, help="share of turns")
    parser.add_argument("--late", type=float, default=0.0, help="seconds at the most")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(0)
