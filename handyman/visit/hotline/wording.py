"""What is said of a visit whose number was named where nobody of ours is expected now."""

from datetime import datetime

from flask_babel import gettext as _

from handyman.models import Visit
from handyman.visit.expected import Door, at_door
from handyman.words import seoul_day, window_words


def warning_of(visit: Visit, now: datetime) -> str:
    """Nothing where somebody is expected."""
    if visit.day != seoul_day(now):
        return str(_("오늘의 방문이 아닙니다"))
    window = window_words(visit.window_start, visit.window_end)
    said = {
        Door.EXPECTED: "",
        Door.LATER: _("그 방문은 지금이 아니라 오늘 %(window)s입니다", window=window),
        Door.NOBODY: _("그 방문은 아직 갈 사람이 정해지지 않았습니다"),
        Door.PAST: _("그 방문은 약속한 때가 지났습니다"),
        Door.OVER: _("오늘 이 번호의 방문은 이미 끝났습니다"),
        Door.CANCELLED: _("이 방문은 취소되었습니다"),
    }
    return str(said[at_door(visit, now)])
