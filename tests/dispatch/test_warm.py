"""Nobody waits for a compiler while a caller is on the line."""

import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handyman.dispatch import windows
from handyman.dispatch.horizon import Horizon
from handyman.dispatch.problem import Span
from handyman.dispatch.ready import ready_call
from handyman.dispatch.roads import ByPairs
from handyman.dispatch.warm import is_being_made, making
from tests.dispatch.makers import MORNING, flat_travel, make_day, make_job, make_stop

MONDAY = date(2026, 11, 23)


def ask_while_somebody_compiles(horizon: Horizon) -> list[windows.Offer]:
    gate, done = threading.Event(), threading.Event()

    def compile_slowly() -> None:
        with making():
            gate.set()
            done.wait(10)

    maker = threading.Thread(target=compile_slowly, daemon=True)
    maker.start()
    gate.wait(10)
    try:
        assert is_being_made()
        return horizon.windows(make_job(), {MONDAY: [MORNING]})
    finally:
        done.set()
        maker.join(10)


def test_the_plain_form_answers_until_the_machine_code_is_there() -> None:
    horizon = Horizon(ByPairs(flat_travel))
    horizon.put(MONDAY, [make_day()])
    offers = ask_while_somebody_compiles(horizon)
    assert not is_being_made()
    assert offers == horizon.windows(make_job(), {MONDAY: [MORNING]})
    assert offers


def test_until_then_nobody_changes_their_visit() -> None:
    visit = replace(make_stop(1, 540, 120, window=MORNING), may_change=True, skills=frozenset({"screen"}))
    busy = make_day(visit, shifts=(Span(540, 660),), skills={"lamp"})
    other = make_day(member_id=2, skills={"screen"}, shifts=(Span(540, 660),))
    horizon = Horizon(ByPairs(flat_travel))
    horizon.put(MONDAY, [busy, other])
    assert ask_while_somebody_compiles(horizon) == []
    assert horizon.windows(make_job(), {MONDAY: [MORNING]})[0].ejection


def test_what_is_made_ready_is_all_that_callers_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[windows.Offer] = []
    real = Horizon.windows

    def ask(self: Horizon, *args: Any, **kwargs: Any) -> list[windows.Offer]:
        offers = real(self, *args, **kwargs)
        asked.extend(offers)
        return offers

    monkeypatch.setattr(Horizon, "windows", ask)
    ready_call()
    assert not is_being_made()
    ways = {(len(offer.team), offer.ejection is not None) for offer in asked}
    assert ways == {(1, False), (2, False), (1, True), (2, True)}
