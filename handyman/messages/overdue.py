"""Never silent: a text that was taken and of which nothing more is heard is asked about, and then listed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, text

from handyman.extensions import db, transaction
from handyman.messages.gateways import Gateway
from handyman.messages.outbox import refuses_demo
from handyman.messages.receipts import Receipt, take_receipt
from handyman.models import TAKEN, Message

ASK_AFTER = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=1)
AT_A_TIME = 20


def ask_again(gateway: Gateway, now: Callable[[], datetime], go_on: Callable[[], bool] = lambda: True) -> int:
    """Ask the provider about texts without a receipt; gives how many it could tell of."""
    if refuses_demo(gateway):
        return 0
    told = 0
    for message_id, provider_id in _due(gateway.name, now()):
        if not go_on():
            break
        status = gateway.status(provider_id)  # no connection is held meanwhile
        if status is not None:
            take_receipt(Receipt(gateway.name, provider_id, status.word, status.code), now())
            told += 1
        _look_later(message_id, now())
    return told


def _due(provider: str, now: datetime) -> list[tuple[int, str]]:
    with transaction():
        wanted = (
            select(Message.id, Message.provider_id)
            .where(text(TAKEN), Message.provider == provider, Message.check_at <= now)
            .order_by(Message.check_at)
            .limit(AT_A_TIME)
        )
        return [(row.id, row.provider_id or "") for row in db.session.execute(wanted)]


def _look_later(message_id: int, now: datetime) -> None:
    with transaction():
        message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
        if message is not None:
            waits = now < message.due_at + GIVE_UP_AFTER
            message.check_at = now + ASK_AFTER if waits else None
