"""Numbers drawn by chance, from a row of the plan's own."""

import numpy as np

from handyman.dispatch.core.arrays import State
from handyman.dispatch.core.compiled import inlined


@inlined
def chance(state: State) -> float:
    """The next number from 0 to 1 (xorshift64*)."""
    number = state.random[0]
    number ^= number >> np.uint64(12)
    number ^= number << np.uint64(25)
    number ^= number >> np.uint64(27)
    state.random[0] = number
    return float((number * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(11)) / 9007199254740992.0


@inlined
def below(state: State, end: int) -> int:
    return int(chance(state) * end)
