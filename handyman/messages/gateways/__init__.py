"""How texts leave the house: one way for each provider, behind one interface."""

from handyman.config import Settings
from handyman.messages.gateways.kinds import Answer, Gateway, Outcome, Outgoing, Status
from handyman.messages.gateways.screen import ScreenGateway, screen_id
from handyman.messages.gateways.twilio import TwilioGateway, hook_url, is_signed

__all__ = [
    "Answer",
    "Gateway",
    "Outcome",
    "Outgoing",
    "ScreenGateway",
    "Status",
    "TwilioGateway",
    "choose",
    "hook_url",
    "is_signed",
    "screen_id",
]


def choose(settings: Settings) -> Gateway:
    if settings.sms_gateway == "solapi":
        from handyman.messages.gateways.solapi import SolapiGateway  # no other office loads its parts

        return SolapiGateway(settings)
    return TwilioGateway(settings) if settings.sms_gateway == "twilio" else ScreenGateway()
