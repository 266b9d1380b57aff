"""The member's form as it opens: what is on record, in the words that it reads again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _

from handyman.members.reading import said_clock, said_hours
from handyman.models import Member, TravelMode

Words = Mapping[str, str]
MOST_SPANS = 4  # in a day; the page shows one, and as many more as a member has


def blank(today: date) -> dict[str, str]:
    """The form of somebody new."""
    return {"joined_on": today.isoformat(), "active": "1", "travel_mode": TravelMode.TRANSIT.value}


def words_of(member: Member) -> dict[str, str]:
    """The form as it opens for a member."""
    words = {
        "name": member.name,
        "phone": member.phone,
        "home": member.home_label,
        "start": member.start_label or "",
        "end": member.end_label or "",
        "break_from": _said(member.break_start),
        "break_to": _said(member.break_end),
        "travel_mode": member.travel_mode.value,
        "insured_until": member.insured_until.isoformat() if member.insured_until else "",
        "joined_on": member.joined_on.isoformat(),
        "active": "1" if member.active else "",
        "no_smartphone": "" if member.smartphone else "1",
        "language": member.language,
        "daily_cap": said_hours(member.daily_cap_minutes),
        "monthly_cap": said_hours(member.monthly_cap_minutes),
        "wished": said_hours(member.wished_minutes),
    }
    for held in member.skills:
        words[f"skill-{held.skill_id}"] = "1"
        words[f"until-{held.skill_id}"] = held.valid_until.isoformat() if held.valid_until else ""
    places = dict.fromkeys(range(7), 0)
    for span in member.hours:
        tail = tail_of(span.weekday, places[span.weekday])
        words[f"from-{tail}"], words[f"to-{tail}"] = (
            said_clock(span.start_minute),
            said_clock(span.end_minute),
        )
        places[span.weekday] += 1
    return words


def tail_of(weekday: int, place: int) -> str:
    """How the fields of a day's first, second … span end: 0, 0-2, 0-3."""
    return f"{weekday}-{place + 1}" if place else str(weekday)


def week(words: Words) -> list[list[str]]:
    """The fields to show for each weekday, Monday first."""
    return [
        [
            tail
            for place in range(MOST_SPANS)
            for tail in [tail_of(weekday, place)]
            if place == 0 or words.get(f"from-{tail}") or words.get(f"to-{tail}")
        ]
        for weekday in range(7)
    ]


def hour_fields() -> Iterator[str]:
    """Every field of the week that may be wrong."""
    for weekday in range(7):
        for place in range(MOST_SPANS):
            tail = tail_of(weekday, place)
            yield from (f"from-{tail}", f"to-{tail}")


def said(words: Words, skills: Sequence[tuple[str, str]], weekdays: Sequence[str]) -> dict[str, str]:
    """What stands beside the title of each part of the form while it is closed."""
    held = [name for skill, name in skills if words.get(f"skill-{skill}") == "1"]
    days = [weekdays[int(tails[0])] for tails in week(words) if words.get(f"from-{tails[0]}")]
    limits = [
        _("%(what)s %(hours)s시간", what=what, hours=words[key])
        for key, what in (("daily_cap", _("하루")), ("monthly_cap", _("한 달")), ("wished", _("희망")))
        if words.get(key)
    ]
    return {
        "who": words.get("phone", ""),
        "abilities": ", ".join(held),
        "hours": " ".join(days),
        "limits": " · ".join(limits),
    }


def _said(minute: int | None) -> str:
    return "" if minute is None else said_clock(minute)
