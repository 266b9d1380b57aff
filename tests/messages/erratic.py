"""A provider that lets a text arrive or not, and says so or not."""

from dataclasses import dataclass, field
from datetime import datetime

from handyman.messages import receipts
from handyman.messages.gateways import Answer, Outcome, Outgoing, ScreenGateway
from handyman.models import Channel
from tests.conftest import Clock


@dataclass
class Provider(ScreenGateway):
    """Takes what it is sent, and lets it arrive or not."""

    clock: Clock
    fates: list[str] = field(default_factory=list)
    arrived: list[Outgoing] = field(default_factory=list)
    told: list[receipts.Receipt] = field(default_factory=list)
    ringing: list[tuple[datetime, Outgoing]] = field(default_factory=list)
    name: str = "twilio"
    real: bool = False

    def send(self, text: Outgoing) -> Outcome:
        fate = self.fates.pop(0) if self.fates else "arrives"
        if fate == "retry":
            return Outcome(Answer.RETRY, code="no_connection")
        if fate == "unknown":
            return Outcome(Answer.UNKNOWN, code="ReadTimeout")
        sid = f"id-{text.id}-{text.attempt}"
        rings = text.channel is Channel.VOICE
        if rings:
            self.ringing.append((self.clock(), text))
        if fate.startswith("arrives") and not rings:
            self.arrived.append(text)
        ends = {"arrives": "" if rings else "delivered", "fails": "no-answer" if rings else "undelivered"}
        if ends.get(fate):
            code = "" if rings or fate == "arrives" else "30003"
            self.told.append(receipts.Receipt(self.name, sid, ends[fate], code, text.id, text.attempt))
        return Outcome(Answer.ACCEPTED, sid, status=201)

    def find(self, *_about: object, **_more: object) -> list[str]:
        return []

    def status(self, _provider_id: str) -> None:
        return None
