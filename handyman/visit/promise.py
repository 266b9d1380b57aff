"""What an open page has promised: it goes along with each answer, for the visit may be moved meanwhile."""

from collections.abc import Mapping

from handyman.models import Offer, Visit

SHOWN = "shown"  # the field of a form; a page of an earlier release has none
GIVES_BACK = "gives_back"  # the same, of a page that shows a job as theirs: no old question is answered by it


def said(form: Mapping[str, str]) -> dict[str, str]:
    """As a form has brought it: a page that is drawn anew with its sentences answers for the same."""
    return {SHOWN: form[SHOWN]} if SHOWN in form else {}


def of_visit(visit: Visit) -> str:
    """The window."""
    return f"{visit.window_start.timestamp():.0f}-{visit.window_end.timestamp():.0f}"


def of_offer(offer: Offer, visit: Visit) -> str:
    """The window, and which question it is: the same member may be asked anew."""
    return f"{offer.id}.{of_visit(visit)}"
