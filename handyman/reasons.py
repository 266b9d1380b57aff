"""Why a text or a call did not arrive, and so what to do, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

from handyman.models import Answer, MessageState

S = MessageState
NO_TEXTS = _l("문자를 받을 수 없는 번호입니다. 전화로 알려 주십시오.")
NOBODYS = _l("없는 번호입니다. 번호를 확인해 주십시오.")
OPTED_OUT = _l("문자 수신을 거부한 번호입니다. 전화로 알려 주십시오.")
BLOCKED = _l("수신이 막힌 번호입니다. 전화로 알려 주십시오.")
OFF = _l("전화기가 꺼져 있거나 통화권 밖입니다.")
LATE = _l("통신사가 제때 전달하지 못했습니다.")
SPAM = _l("통신사가 스팸으로 막았습니다. 전화로 알려 드리고, 관리자에게도 말씀해 주십시오.")
MISCONFIGURED = _l("문자 발송 설정이 잘못되었습니다. 관리자에게 알려 주십시오.")
TOO_LATE = _l("제때 보내지 못했습니다.")
UNSURE = _l("보냈는지 확인되지 않습니다.")
ANOTHER_NUMBER = "another_number"  # it arrived where somebody else reads it
WHO_ANSWERED = "who_answered"  # on a page that a stranger could open, or by a key where one is
STRANGER_AGREED = "stranger_agreed"  # a key was pressed at a number that was not theirs
WHO_CALLED = "who_called"  # the same, where the key was that for a person
WHOSE_WISH = {Answer.ANOTHER_TIME: WHO_ANSWERED, Answer.CALL_ME: WHO_CALLED}
WAITS_FOR_CALL = frozenset({Answer.CALL_ME, WHO_CALLED})  # whoever pressed it was told that one would ring
QUESTIONS = frozenset(
    {WHO_ANSWERED, WHO_CALLED, STRANGER_AGREED}
)  # that a person has to ask, however often they ring
TOLD_OTHERWISE = "told_otherwise"  # whoever answered a call was told that it is not so any more
BECAME: dict[str, Any] = {
    "accepted": _l("수락으로 받음"),
    "declined": _l("못 간다는 답으로 받음"),
    "called_off": _l("방문을 취소함"),
    "let_out": _l("다른 조합원에게 맡김"),
    "no_texts": _l("문자 수신 거부"),
    "texts_again": _l("문자 수신 동의"),
    "by_person": _l("처리함"),
}
BY_CODE: dict[str, Any] = {
    # ours
    "no_texts": NO_TEXTS,
    "bad_number": _l("전에 문자가 닿지 않은 번호입니다. 전화로 알리고 번호를 확인해 주십시오."),
    "opted_out": OPTED_OUT,
    ANOTHER_NUMBER: _l("예전 번호로 갔습니다. 지금 번호로 다시 보내거나 전화로 알려 주십시오."),
    **dict.fromkeys(
        (WHO_ANSWERED, WHO_CALLED),
        _l(
            "예전 번호로 나간 방문 페이지나 전화에서 온 답이라 누가 답했는지 알 수 없어 세지 않았습니다."
            " 전화로 다시 여쭈어 주십시오."
        ),
    ),
    STRANGER_AGREED: _l("예전 번호에서 누가 맡겠다고 눌렀습니다. 본인이 가시는지 전화로 여쭈어 주십시오."),
    "at_night": _l("밤에는 문자나 전화가 나가지 않고, 아침이면 늦습니다. 꼭 알려야 하면 전화해 주십시오."),
    "too_late": TOO_LATE,
    "lease_over": UNSURE,
    "no_answer": _l("전화를 받지 않으셨습니다. 전화로 알려 주십시오."),
    "busy": _l("통화 중이었습니다. 전화로 알려 주십시오."),
    "no_key": _l("전화를 받았지만 번호를 누르지 않으셨습니다. 전화로 확인해 주십시오."),
    "not_reached": _l("전화했으나 닿지 못했습니다. 때를 바꾸어 다시 걸어 주십시오."),
    "another_time": _l("다른 때가 좋다고 하셨습니다. 전화로 때를 여쭈어 주십시오."),
    "call_me": _l("사람과 이야기하고 싶어 하십니다. 전화해 주십시오."),
    "no_calls": _l("지금 쓰는 통신 회사로는 전화를 걸 수 없습니다. 사람이 전화해 주십시오."),
    # Twilio's, five digits
    **dict.fromkeys(("21211", "21214", "21217", "30005"), NOBODYS),
    **dict.fromkeys(("21614", "30006"), NO_TEXTS),
    "21610": OPTED_OUT,
    "30003": OFF,
    "30008": _l("통신사가 까닭을 알리지 않고 전달하지 못했습니다."),
    "30410": LATE,
    "30004": BLOCKED,
    "30007": SPAM,
    **dict.fromkeys(("21408", "21612"), MISCONFIGURED),
    "21215": _l("이 번호로 자동 전화를 걸 권한이 꺼져 있습니다. 관리자에게 알려 주십시오."),
    **dict.fromkeys(("21212", "21606", "21657", "21659", "21660", "21661"), MISCONFIGURED),
    # solapi's, four digits
    **dict.fromkeys(("3010", "3032"), NOBODYS),
    "3050": NO_TEXTS,
    **dict.fromkeys(("1061", "2061"), OPTED_OUT),
    **dict.fromkeys(("1060", "2060", "3047"), BLOCKED),
    **dict.fromkeys(("3042", "3043", "3046", "3051", "3056", "3057"), OFF),
    "3041": _l("전화기가 다른 일을 하고 있어 받지 못했습니다."),
    "3044": _l("전화기의 문자함이 가득 찼습니다. 전화로 알려 주십시오."),
    "3045": _l("쓰임이 잠시 멈춘 번호입니다. 전화로 확인해 주십시오."),
    **dict.fromkeys(("3040", "3053"), LATE),
    **dict.fromkeys(("2254", "3054", "3055"), SPAM),
    **dict.fromkeys(("1058", "1062", "1064", "2062", "2064", "3013", "3058", "3059"), MISCONFIGURED),
    **dict.fromkeys(("1029", "1031"), _l("문자로 보낼 수 없는 글입니다. 전화로 알려 주십시오.")),
}
OF_A_TRY: dict[str, Any] = {  # of the line to the provider, as the libraries name it
    **dict.fromkeys(
        (
            "no_connection",
            "ConnectionError",
            "ReadTimeout",
            "ChunkedEncodingError",
            "ReadError",
            "RemoteProtocolError",
        ),
        _l("통신 회사와 연결이 끊겼습니다."),
    ),
    **dict.fromkeys(("unreadable", "JSONDecodeError"), _l("통신 회사의 답을 읽을 수 없었습니다.")),
    **dict.fromkeys(("500", "502", "503", "504"), _l("통신 회사에 장애가 있습니다.")),
    **dict.fromkeys(("429", "20429"), _l("한꺼번에 많이 보내 통신 회사가 늦추었습니다.")),
}
BY_STATE: dict[MessageState, Any] = {
    S.EXPIRED: TOO_LATE,
    S.NEEDS_PERSON: UNSURE,
    S.UNDELIVERED: _l("통신사가 전달하지 못했습니다."),
    S.FAILED: _l("통신사가 받지 않았습니다."),
    S.SUPPRESSED: OPTED_OUT,
    S.PENDING: _l("아직 보내지 못하고 기다리고 있습니다. 급하면 전화로 알려 주십시오."),
    S.SENDING: _l("보내는 중에 멈추었습니다. 급하면 전화로 알려 주십시오."),
    S.UNKNOWN: _l("보냈는지 확인하고 있습니다. 급하면 전화로 알려 주십시오."),
    S.ACCEPTED: _l("통신사가 받았지만 도착했다는 소식이 없습니다. 급하면 전화로 알려 주십시오."),
    S.SENT: _l("통신사가 보냈지만 도착했다는 소식이 없습니다. 급하면 전화로 알려 주십시오."),
}


_SENDER = _l(
    "보내는 번호가 잘못되었습니다. 관리자는 통신 회사에 등록한 번호를"
    " TWILIO_FROM이나 SOLAPI_FROM에 적고 다시 시작해 주십시오."
)
_REGION = _l("관리자는 통신 회사에서 이 나라로 문자를 보내고 전화를 거는 권한을 켜 주십시오.")
_ACCOUNT = _l("관리자는 계정 설정을 확인해 주십시오.")
SETS_RIGHT: dict[str, Any] = {
    **dict.fromkeys(("21212", "21606", "21657", "21659", "21660", "21661", "1062", "2062", "3059"), _SENDER),
    **dict.fromkeys(("21408", "21612", "21215"), _REGION),
}


def set_right(code: str) -> str:
    """What has to be done where a provider refuses all our texts for this."""
    return str(SETS_RIGHT.get(code, _ACCOUNT))


def reason(code: str, state: MessageState) -> str:
    """By the code of its last error, else by where it stands."""
    return str(BY_CODE.get(code) or BY_STATE.get(state, ""))


def code_words(code: str) -> str:
    """Beside the code with which a try ended, where there is more to say of it."""
    return str(BY_CODE.get(code) or OF_A_TRY.get(code, ""))


def became(outcome: str) -> str:
    """Of a text that came in and was seen to."""
    return str(BECAME.get(outcome, BECAME["by_person"]))
