"""What the provider's error codes ask us to do; any other code asks for nothing.

Five digits are Twilio's, four are solapi's, three are of HTTP.
"""

from enum import StrEnum


class Action(StrEnum):
    NOTHING = "nothing"  # a person passes it on
    BAD_NUMBER = "bad_number"  # no text reaches it, now or later
    OPTED_OUT = "opted_out"  # its owner wants no texts
    BLOCKED = "blocked"  # by the carrier: not again, and a person has it at once
    ONCE_MORE = "once_more"  # switched off or out of reach: later it may arrive
    STOP = "stop"  # the account itself is refused
    NO_SENDER = "no_sender"  # the number we send from is refused: so will every other text be
    MISCONFIGURED = "misconfigured"  # our permissions: no text of this sort will go


CODES = {
    **dict.fromkeys(("21211", "21214", "21217", "21614", "30005", "30006"), Action.BAD_NUMBER),
    "21610": Action.OPTED_OUT,
    **dict.fromkeys(("30004", "30007"), Action.BLOCKED),
    **dict.fromkeys(("30003", "30008", "30410", "busy", "no_answer"), Action.ONCE_MORE),
    **dict.fromkeys(("401", "403", "20003", "20005", "30002"), Action.STOP),
    **dict.fromkeys(("21212", "21606", "21657", "21659", "21660", "21661"), Action.NO_SENDER),
    **dict.fromkeys(("21408", "21612", "21215"), Action.MISCONFIGURED),  # the last is of calls alone
    **dict.fromkeys(("3010", "3032", "3050"), Action.BAD_NUMBER),
    **dict.fromkeys(("1061", "2061"), Action.OPTED_OUT),
    **dict.fromkeys(("1060", "2060", "2254", "3047", "3054", "3055"), Action.BLOCKED),
    **dict.fromkeys(("3040", "3041", "3042", "3043", "3044", "3046"), Action.ONCE_MORE),
    **dict.fromkeys(("3051", "3053", "3056", "3057"), Action.ONCE_MORE),
    **dict.fromkeys(("402", "1020", "1030", "2063", "2230"), Action.STOP),
    **dict.fromkeys(("1062", "2062", "3059"), Action.NO_SENDER),
    **dict.fromkeys(("1058", "1064", "2064", "3013", "3058"), Action.MISCONFIGURED),
}
MISCONFIGURED = frozenset(
    code for code, action in CODES.items() if action in (Action.NO_SENDER, Action.MISCONFIGURED)
)


def action_of(code: str) -> Action:
    return CODES.get(code, Action.NOTHING)
