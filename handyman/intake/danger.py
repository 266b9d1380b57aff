"""The dangers that a call speaks of, whatever field they were written into, and whether they are over."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l

from handyman.form_before import unpack
from handyman.intake.emergency import find_danger

NAMES = {
    "가스": _l("가스"),
    "연기": _l("연기"),
    "불꽃": _l("불꽃"),
    "폭발": _l("폭발"),
    "무너짐": _l("무너짐"),
    "물 넘침": _l("물 넘침"),
    "쓰러짐": _l("쓰러짐"),
    "넘어짐": _l("넘어짐"),
    "피가 남": _l("피가 남"),
    "갇힘": _l("갇힘"),
}
UNSAID = frozenset(  # nobody has typed these
    {"csrf_token", "submission_key", "place_key", "located_for", "card_was", "danger_over"}
)


def said_in(typed: Mapping[str, str]) -> list[str]:
    """A note that has stood on the card since before is not of this call."""
    before = unpack(typed.get("card_was", ""))
    said = (
        words
        for name, words in typed.items()
        if name not in UNSAID and not name.startswith("named-") and words != before.get(name)
    )
    return find_danger("\n".join(said))


def names(found: Sequence[str]) -> str:
    return ", ".join(str(NAMES[word]) for word in found)


def over(found: Sequence[str]) -> str:
    """What the form sends where just these are over, or 119 knows of them."""
    return ",".join(found)
