"""How machines of states are tried: the same few each time, or as many new ones as EXAMPLES says."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

FEW = 10
AS_THEY_COME = (Phase.explicit, Phase.generate)  # a shorter example takes minutes


def try_out(machine: type[RuleBasedStateMachine], steps: int, *, shorten: bool = False) -> None:
    """Fails with the steps after which the machine found what must not be.

    `shorten`: looks for fewer steps that end alike, where new ones are tried.
    """
    more = os.environ.get("EXAMPLES", "")
    chosen = settings(
        max_examples=int(more or FEW),
        stateful_step_count=steps,
        deadline=None,
        derandomize=not more,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=list(Phase) if more and shorten else AS_THEY_COME,
    )
    run_state_machine_as_test(machine, settings=chosen)
