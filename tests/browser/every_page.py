"""Where each page stands, and which addresses of the product are no page. A new page is added here."""

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Contact, Member, RequestState, ServiceRequest, Visit, VisitState

Db = scoped_session[Session]
OFFICE_PAGES = [
    "/",
    "/calls/new",
    "/work",
    "/board",
    "/board?day=2026-11-20",
    "/board?day=2026-11-29",
    "/board/week",
    "/board/week?day=2026-12-28",
    "/board/map",
    "/board/map?day=2026-11-29",
    "/requests",
    "/requests?q=없는사람",
    "/people",
    "/people?q=김",
    "/people?q=없는사람",
    "/people/pairs",
    "/people/1/merge",
    "/people/1/merge?with=2",
    "/plans",
    "/plans?day=어제",
    "/plans/ill",
    "/members",
    "/members/new",
    "/members/1/edit",
    "/messages",
    "/operations",
    "/texts",
    "/texts/resident_booked/ko",
    "/texts/member_offer/en",
    "/phones",
    "/reports/monthly",
    "/reports/monthly?month=2025-01",
    "/fairness",
    "/fairness?month=2025-01",
    "/service-times",
    "/sheets",
    "/sheets?day=2026-11-25",
    "/sheets?day=2026-11-29",
    "/catalogue",
    "/catalogue/new",
    "/catalogue/1",
    "/recurring",
    "/recurring/1",
    "/addresses",
    "/users",
    "/account",
    "/hotline",
    "/nowhere",
]
STRANGERS_PAGES = ["/sign-in", "/check", "/no-signal", "/my/sign-in", "/v/madeup000000", "/r/madeUpToken0"]
MEMBERS_PAGES = ["/my", "/my?day=2026-12-25", "/my/days-off", "/my/wishes", "/my/calendar", "/my/photo"]
REFUSING = {  # the button of a form that is refused, and the field that is emptied before, if any
    "/users": ("main section:last-of-type form button", ""),
    "/account": ("main form button", ""),
    "/calls/new": ("#save", ""),
    "/members/new": ("#form button", ""),
    "/members/1/edit": ("#form button", "#name"),
    "/catalogue/new": ("#form button", ""),
    "/catalogue/1": ("#form button", "#name_ko"),
    "/recurring/1": ("#form button", "#next_due"),
    "/texts/resident_booked/ko": ("#composer button:not([formaction])", "#body"),
    "/plans/ill": ("main form.card button", ""),
    "/check": ("main form button", ""),
}
NEVER_SEEN = {  # what answers a GET and is no page that somebody looks at, and what it is
    "static": "a file",
    "assets.send": "a file",
    "assets.telephone": "a script",
    "assets.worker": "a script",
    "place.district": "an outline for the map",
    "faces.photo": "a picture",
    "mine.photo_file": "a picture",
    "home.face": "a picture",
    "visit.photo": "a picture",
    "late.photo": "a picture",
    "reporting.photo": "a picture",
    "report.monthly_xlsx": "a table for a spreadsheet",
    "mine.feed": "a calendar for a telephone",
    "watch.healthz": "a word for machines",
    "watch.readyz": "a word for machines",
    "watch.metrics": "figures for machines",
    "live.version": "a number for the script of a page",
    "visit.news": "a word for the script of a page",
    "offline.stamp": "a stamp for the script of a page",
    "offline.of_job": "pages for a telephone to keep; it shows them where they stand",
    "offline.of_link": "the same",
    "board.grid": "a part of the board",
    "board.free_windows_of": "a part of the visit's page",
    "mending.lift": "what the board's script asks of a card in hand",
    "plans.progress": "a part of a plan's page",
    "plans.taken": "a part of a plan's page",
    "visit.by_text": "the same page as by its longer address",
    "mine.code_reopened": "leads to where the number is typed",
    "mine.wishes_reopened": "leads to the wishes",
    "home.reopened": "leads to the resident's page",
    "visit.reopened": "leads to the page of the job",
    "reporting.photos_reopened": "leads to the photographs",
    "reporting.send_reopened": "leads to the report",
}


def office_paths(session: Db) -> list[str]:
    """With those of the demo's own records."""
    request = session.scalars(select(ServiceRequest).order_by(ServiceRequest.id.desc())).first()
    assert request
    requests = [
        session.scalars(select(ServiceRequest.number).where(ServiceRequest.state == state)).first()
        for state in RequestState
    ]
    visits = [session.scalars(select(Visit.id).where(Visit.state == state)).first() for state in VisitState]
    rung = session.scalars(select(Member.id).where(~Member.smartphone)).one()
    stood_by = session.scalars(select(Contact.resident_id).order_by(Contact.id)).first()
    to = request.resident_id
    return [
        *OFFICE_PAGES,
        *(f"/requests/{number}" for number in requests if number),
        f"/requests/{request.number}/place",
        f"/requests/{request.number}/book",
        f"/calls/{request.number}/receipt",
        *(f"/people/{each}" for each in (to, stood_by, 1)),
        f"/people/{to}/correct",
        f"/recurring/new/{to}",
        *(f"/phones/{who}" for who in (f"member/{rung}", f"person/{to}")),
        f"/members/{rung}/edit",
        *(f"/visits/{each}" for each in visits if each),
    ]
