"""What every gateway speaks: a text as it leaves, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from handyman.models import Channel


class Answer(StrEnum):
    """What became of one try."""

    ACCEPTED = "accepted"
    RETRY = "retry"  # certainly not taken; this text may be tried again
    SLOW = "slow"  # certainly not taken; we were too fast
    STOP = "stop"  # certainly not taken; nothing else will be either until a person looks
    FAILED = "failed"  # certainly not taken, and never will be
    UNKNOWN = "unknown"  # perhaps taken


@dataclass(frozen=True, slots=True)
class Outcome:
    answer: Answer
    provider_id: str | None = None
    status: int | None = None
    code: str = ""
    retry_after: int | None = None
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text as it leaves: plain values, no row, no open connection."""

    id: int
    attempt: int
    to: str
    body: str
    valid_seconds: int
    leave_by: datetime  # later, another sender may have taken the text over
    channel: Channel = Channel.SMS


@dataclass(frozen=True, slots=True)
class Status:
    """What the provider says became of a text, in its own word."""

    word: str
    code: str = ""


class Gateway(Protocol):
    """Hands texts over. `real` ones reach people, so they are refused demo data."""

    name: str
    real: bool

    def send(self, text: Outgoing) -> Outcome: ...

    def find(
        self, to: str, body: str, since: datetime, channel: Channel, outbox_id: int = 0
    ) -> list[str] | None:
        """Ids of texts or calls like this taken since then; None when the provider cannot be asked now.

        The outbox id helps where the provider keeps it with the text.
        """

    def status(self, provider_id: str) -> Status | None:
        """What became of a text that was taken; None when the provider cannot be asked now."""
