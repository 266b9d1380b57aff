"""Who could take over which visit, kept with each day: it hangs on nothing that a caller says."""

from collections.abc import Sequence
from threading import Lock

import numpy as np

from handyman.dispatch.core import call_arrays
from handyman.dispatch.core.call_arrays import NOBODY, Bools, Call, Homes, Ints, Minutes, Rates
from handyman.dispatch.core.call_homes import find_homes
from handyman.dispatch.day_arrays import DayArrays
from handyman.dispatch.roads import Roads
from handyman.dispatch.rules import Weights

MINUTES_KEPT = 3  # of today: those who are being answered may have asked at different ones
ALL_AT_ONCE = 400  # places of a day up to which one table of all ways costs less than a row for each visit


class HomesOfDays:
    """Of several days in a row."""

    def __init__(self, parts: Sequence[DayArrays]) -> None:
        self._parts = tuple(parts)
        self._members = np.cumsum([0, *(len(part.days.member) for part in parts)]).tolist()
        self._stops = np.cumsum([0, *(len(part.days.start) for part in parts)]).tolist()
        self._joined: tuple[tuple[object, ...], Homes] | None = None

    def known(self, call: Call) -> Homes:
        """What has been found so far, as of the minute of the call."""
        shelves = [
            _shelf(part, earliest, call.rates)
            for part, earliest in zip(self._parts, call.earliest.tolist(), strict=True)
        ]
        key = tuple((shelf, shelf.times) for shelf in shelves)
        joined = self._joined
        if joined is None or joined[0] != key:
            joined = self._joined = key, self._join([shelf.homes for shelf in shelves])
        return joined[1]

    def find(self, wanted: Bools, call: Call, roads: Roads) -> None:
        for part, earliest, first, end in zip(
            self._parts, call.earliest.tolist(), self._stops, self._stops[1:], strict=False
        ):
            if wanted[first:end].any():
                shelf = _shelf(part, earliest, call.rates)
                shelf.find(_or_all(wanted[first:end], part), part, earliest, call.rates, roads)

    def _join(self, homes: Sequence[Homes]) -> Homes:
        who = [
            np.where(each.who < 0, NOBODY, each.who + before)
            for each, before in zip(homes, self._members, strict=False)
        ]
        return Homes(
            known=np.concatenate([each.known for each in homes]),
            who=np.concatenate(who),
            cost=np.concatenate([each.cost for each in homes]),
            place=np.concatenate([each.place for each in homes]),
            worth=np.concatenate([each.worth for each in homes]),
            saved=np.concatenate([each.saved for each in homes]),
        )


def _or_all(wanted: Bools, part: DayArrays) -> Bools:
    """Of a small day all at once: somebody will ask about the others soon."""
    small = len(part.days.member) + len(part.days.start) <= ALL_AT_ONCE
    return part.days.may_change if small else wanted


class Shelf:
    """What was found for one day, as of one minute."""

    def __init__(self, stops: int) -> None:
        self.homes = call_arrays.new_homes(stops)
        self.times = 0  # that something was put there
        self._lock = Lock()

    def find(self, wanted: Bools, part: DayArrays, earliest: int, rates: Rates, roads: Roads) -> None:
        with self._lock:
            days, known = part.days, part.shelves.setdefault("ways", Ways(part))
            there, back, line = known.to(np.flatnonzero(wanted & ~self.homes.known), part, roads)
            work = call_arrays.new_work(days, 1)
            opening = np.empty((int(np.diff(days.opening_from).max(initial=0)), 6), np.int64)
            find_homes(days, rates, work, opening, earliest, line, there, back, self.homes)
            self.times += 1


def _shelf(part: DayArrays, earliest: int, rates: Rates) -> Shelf:
    """One for each minute of today; of other days there is one."""
    shelves: dict[tuple[int, Rates], Shelf] = part.shelves.setdefault("homes", {})
    shelf = shelves.get((earliest, rates))
    if shelf is None:
        for oldest in list(shelves)[: -MINUTES_KEPT + 1]:
            shelves.pop(oldest, None)
        shelf = shelves.setdefault((earliest, rates), Shelf(len(part.days.start)))
    return shelf


class Ways:
    """From every node of a day to its stops and back, as far as anybody asked. Fuller months change none."""

    def __init__(self, part: DayArrays) -> None:
        nodes = len(part.days.member) + len(part.days.start)
        self._line = np.full(len(part.days.start), NOBODY, np.int64)
        self._there = np.zeros((0, nodes), np.int32)
        self._back = np.zeros((0, nodes), np.int32)
        self._lock = Lock()

    def to(self, stops: Ints, part: DayArrays, roads: Roads) -> tuple[Minutes, Minutes, Ints]:
        """A line for each stop that is asked about, and which line is whose."""
        with self._lock:
            missing = stops[self._line[stops] == NOBODY]
            if len(missing) and self._there.shape[1] <= ALL_AT_ONCE:
                missing = np.flatnonzero(part.days.may_change & (self._line == NOBODY))
            if len(missing):
                self._add(missing, part, roads)
            line = np.full(len(self._line), NOBODY, np.int64)
            line[stops] = self._line[stops]
            return self._there, self._back, line

    def _add(self, stops: Ints, part: DayArrays, roads: Roads) -> None:
        asked = [part.stop(stop).point for stop in stops.tolist()]
        there = np.zeros((len(asked), self._there.shape[1]), np.int32)
        back = np.zeros_like(there)
        for mode, nodes in part.nodes.items():
            places = part.places[mode]
            if there.shape[1] <= ALL_AT_ONCE:
                table = roads.table([*asked, *places], mode)
                there[:, nodes] = table[len(asked) :, : len(asked)].T
                back[:, nodes] = table[: len(asked), len(asked) :]
            else:
                for line, point in enumerate(asked):
                    back[line, nodes], there[line, nodes] = roads.row(point, places, mode)
        for mode, nodes in part.goals.items():
            for line, point in enumerate(asked):
                back[line, nodes], _ = roads.row(point, part.ends[mode], mode)
        self._line[stops] = np.arange(len(stops)) + len(self._there)
        self._there, self._back = np.vstack([self._there, there]), np.vstack([self._back, back])


def make_rates(weights: Weights) -> Rates:
    return Rates(
        travel_minute=float(weights.travel),
        full_month=float(weights.full_month),
        beyond_wish=float(weights.beyond_wish),
        usual_month=float(weights.usual_month),
        knows_home=float(weights.knows_home),
        rather=float(weights.rather),
        moves_others=float(weights.moves_others),
        tight_minute=float(weights.tight_promise),
        calm_slack=weights.calm,
        told=float(weights.told),
        firm=float(weights.firm),
    )
