"""What time alone brings."""

from datetime import datetime

from handyman.board import road_times
from handyman.board.calendar import working_days
from handyman.extensions import settings, transaction
from handyman.flow.checks import follow_check_rules
from handyman.messages import codes, daily, doubt, ladder
from handyman.words import seoul_day


def tick(now: datetime) -> None:
    """What time alone brings, each minute: texts too late, lists of the day, notices that nobody takes."""
    doubt.sweep_now(now)
    with transaction():
        daily.day_lists(now)
        codes.put_away_past(now)
        ladder.climb_due(now)
    follow_check_rules(now)
    road_times.prepare(working_days(seoul_day(now), settings().booking_days))
