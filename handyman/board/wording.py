"""What dispatch says in codes, in plain words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from handyman.board.changes import Changes
from handyman.board.refusals import Closed, Unbookable
from handyman.dispatch.problem import Conflict, Exclusion, Reason
from handyman.extensions import db
from handyman.languages import gettext as _
from handyman.models import Skill
from handyman.service_days import MOVE_DAYS
from handyman.words import hours_words, name_of, span_words

Coded = Sequence[Any]  # [code, params], as an offer keeps it


def encode(reasons: Iterable[Reason]) -> list[list[Any]]:
    """For the JSON column of an offer; worded when somebody reads it."""
    return [[reason.code.value, dict(reason.params)] for reason in reasons]


def sentences(reasons: Iterable[Reason] | Iterable[Coded]) -> list[str]:
    """Reasons in the order told. Nearest and where from are said in one breath, and first what is risky."""
    coded = dict(_pair(reason) for reason in reasons)
    said: list[str] = []
    for code, params in coded.items():
        if code in ("from_home", "from_visit") and "nearest" in coded:
            continue
        if text := _reason(code, params, coded):
            first = 1 if code == "tight" and "ejects" in coded else 0
            said.insert(first if code in ("tight", "ejects") else len(said), text)
    return said


def exclusion(ground: Exclusion, skills: Mapping[str, str] | None = None) -> str:
    """Why a member is not on the list."""
    params = ground.params
    said: dict[str, str] = {
        "must_not": _("이 댁에는 가지 않기로 적혀 있습니다"),
        "refused": _("이 방문을 이미 거절했거나 답하지 않았습니다"),
        "absent": _("이날은 쉽니다"),
        "missing_skill": _("필요한 기능이 없습니다: %(skills)s", skills=_skills(params, skills)),
        "no_shift": _of_stand_by(params) or _("이 시간에는 일하지 않습니다"),
        "daily_cap": _over(params, _("하루 한도를 넘습니다 (%(used)s + 이번 방문, 한도 %(cap)s)")),
        "monthly_cap": _over(params, _("한 달 한도를 넘습니다 (%(used)s + 이번 방문, 한도 %(cap)s)")),
        "no_time": _("이 시간까지 그 댁에 닿을 수 없습니다")
        if "late" in params
        else _("다른 방문이나 가는 시간 때문에 이 시간에 갈 틈이 없습니다"),
        "team_too_small": _(
            "함께 갈 사람이 모자랍니다 (%(needed)s명 필요, %(free)s명 가능)",
            needed=params.get("needed", 0),
            free=params.get("free", 0),
        ),
    }
    return said[ground.code.value]


def conflict(ground: Conflict, visits: Mapping[int, str] | None = None) -> str:
    """What speaks against a place that somebody chose by hand; with whom, where their names are given."""
    params = ground.params
    if named := _of_stand_by(params) or _of_break(params) or _with_whom(ground, visits or {}):
        return named
    minutes = abs(_number(params, "minutes"))
    said: dict[str, str] = {
        "overlap": _("다른 방문과 %(minutes)s분 겹칩니다", minutes=minutes),
        "travel_gap": _("앞뒤 방문 사이의 이동 시간이 %(minutes)s분 모자랍니다", minutes=minutes),
        "outside_promise": _("어르신께 약속한 시간을 %(minutes)s분 벗어납니다", minutes=minutes),
        "outside_shift": _("이 시간에는 일하지 않습니다"),
        "absent": _("이날은 쉽니다"),
        "daily_cap": _over(params, _("하루 한도를 넘습니다 (%(used)s + 이번 방문, 한도 %(cap)s)")),
        "monthly_cap": _over(params, _("한 달 한도를 넘습니다 (%(used)s + 이번 방문, 한도 %(cap)s)")),
    }
    return said[ground.code.value]


def _of_stand_by(params: Mapping[str, Any]) -> str:
    return _("이날은 대기입니다") if "stand_by" in params else ""


def _of_break(params: Mapping[str, Any]) -> str:
    if "rest_start" not in params:
        return ""
    rest = span_words(_number(params, "rest_start"), _number(params, "rest_end"))
    said: str = _("쉬는 시간(%(rest)s)에 걸립니다", rest=rest)
    return said


def _with_whom(ground: Conflict, visits: Mapping[int, str]) -> str:
    """Of another visit whose name is known, or of a place kept for a caller: its number is below zero."""
    other_id, minutes = _number(ground.params, "other_visit_id"), _number(ground.params, "minutes")
    other = visits.get(other_id)
    if other is None:
        return ""
    if other_id < 0:
        return _of_held(ground, other, minutes)
    said: dict[str, str] = {
        "overlap": _("%(other)s 방문과 %(minutes)s분 겹칩니다", other=other, minutes=minutes),
        "travel_gap": _(
            "%(other)s 방문과 오가는 시간이 %(minutes)s분 모자랍니다", other=other, minutes=minutes
        ),
    }
    return said.get(ground.code.value, "")


def kept_until(until: str) -> str:
    """Of a place that is kept for somebody on the telephone."""
    said: str = _("전화 중인 분께 %(until)s까지 잡아 둔 시간", until=until)
    return said


def _of_held(ground: Conflict, until: str, minutes: int) -> str:
    said: dict[str, str] = {
        "overlap": _("전화 중인 분께 %(until)s까지 잡아 둔 시간입니다", until=until),
        "travel_gap": _(
            "전화 중인 분께 %(until)s까지 잡아 둔 시간과 오가는 시간이 %(minutes)s분 모자랍니다",
            until=until,
            minutes=minutes,
        ),
    }
    return said.get(ground.code.value, "")


def ground(
    of: Conflict | Exclusion,
    skills: Mapping[str, str] | None = None,
    visits: Mapping[int, str] | None = None,
) -> str:
    return conflict(of, visits) if isinstance(of, Conflict) else exclusion(of, skills)


def unbookable(code: Unbookable) -> str:
    said: dict[Unbookable, str] = {
        Unbookable.NO_POINT: _("주소의 위치를 아직 모릅니다. 먼저 지도에서 위치를 정해 주십시오."),
        Unbookable.REFER_OUT: _("저희가 하지 않는 일만 남아 있습니다. 맡을 곳으로 안내해 주십시오."),
        Unbookable.WAITS: _("집주인 동의를 받아야 하는 일입니다. 동의를 받은 뒤 품목의 답을 고쳐 주십시오."),
        Unbookable.NOTHING_OPEN: _("방문을 잡을 품목이 남아 있지 않습니다."),
    }
    return said[code]


def undone(changes: Changes) -> str:
    """Of a move that is taken back."""
    if changes.heard_of:
        return _("되돌렸습니다. 바뀐 것을 그사이 들으신 분께는 다시 알립니다.")
    return _("되돌렸습니다. 아무에게도 알리지 않았습니다.")


def closed(code: Closed) -> str:
    said: dict[Closed, str] = {
        Closed.VISIT_UNDER_WAY: _("이미 출발했거나 끝난 방문이라 바꿀 수 없습니다."),
        Closed.REQUEST_CLOSED: _("이미 끝났거나 취소된 신청입니다."),
        Closed.DAY_PAST: _("이미 지난 시간입니다. 앞으로의 날짜와 시각을 골라 주십시오."),
        Closed.WINDOW_PAST: _("약속한 시간이 이미 지난 방문입니다. 먼저 방문을 다른 날로 옮겨 주십시오."),
        Closed.OUT_OF_REACH: _(
            "약속 시간을 목록에서 고르고, 오늘부터 %(days)s일 안의 날짜를 적어 주십시오.", days=MOVE_DAYS
        ),
        Closed.NOT_A_WORKING_DAY: _("쉬는 날입니다. 일하는 날을 골라 주십시오."),
        Closed.NO_SUCH_PLACE: _("이 방문에 없는 자리입니다. 화면을 새로 고쳐 주십시오."),
        Closed.NO_SUCH_MEMBER: _("조합원을 골라 주십시오."),
        Closed.SAME_MEMBER: _("이미 이 방문을 맡은 조합원입니다. 다른 사람을 골라 주십시오."),
        Closed.NOTHING_TO_MOVE: _("바뀐 것이 없습니다. 날짜, 약속 시간 또는 시작 시각을 바꾸어 주십시오."),
        Closed.START_OUTSIDE_WINDOW: _("시작 시각은 약속 시간 안이어야 합니다."),
        Closed.TOO_LATE_TO_UNDO: _("되돌릴 수 있는 시간이 지났습니다. 방문을 다시 옮겨 주십시오."),
    }
    return said[code]


def skill_names() -> dict[str, str]:
    """Code to name in the reader's language."""
    query = select(Skill.code, Skill.name_ko, Skill.name_en)
    return {row.code: name_of(row) for row in db.session.execute(query)}


def _pair(reason: Reason | Coded) -> tuple[str, Mapping[str, Any]]:
    if isinstance(reason, Reason):
        return reason.code.value, reason.params
    return str(reason[0]), dict(reason[1])


def _reason(code: str, params: Mapping[str, Any], all_of: Mapping[str, Mapping[str, Any]]) -> str:
    minutes, days = _number(params, "minutes"), _number(params, "days")
    hours = hours_words(_number(params, "month_minutes"))
    wish = hours_words(_number(params, "wished_minutes"))
    said: dict[str, str] = {
        "soonest": _("가장 빠른 날입니다 (%(days)s일 뒤)", days=days)
        if days
        else _("가장 빠른 날입니다 (오늘)"),
        "least_travel": _("이동이 가장 적은 시간입니다 (%(minutes)s분)", minutes=minutes),
        "knows_home": _("지난번에도 이 집을 방문했습니다"),
        "nearest": _nearest(minutes, all_of),
        "added_travel": _("이동이 %(minutes)s분 늘어납니다", minutes=minutes),
        "from_visit": _("앞 방문지에서 %(minutes)s분 걸립니다", minutes=minutes),
        "from_home": _("출발지에서 %(minutes)s분 걸립니다", minutes=minutes),
        "below_wish": _("그달 계획 %(hours)s (희망 %(wish)s)", hours=hours, wish=wish),
        "above_wish": _("그달 계획 %(hours)s, 희망 시간(%(wish)s)을 이미 넘었습니다", hours=hours, wish=wish)
        if _number(params, "month_minutes") >= _number(params, "wished_minutes")
        else _("그달 계획 %(hours)s, 희망 시간(%(wish)s)을 넘게 됩니다", hours=hours, wish=wish),
        "month_so_far": _("그달 계획 %(hours)s", hours=hours),
        "moves_others": _(
            "다른 방문 %(visits)s건의 시작이 약속 안에서 바뀝니다", visits=_number(params, "visits")
        ),
        "tight": _("시간이 빠듯합니다 (여유 %(slack)s분)", slack=_number(params, "slack")),
        "by_hand": _("운영자가 직접 골랐습니다"),
        "instead": _("접수할 때 안내한 조합원이 갈 수 없게 되어 대신 부탁했습니다"),
        "ejects": _("다른 방문 한 건은 다른 조합원이 대신 갑니다 (그 집과 약속한 시간은 그대로)"),
    }
    return said.get(code, "")


def _nearest(added: int, all_of: Mapping[str, Mapping[str, Any]]) -> str:
    said: str = _("이동이 가장 적습니다 (%(minutes)s분)", minutes=added)
    if from_home := all_of.get("from_home"):
        said = _(
            "출발지에서 가장 가까운 분입니다 (이동 %(minutes)s분)", minutes=_number(from_home, "minutes")
        )
    elif from_visit := all_of.get("from_visit"):
        said = _(
            "앞 방문지에서 가장 가까운 분입니다 (이동 %(minutes)s분)", minutes=_number(from_visit, "minutes")
        )
    return said


def _over(params: Mapping[str, Any], text: str) -> str:
    used, cap = hours_words(_number(params, "used")), hours_words(_number(params, "cap"))
    return text % {"used": used, "cap": cap}


def _skills(params: Mapping[str, Any], names: Mapping[str, str] | None) -> str:
    codes = params.get("skills", ())
    known = names if names is not None else skill_names() if codes else {}
    return ", ".join(known.get(code, code) for code in codes)


def _number(params: Mapping[str, Any], key: str) -> int:
    return int(params.get(key, 0))
