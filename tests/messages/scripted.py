"""A provider that does what a test draws: takes or not, answers or not, and knows the truth of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from handyman.messages.gateways import Answer, Outcome, Outgoing, Status
from handyman.models import Channel

LAG = timedelta(seconds=60)  # until its list shows what it took
CLOCKS_DIFFER = timedelta(seconds=30)


class Fate(StrEnum):
    """Of one request."""

    TAKEN = "taken"
    UNHEARD = "taken, no answer"
    HIDDEN = "taken, no answer, and never on the list"
    HIDDEN_AT_FIRST = "taken and answered, and never on the list"
    LOST = "not taken, no answer"
    DIES_BEFORE = "the sender dies, nothing has left"
    DIES_AFTER = "taken, the sender dies"
    RETRY = "not taken, try again"
    SLOW = "not taken, too fast"
    STOP = "not taken, the account is refused"
    BAD_NUMBER = "not taken, no such number"
    OPTED_OUT = "not taken, wants no texts"


ENDS_A_TURN = (Fate.DIES_BEFORE, Fate.DIES_AFTER, Fate.RETRY, Fate.SLOW)
ENDS_MORE = (Fate.STOP, Fate.BAD_NUMBER, Fate.OPTED_OUT)  # after them little moves for a while
GOES_ON = tuple(fate for fate in Fate if fate not in (*ENDS_A_TURN, *ENDS_MORE))
TAKES = (Fate.TAKEN, Fate.UNHEARD, Fate.HIDDEN, Fate.HIDDEN_AT_FIRST, Fate.DIES_AFTER)
REFUSES = {
    Fate.RETRY: Outcome(Answer.RETRY, code="no_connection"),
    Fate.SLOW: Outcome(Answer.SLOW, status=429, code="20429", retry_after=20),
    Fate.STOP: Outcome(Answer.STOP, status=401, code="20003"),
    Fate.BAD_NUMBER: Outcome(Answer.FAILED, status=400, code="21211"),
    Fate.OPTED_OUT: Outcome(Answer.FAILED, status=400, code="21610"),
    Fate.LOST: Outcome(Answer.UNKNOWN, code="ReadTimeout"),
}


class Killed(BaseException):
    """The sender is no more; nothing after this line happens."""


@dataclass
class Taken:
    """One message or call that it has. `says` is what it would tell of it; `heard` that we know of it."""

    sid: str
    text: Outgoing
    at: datetime
    hidden: bool = False
    heard: bool = False
    says: str = "queued"
    code: str = ""


@dataclass
class Provider:
    """Speaks as a gateway. `fates` are those of the next requests; then all goes well."""

    clock: Callable[[], datetime]
    fates: list[Fate] = field(default_factory=list)
    taken: dict[str, Taken] = field(default_factory=dict)
    doubled: list[int] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None  # between the next request and its answer
    answers: bool = True  # when it is asked about what it has
    name: str = "scripted"
    real: bool = False

    def send(self, text: Outgoing) -> Outcome:
        fate = self.fates.pop(0) if self.fates else Fate.TAKEN
        meanwhile, self.meanwhile = self.meanwhile, None
        kept = self.take(text, hidden=fate in (Fate.HIDDEN, Fate.HIDDEN_AT_FIRST)) if fate in TAKES else None
        if fate in (Fate.DIES_BEFORE, Fate.DIES_AFTER):
            raise Killed
        if meanwhile is not None:
            meanwhile()
        if kept is not None and fate in (Fate.TAKEN, Fate.HIDDEN_AT_FIRST):
            kept.heard = True
            return Outcome(Answer.ACCEPTED, kept.sid, status=201)
        return REFUSES.get(fate, REFUSES[Fate.LOST])

    def take(self, text: Outgoing, hidden: bool) -> Taken:
        before = [each for each in self.taken.values() if each.text.id == text.id]
        if any(each.heard or not each.hidden for each in before):
            self.doubled.append(text.id)  # we could have known
        sid = f"{'CA' if text.channel is Channel.VOICE else 'SM'}{len(self.taken)}"
        self.taken[sid] = Taken(sid, text, self.clock(), hidden)
        return self.taken[sid]

    def find(
        self, to: str, body: str, since: datetime, channel: Channel, outbox_id: int = 0
    ) -> list[str] | None:
        if not self.answers:
            return None
        return [each.sid for each in self.taken.values() if self._is_listed(each, to, body, since, channel)]

    def status(self, provider_id: str) -> Status | None:
        found = self.taken.get(provider_id)
        return Status(found.says, found.code) if found and self.answers else None

    def _is_listed(self, kept: Taken, to: str, body: str, since: datetime, channel: Channel) -> bool:
        same = (kept.text.to, kept.text.channel) == (to, channel)
        said = channel is Channel.VOICE or kept.text.body == body
        return not kept.hidden and same and said and since - CLOCKS_DIFFER <= kept.at <= self.clock() - LAG
