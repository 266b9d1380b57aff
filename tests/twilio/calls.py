"""Somebody at the other end of a call: hears what our TwiML says, and presses keys or does not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

Ask = Callable[[str, Mapping[str, str]], str]  # an address and a form, for a document
LONGEST = 10  # documents in one call; more is a loop


@dataclass(frozen=True, slots=True)
class Callee:
    """`keys` are pressed one at a time, each time a key is asked for; after the last one comes silence."""

    keys: str = "1"
    ends: str = "completed"  # or busy, no-answer, failed, canceled: then nobody has taken it up


NUMBERED = {
    "+8229990000": Callee("0"),
    "+8229990001": Callee("1"),
    "+8229990002": Callee("2"),
    "+8229990007": Callee("77"),
    "+8229990071": Callee("71"),
    "+8229990009": Callee(""),
    "+8229990011": Callee(ends="busy"),
    "+8229990012": Callee(ends="no-answer"),
    "+8229990013": Callee(ends="failed"),
}
EVENTS = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}  # all others: completed


def callee(named: Mapping[str, Callee], number: str) -> Callee:
    return named.get(number) or NUMBERED.get(number) or Callee()


def life(who: Callee) -> tuple[tuple[int, str, None], ...]:
    begins = ((0, "initiated", None), (1, "ringing", None))
    if who.ends != "completed":
        return (*begins, (30, who.ends, None))
    return (*begins, (4, "in-progress", None), (40, "completed", None))


def is_asked_for(status: str, form: Mapping[str, str]) -> bool:
    """Twilio tells of the end of a call, and of what else was asked for."""
    return EVENTS.get(status, "completed") in form.get("StatusCallbackEvent", "completed").split()


def talk(who: Callee, first: str, ask: Ask) -> list[str]:
    """Follow the documents from one to the next; gives what was heard."""
    heard: list[str] = []
    keys, url, said = list(who.keys), first, {}
    for _ in range(LONGEST):
        document = ET.fromstring(ask(url, said))
        gather = document.find("Gather")
        heard += [each.text or "" for each in document.iter("Say")]
        if gather is None:
            return heard
        if not keys and gather.get("actionOnEmptyResult") != "true":
            return heard  # nothing follows the question: the call ends
        said = {"Digits": keys.pop(0)} if keys else {}
        url = gather.get("action", url)
    raise AssertionError("a call that does not end")
