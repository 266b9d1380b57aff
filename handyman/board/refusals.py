"""Why the board did not do what was asked; nothing was changed."""

from enum import StrEnum
from typing import TYPE_CHECKING

from handyman.dispatch.problem import Conflict, Exclusion
from handyman.meanwhile import Rows
from handyman.models import Actor, StateError

if TYPE_CHECKING:
    from handyman.board.propose import Proposal


class BoardError(Exception):
    """Something that the board refuses to do."""


class Unbookable(StrEnum):
    NO_POINT = "no_point"
    REFER_OUT = "refer_out"
    NOTHING_OPEN = "nothing_open"
    WAITS = "waits"


class NotBookableError(BoardError):
    """No window can ever be promised for this request as it stands."""

    def __init__(self, code: Unbookable) -> None:
        super().__init__(code.value)
        self.code = code


class PlaceTakenError(BoardError):
    """The window was free when it was offered and no longer is; here are the next ones."""

    def __init__(self, alternatives: "list[Proposal]") -> None:
        super().__init__("place taken")
        self.alternatives = alternatives


class ChoiceError(BoardError):
    """Words that name no window."""


class GuardError(BoardError):
    """The rules of dispatch speak against it, and say why."""

    def __init__(self, grounds: "list[Conflict] | list[Exclusion]") -> None:
        super().__init__(", ".join(ground.code for ground in grounds))
        self.grounds = grounds


class Closed(StrEnum):
    VISIT_UNDER_WAY = "visit_under_way"  # or over
    REQUEST_CLOSED = "request_closed"
    DAY_PAST = "day_past"
    WINDOW_PAST = "window_past"  # of the visit as it stands
    OUT_OF_REACH = "out_of_reach"  # not a window of the office, or too far ahead
    NOT_A_WORKING_DAY = "not_a_working_day"
    NO_SUCH_PLACE = "no_such_place"
    NO_SUCH_MEMBER = "no_such_member"
    SAME_MEMBER = "same_member"
    NOTHING_TO_MOVE = "nothing_to_move"
    START_OUTSIDE_WINDOW = "start_outside_window"
    TOO_LATE_TO_UNDO = "too_late_to_undo"


class ClosedError(BoardError):
    """It is too late for that, or it makes no sense."""

    def __init__(self, code: Closed) -> None:
        super().__init__(code.value)
        self.code = code


class ChangedMeanwhileError(BoardError):
    """The row is no longer as the form saw it; `rows` and `why` tell where it stands who has changed it.

    `reader`: who is not named where it was they.
    """

    def __init__(self, rows: Rows | None = None, why: str = "", reader: Actor | None = None) -> None:
        super().__init__("changed meanwhile")
        self.rows, self.why, self.reader = rows or {}, why, reader


class Unexplained(StrEnum):
    NO_REASON = "no_reason"
    NO_NOTE = "no_note"  # "other" says nothing by itself


class UnexplainedError(BoardError):
    """Somebody is chosen by hand, and nobody could read why."""

    def __init__(self, code: Unexplained) -> None:
        super().__init__(code.value)
        self.code = code


class OfferClosedError(BoardError, StateError):
    """The offer has been answered, has expired or was withdrawn."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state
