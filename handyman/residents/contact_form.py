"""The form of somebody who stands by a resident, read; what cannot be read is said beside its field."""

import unicodedata
from collections.abc import Mapping

from flask_babel import gettext as _

from handyman.residents.contacts import MOST, RELATIONS, NewContact, Refused
from handyman.residents.file import Phone

LONGEST_NAME = 60
KEYS = ("contact_name", "contact_phone", "contact_relation", "contact_told")


def read(words: Mapping[str, str], phone: Phone | None) -> tuple[NewContact | None, dict[str, str]]:
    """`phone` is what became of the typed number."""
    problems: dict[str, str] = {}
    name = " ".join(unicodedata.normalize("NFC", words.get("contact_name", "")).split())
    if not name:
        problems["contact_name"] = _("이름을 적어 주십시오.")
    elif len(name) > LONGEST_NAME:
        problems["contact_name"] = _("이름은 60자까지 적을 수 있습니다.")
    if phone is None:
        problems["contact_phone"] = _("전화번호를 010-1234-5678이나 02-123-4567처럼 적어 주십시오.")
    relation = next((each for each in RELATIONS if each.value == words.get("contact_relation")), None)
    if relation is None:
        problems["contact_relation"] = _("어떤 사이인지 골라 주십시오.")
    if problems or phone is None or relation is None:
        return None, problems
    return NewContact(name, phone, relation, words.get("contact_told") == "1"), {}


def refused(code: Refused) -> dict[str, str]:
    """Why the list stays as it is, beside the field that it is about."""
    if code is Refused.THEMSELF:
        return {"contact_phone": _("어르신 본인입니다. 다른 분의 이름과 번호를 적어 주십시오.")}
    if code is Refused.KNOWN:
        return {"contact_name": _("이미 목록에 있는 분입니다.")}
    if code is Refused.FULL:
        return {"contact_name": _("%(most)s명까지 적을 수 있습니다. 먼저 한 분을 지워 주십시오.", most=MOST)}
    return {"contact_name": _("그사이 목록이 바뀌었습니다. 다시 보아 주십시오.")}
