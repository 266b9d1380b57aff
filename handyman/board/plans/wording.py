"""What a plan is, what it changes and why, in plain words."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from handyman.board import wording
from handyman.board.plans.stored import Change, ChangeKind, Coded, Kept
from handyman.board.plans.undo import Bar, Obstacle
from handyman.languages import gettext as _
from handyman.models import PlanFailure, PlanReason, PlanRun, PlanState
from handyman.words import day_words

KINDS = (ChangeKind.CALL, ChangeKind.PEOPLE, ChangeKind.FOUND, ChangeKind.START)  # in the order shown
TONES = {"call": "danger", "people": "warning", "found": "success", "start": "information"}


def title(run: PlanRun, today: date) -> str:
    """What is planned, and of when."""
    day = day_words(run.first_day, today)
    if run.reason is PlanReason.ILL:
        name = run.member.name if run.member else ""
        return _("%(name)s 님이 아픈 날의 계획: %(day)s", name=name, day=day)
    if run.last_day != run.first_day:
        return _("계획: %(first)s ~ %(last)s", first=day_words(run.first_day), last=day_words(run.last_day))
    return _("계획: %(day)s", day=day)


def state(of: PlanState) -> str:
    said: dict[PlanState, str] = {
        PlanState.QUEUED: _("차례를 기다림"),
        PlanState.RUNNING: _("짜는 중"),
        PlanState.READY: _("결정을 기다림"),
        PlanState.STOPPED: _("결정을 기다림"),
        PlanState.FAILED: _("짜지 못함"),
        PlanState.TAKEN: _("이대로 바꿈"),
        PlanState.UNDONE: _("되돌림"),
        PlanState.LEFT: _("버림"),
        PlanState.OUTDATED: _("다시 맞춤"),
    }
    return said[of]


def failure(of: PlanFailure | None) -> str:
    """Why there is no plan, and what to do next."""
    said: dict[PlanFailure | None, str] = {
        PlanFailure.NOTHING_TO_PLAN: _(
            "남은 일하는 날이 없습니다. 배정판에서 다른 날을 골라 다시 짜 주십시오."
        ),
        PlanFailure.WORKER_LOST: _(
            "계획을 짜던 프로그램이 거듭 멈추었습니다. 관리자에게 알리고,"
            " 급한 방문은 방문 화면에서 바꾸어 주십시오."
        ),
        PlanFailure.FAULTS: _(
            "규칙을 모두 지키는 계획을 찾지 못했습니다. 아무것도 바뀌지 않았습니다."
            " 방문 화면에서 하나씩 바꾸어 주십시오."
        ),
    }
    return said.get(
        of,
        _(
            "계획을 짜다가 문제가 생겼습니다. 아무것도 바뀌지 않았습니다."
            " 다시 짜 보고, 또 그러면 관리자에게 알려 주십시오."
        ),
    )


def kind(of: ChangeKind) -> str:
    said: dict[ChangeKind, str] = {
        ChangeKind.CALL: _("전화해야 함"),
        ChangeKind.PEOPLE: _("사람이 바뀜"),
        ChangeKind.FOUND: _("사람을 찾음"),
        ChangeKind.START: _("시작만 바뀜"),
    }
    return said[of]


def kept(of: Kept) -> str:
    """Why a visit stays as it is."""
    said: dict[Kept, str] = {
        Kept.UNDER_WAY: _("이미 출발했거나 시작했을 시간입니다"),
        Kept.SOON: _("곧 시작합니다"),
        Kept.LATE: _("약속한 시간이 지났습니다. 전화로 확인해 주십시오"),
        Kept.NO_POINT: _("주소의 위치를 모릅니다"),
        Kept.MUST_NOT: _(
            "이 댁에 가지 않기로 적힌 조합원이 맡고 있습니다. 방문 화면에서 다른 사람에게 맡겨 주십시오"
        ),
        Kept.BY_HAND: _("운영자가 규칙과 다르게 직접 정했습니다"),
        Kept.PLACED: _("오늘 운영자가 직접 놓은 그대로 둡니다"),
        Kept.FOR_CALLER: _("통화 중인 분께 맡아 둔 시간이 이 방문에 걸려 있습니다"),
        Kept.STAND_BY: _("이날 대기인 조합원이 이미 맡은 방문입니다"),
        Kept.AS_IT_WAS: _("규칙에 맞지 않지만 더 나은 자리가 없습니다. 방문 화면에서 확인해 주십시오"),
    }
    return said[of]


def counted(of: ChangeKind, count: int) -> str:
    cases = _("%(count)s건", count=count)
    return f"{kind(of)} {cases}"


def rests(name: str) -> str:
    said: str = _("%(name)s 님의 쉬는 날을 적음", name=name)
    return said


def was_called(name: str) -> str:
    said: str = _("대기 중이던 %(name)s 님을 부름", name=name)
    return said


def step(of: str) -> str:
    """A line of the plan's own log."""
    said: dict[str, str] = {
        PlanState.QUEUED: _("계획을 부탁함"),
        PlanState.READY: _("다 짬"),
        PlanState.STOPPED: _("그만 짜고 보여 줌"),
        PlanState.TAKEN: _("이 계획대로 바꿈"),
        PlanState.UNDONE: _("모두 되돌림"),
        PlanState.OUTDATED: _("배정이 바뀌어 쓰지 않음"),
    }
    return said.get(of) or state(PlanState(of))


def obstacle(of: Obstacle, names: Mapping[int, str]) -> str:
    """Why a visit cannot go back to how it stood."""
    name = names.get(of.member_id or 0, _("조합원"))
    said: dict[Bar, str] = {
        Bar.LEFT: _("%(name)s 님께 이미 알렸습니다", name=name)
        if of.member_id
        else _("어르신께 이미 알렸습니다"),
        Bar.UNDER_WAY: _("이미 출발했거나 끝났거나 취소된 방문입니다"),
        Bar.CHANGED: _("그 사이에 누가 바꾸었거나 조합원이 답했습니다"),
        Bar.FILLED: _("%(name)s 님의 그 시간을 그 사이에 다른 방문이나 통화 중인 분이 잡았습니다", name=name),
    }
    return said[of.code]


def effects(change: Change, names: Mapping[int, str], reminded: Collection[int] = ()) -> list[str]:
    """Who hears what when the plan is taken; whoever is not named hears nothing.

    `reminded`: whoever goes still, and was reminded of another start already.
    """
    called: Any = lambda who: names.get(who, _("조합원"))  # noqa: E731
    said = [_("%(name)s 님께 갈 수 있는지 묻습니다", name=called(who)) for who in change.new]
    said += [_("%(name)s 님께 가지 않아도 된다고 알립니다", name=called(who)) for who in change.gone]
    said += [_("%(name)s 님께 함께 갈 분이 못 간다고 알립니다", name=called(who)) for who in change.beside]
    said += [_("%(name)s 님께 새 시작을 바로 알립니다", name=called(who)) for who in reminded]
    if change.kind is ChangeKind.CALL:
        said.append(_("할 일 목록에 올립니다. 어르신께 전화해 주십시오"))
    elif change.kind is ChangeKind.START and not set(change.after.team).issubset(reminded):
        said.append(_("방문 전 알림에 새 시작을 씁니다"))
    return said


def why(change: Change, coded: Sequence[Coded], names: Mapping[int, str]) -> list[str]:
    """What the change is good for."""
    if change.kind is ChangeKind.CALL:
        return [*_away(coded, names), _("갈 수 있는 조합원이 없습니다")]
    if change.kind is ChangeKind.FOUND:
        return [_("맡을 사람이 없던 자리입니다")]
    return [*_away(coded, names), *(text for code, params in coded if (text := _why(code, params)))]


def _away(coded: Sequence[Coded], names: Mapping[int, str]) -> list[str]:
    gone = [names.get(params["member_id"], "") for code, params in coded if code == "away"]
    barred = [names.get(params["member_id"], "") for code, params in coded if code == "must_not"]
    return [
        *(_("%(name)s 님이 이날 쉽니다", name=name) for name in gone),
        *(_("%(name)s 님은 이 댁에 가지 않기로 적혀 있습니다", name=name) for name in barred),
    ]


def _why(code: str, params: Mapping[str, Any]) -> str:
    said: dict[str, str] = {
        "less_travel": _("이동이 %(minutes)s분 줄어듭니다", minutes=params.get("minutes", 0)),
        "shares_hours": _("희망 시간에 견주어 일이 적은 분께 갑니다"),
        "makes_room": _("다른 방문의 약속을 모두 지키려는 것입니다"),
    }
    return said.get(code, "")


def tight(minutes: int) -> str:
    """Of a start that is close to the end of its promise."""
    if minutes <= 0:
        said: str = _("약속한 시간이 끝날 때 시작합니다. 조금만 늦어도 약속을 지키지 못합니다.")
    else:
        said = _(
            "약속한 시간이 끝나기 %(minutes)s분 전에 시작합니다. 그보다 늦어지면 약속을 지키지 못합니다.",
            minutes=minutes,
        )
    return said


def reasons(coded: Sequence[Coded]) -> list[str]:
    """Why whoever is asked: as on the page of a visit."""
    return wording.sentences(coded)
