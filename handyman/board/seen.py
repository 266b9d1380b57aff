"""What a form saw: a short mark of the state that a page showed, to notice that it has changed meanwhile."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from handyman.models import ServiceRequest, Visit


def seen_of_visit(visit: Visit, start: datetime | None = None) -> str:
    """Of the promise, the plan, the team, the place and the work. `start`: as if it were planned for then."""
    team = sorted((place.role.value, place.state.value, place.member_id) for place in visit.assignments)
    times = (visit.window_start, visit.window_end, start or visit.start)
    work = [visit.address_id, *sorted(item.request_item_id for item in visit.items)]
    return _mark([visit.state.value, *(int(time.timestamp()) for time in times), *team, *work])


def seen_of_request(request: ServiceRequest) -> str:
    """Of the request and its items."""
    return mark_of_request(request.state.value, ((item.id, item.state.value) for item in request.items))


def mark_of_request(state: str, items: Iterable[tuple[int, str]]) -> str:
    return _mark([state, *sorted(items)])


def _mark(parts: Iterable[Any]) -> str:
    return hashlib.sha256(repr(list(parts)).encode()).hexdigest()[:16]
