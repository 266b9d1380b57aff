"""What `make test` leaves to `make test-long`: the same in one more way, and rarer orders of events."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet


def longer(*values: Any) -> "ParameterSet":
    """For `parametrize`: `("width", [320, longer(360)])`."""
    return pytest.param(*values, marks=pytest.mark.long)
