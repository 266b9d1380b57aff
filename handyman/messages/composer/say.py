"""What the page of wordings says: names of texts, why one is refused."""

from flask_babel import gettext as _

from handyman.messages.fill import Problem, Slot, Why
from handyman.models import TextKind, TextLanguage

K = TextKind


def kind(of: TextKind) -> str:
    names = {
        K.RESIDENT_BOOKED: _("방문을 약속했을 때"),
        K.RESIDENT_DAY_BEFORE: _("방문 전날"),
        K.RESIDENT_MOVED: _("방문 시간이 바뀌었을 때"),
        K.RESIDENT_CANCELLED: _("방문이 취소되었을 때"),
        K.RESIDENT_ON_THE_WAY: _("조합원이 출발할 때"),
        K.RESIDENT_DONE: _("일을 마쳤을 때"),
        K.RESIDENT_PARTLY: _("일부를 마쳤을 때"),
        K.RESIDENT_NOBODY_HOME: _("댁에 안 계실 때"),
        K.RESIDENT_PAGE: _("방문 확인 화면의 주소"),
        K.RESIDENT_SURVEY: _("만족도를 여쭐 때"),
        K.MEMBER_OFFER: _("방문을 맡을지 물을 때"),
        K.MEMBER_OFFER_CHANGED: _("바뀐 방문을 맡을지 다시 물을 때"),
        K.MEMBER_TAKEN: _("전화로 맡기로 했을 때"),
        K.MEMBER_MOVED: _("맡은 방문의 시간이 바뀌었을 때"),
        K.MEMBER_ELSEWHERE: _("맡은 방문의 장소가 바뀌었을 때"),
        K.MEMBER_REMINDER: _("시작하기 전"),
        K.MEMBER_DAY_LIST: _("아침의 하루 목록"),
        K.MEMBER_WITHDRAWN: _("가지 않아도 될 때"),
        K.MEMBER_PARTNER_ACCEPTED: _("함께 갈 사람이 수락했을 때"),
        K.MEMBER_PARTNER_DECLINED: _("함께 갈 사람이 못 가게 되었을 때"),
        K.MEMBER_PARTNER_ARRIVED: _("함께 간 사람이 도착했을 때"),
    }
    return str(names[of])


def language(of: TextLanguage) -> str:
    return str(_("한국어") if of is TextLanguage.KO else _("영어"))


def place(slot: Slot, of: TextKind) -> str:
    """What a placeholder stands for."""
    to_member = of.startswith("member")
    names = {
        Slot.OFFICE: _("사무실 이름"),
        Slot.WHEN: _("방문하는 때"),
        Slot.WHERE: _("동 이름") if to_member else _("어르신 댁의 동. 돕는 분께는 누구 댁인지"),
        Slot.WHO: _("함께 가는 조합원") if to_member else _("가는 조합원"),
        Slot.WHAT: _("품목"),
        Slot.NUMBER: _("방문 번호"),
        Slot.PHONE: _("사무실 전화"),
        Slot.LINK: _("방문을 여는 주소"),
        Slot.UNTIL: _("답할 때까지의 시각"),
        Slot.COUNT: _("방문 수"),
        Slot.LONG: _("걸리는 시간"),
        Slot.AGAIN: _("다시 묻는다는 말"),
        Slot.SUM: _("어르신이 내실 돈, 없으면 안 받는다는 말"),
    }
    return str(names[slot])


def problem(found: Problem) -> str:
    """Why a wording is refused, and what to do."""
    listed = " ".join(found.words)
    places = " ".join(f"{{{word}}}" for word in found.words)
    sentences = {
        Why.EMPTY: _("문구를 적어 주십시오."),
        Why.BRACE: _("중괄호는 자리표에만 씁니다. 짝이 맞는지 보아 주십시오."),
        Why.UNKNOWN: _(
            "이 문자에 쓸 수 없는 자리표입니다: %(places)s. 아래 표에 있는 것만 써 주십시오.", places=places
        ),
        Why.MISSING: _("꼭 있어야 할 자리표가 빠졌습니다: %(places)s", places=places),
        Why.NOT_CARRIED: _(
            "전화기에 나오지 않는 글자입니다: %(listed)s. 다른 글자로 바꾸어 주십시오.", listed=listed
        ),
        Why.GLUED: _("주소 앞뒤를 띄어 주십시오. 붙여 쓰면 전화기가 주소를 알아보지 못합니다."),
        Why.TOO_LONG: _("가장 짧게 줄여도 한 통(70자, 90바이트)을 넘을 수 있습니다. 말을 줄여 주십시오."),
    }
    return str(sentences[found.why])
