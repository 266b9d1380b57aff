"""The days that a member is put on stand-by, as somebody typed them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import gettext as _

from handyman.board.forms import read_day

LONGEST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class StandByForm:
    first: date | None
    last: date | None
    problems: Mapping[str, str] = field(default_factory=dict)


def read(form: Mapping[str, str], today: date) -> StandByForm:
    problems: dict[str, str] = {}
    first, typed_last = read_day(form.get("stand_first", "")), form.get("stand_last", "").strip()
    last = read_day(typed_last) if typed_last else first
    if first is None:
        problems["stand_first"] = _("대기 첫날을 2026-11-24처럼 적어 주십시오.")
    elif first < today:
        problems["stand_first"] = _("이미 지난 날입니다. 오늘이나 앞으로의 날짜를 적어 주십시오.")
    if typed_last and last is None:
        problems["stand_last"] = _("대기 마지막 날을 2026-11-24처럼 적어 주십시오.")
    elif first and last and last < first:
        problems["stand_last"] = _("마지막 날은 첫날보다 앞설 수 없습니다.")
    elif first and last and last - first > LONGEST:
        problems["stand_last"] = _("한 번에 60일까지 적을 수 있습니다.")
    return StandByForm(first, last, problems)
