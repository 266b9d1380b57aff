"""A text as it leaves: the address or the code that it holds is put in place, and stands in no table."""

from typing import Protocol

from handyman import links, member_codes, page_links
from handyman.messages.texts import LINK
from handyman.models import MessageKind


class Written(Protocol):
    """A text: a row of the outbox, or what a sender has read of it."""

    @property
    def kind(self) -> MessageKind: ...
    @property
    def body(self) -> str: ...
    @property
    def dedupe_key(self) -> str: ...
    @property
    def visit_id(self) -> int | None: ...
    @property
    def link(self) -> links.Kept | None: ...


def filled(message: Written) -> str:
    """As it is read."""
    body = coded(message)
    return body.replace(LINK, address(message)) if LINK in body else body


def address(message: Written) -> str:
    """A member's own link, else the page of the visit."""
    if message.link is not None:
        return links.url(message.link)
    return page_links.address(message.visit_id) if LINK in message.body else ""


def coded(message: Written) -> str:
    """With the digits of a code, which the key of its row names: code:12."""
    if message.kind is not MessageKind.MEMBER_CODE:
        return message.body
    code_id = message.dedupe_key.split(":")[1].partition("#")[0]
    return message.body.replace(member_codes.MARK, member_codes.of_id(int(code_id)))
