"""A day of two members on the board, and the requests that its script sends."""

from typing import Any

from flask.testing import FlaskClient

from handyman.models import Visit
from tests.board.plans.makers import promised, tomorrow
from tests.factories import make_member

__all__ = ["lift", "make_member", "promised", "put", "refuses", "tomorrow", "undo"]


def lift(client: FlaskClient, visit: Visit, role: str = "lead") -> Any:
    answer = client.get(f"/visits/{visit.id}/lift?role={role}")
    assert (answer.status_code, answer.json["ok"]) == (200, True)
    return answer.json


def put(
    client: FlaskClient, visit: Visit, member_id: int, start: int, *, seen: str = "", **typed: Any
) -> Any:
    role = typed.pop("role", "lead")
    seen = seen or lift(client, visit, role)["seen"]
    form = {"role": role, "member": member_id, "start": start, "seen": seen, **typed}
    return client.post(f"/visits/{visit.id}/put", data=form)


def undo(client: FlaskClient, token: str) -> Any:
    return client.post("/board/undo", data={"undo": token})


def refuses(answer: Any) -> bool:
    """The board says no, which is no fault that a browser would write on its console."""
    return bool(answer.status_code == 200 and answer.json["ok"] is False)
