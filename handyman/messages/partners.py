"""Two who go together hear of each other: who comes, who does not, and who is at the door already."""

from datetime import datetime, timedelta

from handyman.messages import spoken_jobs, wording, written
from handyman.messages.hours import next_allowed
from handyman.messages.moments import stamp
from handyman.messages.rows import Draft, member, of_visit, take_back, write
from handyman.messages.templates import Text
from handyman.models import AssignmentState, Member, MessageKind, TextKind, Visit

STILL_TRUE = timedelta(hours=1)  # how long an arrival is worth telling


def said(visit: Visit, who: Member, yes: bool, now: datetime) -> None:
    """Whoever else goes hears that the other does, or does not."""
    kind = TextKind.MEMBER_PARTNER_ACCEPTED if yes else TextKind.MEMBER_PARTNER_DECLINED
    _tell_partners(visit, who, kind, (next_allowed(now, visit.start), visit.window_end), now)


def arrived(visit: Visit, who: Member, now: datetime) -> None:
    """At the door already, while the other may still be on the way."""
    _tell_partners(visit, who, TextKind.MEMBER_PARTNER_ARRIVED, (now, now + STILL_TRUE), now)


def not_there(visit: Visit, now: datetime) -> None:
    """Nobody stands at the door after all: what has not left is not told."""
    told = of_visit(visit, (MessageKind.MEMBER_PARTNER,))
    arrivals = [each for each in told if f":{TextKind.MEMBER_PARTNER_ARRIVED}-" in each.dedupe_key]
    take_back(arrivals, now, why="undone")


def _tell_partners(
    visit: Visit, who: Member, kind: TextKind, span: tuple[datetime, datetime], now: datetime
) -> None:
    words = {
        TextKind.MEMBER_PARTNER_ACCEPTED: f"{who.name} 님이 함께 가겠다고 했습니다.",
        TextKind.MEMBER_PARTNER_DECLINED: f"{who.name} 님은 못 간다고 했습니다. 다른 분을 찾고 있습니다.",
        TextKind.MEMBER_PARTNER_ARRIVED: f"{who.name} 님이 도착했습니다.",
    }[kind]
    for place in visit.assignments:
        to = place.member
        if to is None or to.id == who.id or place.state is not AssignmentState.ACCEPTED:
            continue
        text = written.of_partner(kind, visit, to, who)
        spoken_too = spoken_jobs.partner(wording.office(), wording.task(visit, to), words)
        key = f"visit:{visit.id}:{kind.value}-{who.id}:{to.id}:{stamp(visit.window_start)}"
        write(
            Draft(
                MessageKind.MEMBER_PARTNER,
                member(to),
                key,
                text if to.smartphone else Text(spoken_too),
                *span,
                visit,
                "" if to.smartphone else spoken_too,
            ),
            now,
        )
