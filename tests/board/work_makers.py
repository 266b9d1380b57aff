"""One thing for each list of what has to be done."""

from datetime import timedelta

from handyman.extensions import now
from handyman.models import InboundMessage, ItemState, MessageState, RequestState, VisitState
from handyman.words import local, seoul_day
from tests.factories import (
    add,
    make_absence,
    make_address,
    make_member,
    make_message,
    make_person,
    make_request,
    make_resident,
    make_visit,
)


def visit_of(name: str, minutes_ago: float, state: VisitState = VisitState.ASSIGNED) -> None:
    """A visit of an hour."""
    request = make_request(make_resident(name))
    make_visit(
        request,
        start=now() - timedelta(minutes=minutes_ago),
        members=[make_member()],
        state=state,
        service_minutes=60,
    )


def make_each_kind() -> dict[str, str]:
    """The key of each list, and the name that its thing goes by."""
    make_request(make_resident("위치모름", address=make_address(point=None)))
    make_request(make_resident("방문없음"))
    make_visit(make_request(make_resident("맡을이없음")))
    make_visit(make_request(make_resident("대기중")), members=[make_member("답기다림")], accepted=False)
    visit_of("출발안함", 31)
    visit_of("마침없음", 121, VisitState.ARRIVED)
    absent = make_member("쉬는조합원")
    make_absence(absent, seoul_day(now()) + timedelta(days=1))
    make_visit(make_request(make_resident("아픈방문")), start=now() + timedelta(days=1), members=[absent])
    make_message(make_person("문자못받음"), state=MessageState.FAILED)
    tomorrow = make_visit(
        make_request(make_resident("모르심")), start=now() + timedelta(days=1), members=[make_member()]
    )
    make_message(
        tomorrow.resident.person,
        visit=tomorrow,
        state=MessageState.UNDELIVERED,
        dedupe_key=f"test-{local(tomorrow.window_start).isoformat(timespec='minutes')}",
    )
    make_member("보험끝남", insured_until=seoul_day(now()) + timedelta(days=30))
    left = make_visit(
        make_request(make_resident("남은품목")), members=[make_member()], state=VisitState.FINISHED
    )
    left.items[0].request_item.state = ItemState.OPEN
    left.items[0].request_item.request.state = RequestState.LOGGED
    add(
        InboundMessage(
            provider="twilio",
            provider_id="SM1",
            from_number="+821000000001",
            body="언제 오나요",
            received_at=now(),
        )
    )
    return {
        "not_located": "위치모름",
        "no_visit": "방문없음",
        "nobody": "맡을이없음",
        "waiting": "답기다림",
        "not_begun": "출발안함",
        "not_reported": "마침없음",
        "not_arrived": "문자못받음",
        "untold": "모르심",
        "member-rests": "쉬는조합원",
        "left_over": "남은품목",
        "unanswered": "언제 오나요",
        "running-out": "보험끝남",
    }
