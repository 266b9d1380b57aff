"""The page that puts an address right: whether it is still true, and what is said when it was stored."""

from hashlib import sha256

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from handyman.meanwhile import of_request, who_changed
from handyman.models import ServiceRequest, Visit


def seen(row: ServiceRequest) -> str:
    """What the page was made of: somebody else may save in between."""
    home = row.address
    words = (home.id, home.label, home.unit, home.entrance, home.lat, home.lon)
    return sha256("|".join(map(str, words)).encode()).hexdigest()[:16]


def who(row: ServiceRequest) -> str:
    """A sentence: who has changed it meanwhile."""
    return who_changed(of_request(row))


def planned_elsewhere(visit: Visit) -> Markup:
    """The promise was made for the old place: who goes, and how far it is, is to be looked at again."""
    words = _(
        "방문 %(number)s: 예전 위치로 잡은 약속입니다. 갈 사람과 이동 시간을 다시 확인해 주십시오.",
        number=visit.number,
    )
    href = url_for("board.visit_page_of", visit_id=visit.id)
    return Markup('{} <a href="{}">{}</a>').format(words, href, _("방문 보기"))
