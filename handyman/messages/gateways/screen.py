"""Texts stay in the house: the page of telephones shows them."""

from datetime import datetime

from handyman.messages.gateways.kinds import Answer, Outcome, Outgoing, Status
from handyman.models import Channel


class ScreenGateway:
    """Texts stay in the house: the page of telephones shows them."""

    name, real = "screen", False

    def send(self, text: Outgoing) -> Outcome:
        there = text.channel is Channel.SMS  # a call is there when somebody presses a key
        return Outcome(Answer.ACCEPTED, provider_id=screen_id(text.id, text.attempt), delivered=there)

    def find(
        self, to: str, body: str, since: datetime, channel: Channel, outbox_id: int = 0
    ) -> list[str] | None:
        return []

    def status(self, provider_id: str) -> Status | None:
        return None  # a call that nobody has answered on screen rings on


def screen_id(outbox_id: int, attempt: int) -> str:
    return f"screen-{outbox_id}-{attempt}"
