"""How hot a walk through the plans is: hot, it goes on with much worse ones; cold, with better ones only."""

from dataclasses import dataclass

from handyman.dispatch.limits import Limits

# in average legs of a route: of a plan made anew, of one that is bettered, and in the end
HOT, WARM, COLD = 2.5, 2.0, 0.05
ROUNDS_A_VISIT = 150  # from hot to cold; where there is time for more, the walk is heated again
STEP_ROUNDS, STEP_SECONDS = 500, 0.05  # how often a walk looks up


@dataclass(frozen=True, slots=True)
class Cooling:
    """One way from hot to cold, from one moment of a search to another: by its clock or by its rounds."""

    hot: float
    cold: float
    begin: float
    end: float
    by_rounds: bool

    def share(self, seconds: float, rounds: int) -> float:
        """How far it is; 1 when it is over."""
        now = rounds if self.by_rounds else seconds
        return (now - self.begin) / max(self.end - self.begin, 1e-9)

    def heat(self, share: float) -> float:
        return float(self.hot * (self.cold / self.hot) ** min(share, 1.0))

    def step(self, rounds: int, pace: float, until: float) -> int:
        """So many rounds before the walk looks up: at most until that share."""
        if self.by_rounds:
            last = round(self.begin + until * (self.end - self.begin))
            return max(1, min(STEP_ROUNDS, last - rounds))
        return max(1, min(int(STEP_SECONDS / max(pace, 1e-7)), 20_000))

    def cools(self, share: float, step: int, pace: float) -> float:
        """What the heat is multiplied by in each round of a step."""
        further = (step if self.by_rounds else step * pace) / max(self.end - self.begin, 1e-9)
        return float((self.heat(share + further) / self.heat(share)) ** (1.0 / step))


def next_cooling(
    limits: Limits, seconds: float, rounds: int, pace: float, visits: int, leg: float, warm: bool
) -> Cooling:
    """What is left of the limits is cut in coolings of equal length; this is the first of them.

    `pace` is how many seconds a round takes, `leg` the cost of an average one.
    """
    by_rounds = limits.rounds is not None
    now, end = (float(rounds), float(limits.rounds or 0)) if by_rounds else (seconds, limits.seconds or 0.0)
    left = end - now if by_rounds else (end - now) / max(pace, 1e-9)
    parts = max(1, round(left / (ROUNDS_A_VISIT * visits)))
    until = now + (round((end - now) / parts) if by_rounds else (end - now) / parts)
    return Cooling((WARM if warm else HOT) * leg, COLD * leg, now, until, by_rounds)
