"""What was answered about an item, put right after the call."""

from datetime import datetime

from sqlalchemy import select

from handyman.board.locking import lock_request
from handyman.board.refusals import ChangedMeanwhileError, ChoiceError
from handyman.extensions import db
from handyman.meanwhile import puts_back
from handyman.models import Actor, ItemState, RequestItem, record


def change(
    request_id: int, item_id: int, key: str, answer: str, by: Actor, now: datetime, was: str | None = None
) -> RequestItem:
    """Another of the question's choices, while the item is open; ChoiceError for what is no choice.

    `was`: the answer that the form opened with.
    """
    lock_request(request_id)
    item = db.session.scalar(
        select(RequestItem)
        .where(RequestItem.id == item_id, RequestItem.request_id == request_id)
        .execution_options(populate_existing=True)
    )
    if item is None or item.state is not ItemState.OPEN:
        raise ChangedMeanwhileError({RequestItem.__tablename__: [item_id]})
    question = next((each for each in item.service_item.questions if each.key == key), None)
    if question is None or answer not in (choice[0] for choice in question.choices):
        raise ChoiceError
    before, why = str(item.answers.get(key, "")), f"answer {key}"
    if puts_back(was, before, answer):
        raise ChangedMeanwhileError({RequestItem.__tablename__: [item_id]}, why)
    item.answers = {**item.answers, key: answer}
    record(item, by, now, moved_from=before, moved_to=answer, why=why)
    return item
