"""What the page sends when a card is dropped."""

from collections.abc import Mapping

from handyman.board.forms import read_assign
from handyman.board.mending.put import Wanted
from handyman.models import TeamRole

LAST_MINUTE = 24 * 60


def read_put(form: Mapping[str, str]) -> Wanted | None:
    """Into whose row, at which minute of the day; None when that cannot be read."""
    asked, start = read_assign(form), form.get("start", "")
    if asked is None or not (start.isascii() and start.isdigit()) or len(start) > 4:
        return None
    if int(start) >= LAST_MINUTE:
        return None
    return Wanted(
        role=asked.role,
        member_id=asked.member_id,
        start=int(start),
        seen=asked.seen,
        reason=asked.reason,
        note=asked.note,
        agreed=asked.agreed,
    )


def read_role(text: str) -> TeamRole:
    return TeamRole.SECOND if text == TeamRole.SECOND.value else TeamRole.LEAD
