"""Numbers whose owners want no texts, for the pages of several steps."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from handyman.extensions import rows
from handyman.models import NumberFact


def opted_out(numbers: Iterable[str]) -> Mapping[str, datetime]:
    """Of these numbers, since when their owners want no texts."""
    wanted = select(NumberFact.number, NumberFact.opted_out_at).where(
        NumberFact.number.in_(set(numbers)), NumberFact.opted_out_at.is_not(None)
    )
    return {number: at for number, at in rows(wanted) if at is not None}
