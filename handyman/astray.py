"""What was told to whoever else has, or had, a telephone that was taken for somebody's."""

from handyman.extensions import db
from handyman.models import Channel, Heard, Member, Message, Person, RecipientKind


def is_strangers(message: Message) -> bool:
    """Whether it went to a number that is not theirs any more, whatever they have instead."""
    if message.recipient_kind is RecipientKind.MEMBER:
        member = db.session.get(Member, message.recipient_id)
        return member is not None and member.phone != message.to_number
    person = db.session.get(Person, message.recipient_id)
    return person is not None and all(phone.number != message.to_number for phone in person.phones)


def went_astray(message: Message) -> bool:
    """Whether it has arrived, or was answered, where somebody else is, or they themselves no more.

    Late, too. Not what they have answered in writing, nor what a person has told them.
    """
    in_writing = message.heard is Heard.ANSWERED and message.channel is Channel.SMS
    theirs = in_writing or message.heard is Heard.TOLD
    return message.was_heard and not theirs and is_strangers(message)
