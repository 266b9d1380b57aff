"""Routes that the walks of a search remember are put together anew, beside the walks and now and then."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from handyman.dispatch.compile import Compiled
from handyman.dispatch.core.arrays import State
from handyman.dispatch.core.pool import Pool
from handyman.dispatch.limits import Limits
from handyman.dispatch.partition import Chosen, put_together, remembered, stand_alone

COLD = 3  # from this meeting of a cooling on there is something new to put together
SHARE = 0.2  # of the time may pass beside such work,
LONGEST, LONGEST_SECONDS = 0.1, 2.0  # and so much of all time beside each
IN_TIME = 0.6  # of the time that is left is enough: what is found has to be taken up
LEAST_SECONDS = 1.5  # a shorter search needs them all for its walks
LEAST_ROUNDS = 1_000  # before that too little is remembered
WORTH_ROUNDS = 50_000  # where rounds are counted: nothing ends such work early, and it may take as long,
AGAIN = 2  # and then it waits until there are so many times as many


class Joining:
    """By the clock this goes on beside the walks; by rounds they wait for it: it is the same each time."""

    def __init__(self, compiled: Compiled, limits: Limits, threads: ThreadPoolExecutor) -> None:
        self._compiled, self._limits, self._threads = compiled, limits, threads
        self._can, self._by_rounds = stand_alone(compiled), limits.rounds is not None
        self._work: Future[Chosen | None] | None = None
        self._began = self._spent = 0.0
        self._joined = 0  # rounds of the last work

    def begin(self, best: State, pools: Sequence[Pool], meeting: int, seconds: float, rounds: int) -> None:
        """If it is time for it. The walks stand still."""
        least = max(WORTH_ROUNDS, AGAIN * self._joined) if self._by_rounds else LEAST_ROUNDS
        if not self._can or self._work is not None or meeting < COLD or rounds < least:
            return
        if self._spent > SHARE * seconds:
            return
        most = None if self._by_rounds else self._most(seconds)
        if most is None or most > 0.0:
            self._began, self._joined = seconds, rounds
            self._work = self._threads.submit(put_together, remembered(self._compiled, best, pools), most)

    def _most(self, seconds: float) -> float:
        limit = self._limits.seconds or 0.0
        if limit < LEAST_SECONDS:
            return 0.0
        return min(IN_TIME * (limit - seconds), LONGEST * limit, LONGEST_SECONDS)

    def found(self, seconds: float) -> Chosen | None:
        """What has been found since it was asked last, if anything."""
        if self._work is None or not (self._by_rounds or self._work.done()):
            return None
        chosen, self._work = self._work.result(), None
        self._spent += 0.0 if self._by_rounds else seconds - self._began
        return chosen
