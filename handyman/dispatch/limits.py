"""How long a search may take, and how far it is."""

from collections.abc import Callable
from dataclasses import dataclass

from handyman.dispatch.routing import Plan


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, rounds of each walk, or both: then what ends first."""

    seconds: float | None = None
    rounds: int | None = None

    def share(self, seconds: float, rounds: int) -> float:
        """How much of what was given is used up; rounds alone count where they are given."""
        if self.rounds is not None:
            late = self.seconds is not None and seconds >= self.seconds
            return 1.0 if late else rounds / max(self.rounds, 1)
        return seconds / max(self.seconds or 0.0, 1e-9)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: what the best plan so far leaves out and costs."""

    seconds: float
    rounds: int
    unserved: float
    cost: float
    share: float  # of the time or rounds that were given


# False ends the search; the second gives the best plan so far
Watch = Callable[[Progress, Callable[[], Plan]], bool]
