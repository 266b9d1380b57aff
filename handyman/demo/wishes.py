"""What two residents wish of the members who come: one would have him again, one would not."""

from collections.abc import Sequence

from handyman.demo.rows import Office, Story
from handyman.extensions import db
from handyman.models import VisitingWish, WishedBy, WishKind


def wish(stories: Sequence[Story], office: Office) -> None:
    """Of the first two residents with a visit to come: for its lead, and against somebody else."""
    coming = [visit for story in stories for _, visit in story.visits if visit.day > office.now.date()]
    leads = [(visit.resident_id, visit.assignments[0].member_id) for visit in coming if visit.assignments]
    homes = {resident: lead for resident, lead in leads if lead is not None}
    for kind, (resident, lead) in zip((WishKind.RATHER, WishKind.MUST_NOT), homes.items(), strict=False):
        team = {place.member_id for v in coming if v.resident_id == resident for place in v.assignments}
        others = [member for member in sorted(office.members) if member not in team]
        db.session.add(
            VisitingWish(
                resident_id=resident,
                member_id=lead if kind is WishKind.RATHER else others[0],
                wish=kind,
                wished_by=WishedBy.RESIDENT,
                logged_at=office.now,
            )
        )
    db.session.flush()
