"""How long to look for a better plan."""

from handyman.dispatch.cores import cores
from handyman.dispatch.vroom.asked import Asked, Options

SMALL = 10  # so few stops are settled within ROUNDS_EACH rounds for each of them, long before any time is up
ROUNDS_EACH = 1_000
SHORT, LONG = 1.0, 5.0  # seconds, when none are given: for a day of a district, and for all that is larger
STOPS_A_SECOND = 40
MOST_THREADS = 8  # of themselves: more walks hardly find more


def limits_for(asked: Asked, spent: float) -> tuple[float | None, int | None]:
    """Seconds and rounds. The time that reading took counts as well."""
    stops, options = sum(job.crew for job in asked.jobs), asked.options
    seconds, rounds = options.time_limit, options.rounds
    if rounds is None and stops <= SMALL:
        rounds = ROUNDS_EACH * stops
    if seconds is None and rounds is None:
        seconds = min(max(stops / STOPS_A_SECOND, SHORT), LONG)
    return None if seconds is None else max(seconds - spent, 0.0), rounds


def threads_for(options: Options, alone: bool) -> int:
    """As many as there are processors, where nobody else needs them and nobody counts rounds."""
    if options.threads is not None:
        return options.threads
    return min(cores(), MOST_THREADS) if alone and options.rounds is None else 1
