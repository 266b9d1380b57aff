"""A text as it leaves: the address that it holds is put in place, and stands in no table."""

from handyman import links, page_links
from handyman.messages.texts import LINK
from handyman.models import Message


def filled(message: Message) -> str:
    """As it is read."""
    return message.body.replace(LINK, address(message)) if LINK in message.body else message.body


def address(message: Message) -> str:
    """A member's own link, else the page of the visit."""
    if message.link is not None:
        return links.url(message.link)
    return page_links.address(message.visit_id) if LINK in message.body else ""
