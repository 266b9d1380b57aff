"""Operators as locust plays them: each takes calls from the ring of the phone to the receipt.

They think between two steps, as people do; signing in is not counted. Run by `desk.py`: `OPERATORS_ROWS` is
a JSON file of callers, `OPERATORS_TOLD` the one for how long each request took.
"""

import json
import os
import random
import re
from pathlib import Path

from locust import HttpUser, between, events, task

from benchmarks import office

ROWS = json.loads(Path(os.environ["OPERATORS_ROWS"]).read_text(encoding="utf-8"))
random.shuffle(ROWS)  # each calls once: who calls again is asked about the fault that is open
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
CHOICE = re.compile(r'name="choice" id="choice-[1-9]\d*" value="([^"]+)"')
KEY = re.compile(r'name="submission_key" value="([^"]+)"')


TRIES = 3  # of an operator whose window somebody else was quicker to take
took: list[float] = []
failed: list[str] = []


@events.request.add_listener
def note(name: str, response_time: float, exception: object, **_more: object) -> None:
    if name != "/sign-in":
        took.append(response_time)
        if exception is not None:
            failed.append(f"{name}: {exception}")


@events.quitting.add_listener
def tell(**_more: object) -> None:
    told = {"took_ms": took, "failed": failed}
    Path(os.environ["OPERATORS_TOLD"]).write_text(json.dumps(told), encoding="utf-8")


class Operator(HttpUser):
    wait_time = between(0.5, 1.5)

    def on_start(self) -> None:
        token = self._found(TOKEN, self.client.get("/sign-in").text)
        form = {"login": "bench", "password": office.PASSWORD, "csrf_token": token}
        self.client.post("/sign-in", form)

    @task(6)
    def call(self) -> None:
        page = self.client.get("/calls/new").text
        row = ROWS.pop()
        form = {
            "csrf_token": self._found(TOKEN, page),
            "submission_key": self._found(KEY, page),
            "phone": row["phone"],
            "name": row["name"],
            "address": row["address"],
            "item-lamp-quantity": "1",
            "item-lamp-ceiling_cm": "230",
            "item-lamp-shape": "unknown",
            "relation": "self",
            "suits": "any",
            "consent_processing": "yes",
        }
        for step in ("caller", "suggestions", "where", "windows"):
            self.wait()
            answer = self.client.post(f"/calls/{step}", form)
        for _ in range(TRIES):
            found = CHOICE.search(answer.text)
            form["choice"] = found[1] if found else ""
            answer = self.client.post("/calls/hold", form)
            if found is None or 'class="held"' in answer.text:
                break
        self.wait()
        self.client.post("/calls", form, name="/calls (save)")

    @task(2)
    def look_at_the_day(self) -> None:
        self.client.get("/board")

    @task(2)
    def look_at_the_work(self) -> None:
        self.client.get("/work")

    def _found(self, pattern: re.Pattern[str], text: str) -> str:
        found = pattern.search(text)
        if found is None:
            raise ValueError(f"the page has no {pattern.pattern}")
        return found[1]
