"""Runs the benches, prints one table and keeps the figures as JSON in `benchmarks/out/`."""

import json
from pathlib import Path
from typing import Any

from benchmarks import (
    booking,
    call_pages,
    call_speed,
    city,
    desk,
    find_people,
    geocode_interpolation,
    geocode_messy,
    geocode_scale,
    geocode_suggest,
    judged,
    pages,
    plan_anytime,
    texts_claims,
    texts_crash,
    texts_speed,
    texts_web,
    uploads,
)
from benchmarks import plan_quality as plans
from benchmarks.claims import Claim, table

OUT = Path(__file__).parent / "out"
BENCHES = {  # by the file of their figures
    "plan_anytime": plan_anytime,
    "booking": booking,
    "city": city,
    "desk": desk,
    "people": find_people,
    "texts_crash": texts_crash,
    "texts_speed": texts_speed,
    "texts_claims": texts_claims,
    "texts_web": texts_web,
    "uploads": uploads,
    "lighthouse": judged,
}
USUAL = {
    "geocode",
    "pages",
    "call",
    "plan-quick",
    "plan-anytime",
    "booking-quick",
    "city-quick",
    "desk",
    "people",
    "texts-crash",
    "texts-speed",
    "texts-claims",
    "texts-web",
    "uploads",
    "lighthouse",
}


def run(words: list[str]) -> int:
    """The exit status: 1 when a claim does not hold. `anew` makes the offices and the plans again."""
    OUT.mkdir(exist_ok=True)
    known = {*USUAL, *plans.WORDS, *(word for bench in BENCHES.values() for word in bench.WORDS)}
    names = known & set(words) or USUAL
    claims: list[Claim] = []
    if "pages" in names:
        figures = pages.measure(anew="anew" in words)
        claims += pages.claims(figures)
        _keep("pages", figures)
        print(
            f"An office of {figures['residents']:,} residents with {figures['visits']:,} visits, beside",
            end="",
        )
        print(" one of a hundredth and beside a bare Flask page with a constant template.")
    if "call" in names:
        spoken = call_speed.measure()
        claims += call_speed.claims(spoken)
        _keep("call", spoken)
        print(call_speed.report(spoken))
        waited = call_pages.measure(anew="anew" in words)
        claims += call_pages.claims(waited)
        _keep("call_pages", waited)
        print(call_pages.report(waited))
    if "geocode" in names:
        found = geocode_interpolation.measure()
        claims += geocode_interpolation.claims(found)
        _keep("geocode", found)
        print(f"{found['addresses']:,} known addresses, each estimated without itself.")
        messy = geocode_messy.measure()
        claims += geocode_messy.claims(messy)
        _keep("geocode_messy", messy)
        asked = messy["in_table"]["queries"] + messy["not_in_table"]["queries"]
        nowhere = messy["no_answer"]["queries"]
        print(f"{asked:,} addresses in every kind of mess, and {nowhere} that are nowhere.")
        scale = geocode_scale.measure()
        claims += geocode_scale.claims(scale)
        _keep("geocode_scale", scale)
        print(f"{scale['addresses']:,} addresses as all Seoul has, ", end="")
        print(f"imported at {scale['import_rows_per_second']:,} rows a second; ", end="")
        print(f"{scale['batch_per_second']:,} messy addresses located a second on one core.")
        typed = geocode_suggest.measure()
        claims += geocode_suggest.claims(typed)
        _keep("geocode_suggest", typed)
        print(f"{typed['asked']:,} addresses typed stroke by stroke, in {len(typed['ways'])} ways.")
    if plan := names & set(plans.WORDS):
        claims += plans.report(plan, words, OUT / "plan.json")
    for name, bench in BENCHES.items():
        if chosen := names & set(bench.WORDS):
            more, told = bench.report(chosen)
            claims += more
            _keep(name, told)
    print(f"\n{table(claims)}")
    return int(not all(claim.holds for claim in claims))


def _keep(name: str, figures: dict[str, Any]) -> None:
    (OUT / f"{name}.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
