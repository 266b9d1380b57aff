"""Who is asked in place of somebody who was named while the caller was on the line, and why."""

from collections.abc import Iterable, Sequence
from typing import Any

from handyman.board import wording
from handyman.dispatch.problem import Exclusion, ExclusionCode
from handyman.dispatch.ranking import Ranking
from handyman.extensions import db
from handyman.languages import gettext as _
from handyman.models import Member, Offer, Visit

INSTEAD = "instead"  # the code of the reason, as an offer keeps it


def note(asked: Iterable[Offer], named: Sequence[int], ranking: Ranking) -> None:
    """Keep with each offer in whose place it is made: one of those named, who cannot come any more."""
    members = ranking.team.members if ranking.team else ()
    team = {member.member_id for member in members}
    ids = [each for each in dict.fromkeys(named) if each not in team]
    lost = [each for each in ids if db.session.get(Member, each) is not None]
    fresh = [offer for offer in asked if offer.member_id not in named] if named else []
    for offer, member_id in zip(fresh, lost, strict=False):
        ground = _ground(member_id, ranking)
        params: dict[str, Any] = {"member_id": member_id}
        if ground:
            params |= {"ground": ground.code.value, **ground.params}
        offer.reasons = [[INSTEAD, params], *offer.reasons]
    db.session.flush()


def told(visit: Visit) -> list[str]:
    """For the receipt of a call: a sentence for each who was named, and is not asked."""
    first = [place.offers[0] for place in visit.assignments if place.offers]
    return [
        _sentence(offer, dict(params)) for offer in first for code, params in offer.reasons if code == INSTEAD
    ]


def _ground(member_id: int, ranking: Ranking) -> Exclusion | None:
    """None where nothing but the others of the team keeps them from it."""
    found = (each.exclusion for each in ranking.excluded if each.member_id == member_id)
    return next(found, None)


def _sentence(offer: Offer, params: dict[str, Any]) -> str:
    member, ground = db.session.get(Member, int(params.pop("member_id"))), params.pop("ground", None)
    names = {"shown": member.name if member else "", "asked": offer.member.name}
    if ground is None:
        plain: str = _(
            "그사이 %(shown)s 조합원이 갈 수 없게 되어 %(asked)s 조합원에게 부탁했습니다.", **names
        )
        return plain
    names["why"] = wording.exclusion(Exclusion(ExclusionCode(ground), params))
    said: str = _(
        "그사이 %(shown)s 조합원이 갈 수 없게 되어(%(why)s) %(asked)s 조합원에게 부탁했습니다.", **names
    )
    return said
