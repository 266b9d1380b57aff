"""What every office page shows around its content: the menu, the language, the office's name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from flask_login import current_user
from markupsafe import Markup

from handyman.accounts.guard import ADMINISTRATORS, COORDINATORS, OFFICE, asked_path
from handyman.assets import lib
from handyman.config import Settings
from handyman.languages import language
from handyman.menu_counts import Counts, counted
from handyman.models import Role
from handyman.telephone_script import OUR_TELEPHONE, TELEPHONE
from handyman.words import is_korean

# The entry's page, its words, for whom, its key as printed and as pressed; then what stands behind "more".
MENU: tuple[tuple[str, Any, frozenset[Role], str, str], ...] = (
    ("intake.form", _l("전화 접수"), OFFICE, "Alt+N", "Alt+KeyN"),
    ("board.work", _l("할 일"), OFFICE, "", ""),
    ("board.day", _l("배정판"), OFFICE, "", ""),
    ("board.requests", _lp("several", "신청"), OFFICE, "", ""),
    ("board.members", _lp("several", "조합원"), COORDINATORS, "", ""),
)
MORE: tuple[tuple[str, Any, frozenset[Role], str, str], ...] = (
    ("people.page", _l("사람 찾기"), OFFICE, "", ""),
    ("hotline.hotline_page", _l("방문 번호 확인"), OFFICE, "", ""),
    ("sheets.show", _l("일지"), OFFICE, "", ""),
    ("recurring.show", _l("정기 방문"), OFFICE, "", ""),
    ("catalogue.show", _l("품목"), COORDINATORS, "", ""),
    ("messages.log", _l("문자"), OFFICE, "", ""),
    ("texts.show", _l("문구"), COORDINATORS, "", ""),
    ("messages.phones", _l("전화기"), OFFICE, "", ""),
    ("report.monthly", _l("월간 보고"), OFFICE, "", ""),
    ("fairness.show", _l("일 나눔"), OFFICE, "", ""),
    ("residents.addresses", _l("주소 상태"), ADMINISTRATORS, "", ""),
    ("accounts.users", _l("사용자"), ADMINISTRATORS, "", ""),
)
PART_OF = {  # pages without an entry of their own, and the one they are reached from
    "board.day": (
        "overview.week",
        "overview.day_map",
        "plans.ill",
        "plans.recent",
        "plans.show",
        "plans.taken",
    ),
    "board.requests": ("board.request_page_of", "board.visit_page_of", "board.book_form", "place.show"),
    "board.members": ("members.new", "members.edit"),
    "intake.form": ("intake.receipt",),
    "people.page": ("residents.person", "card.show", "merging.look", "merging.pairs"),
    "catalogue.show": ("catalogue.new", "catalogue.edit", "service_times.show"),
    "recurring.show": ("recurring.new", "recurring.edit"),
    "messages.log": ("watch.operations",),
    "messages.phones": ("messages.phone",),
    "texts.show": ("texts.edit",),
}
STANDS_UNDER = {page: entry for entry, pages in PART_OF.items() for page in pages}
KEPT = 512  # menus as they were drawn


@dataclass(frozen=True, slots=True)
class MenuItem:
    """`count` is how much waits on that page."""

    endpoint: str
    href: str
    text: str
    key: str
    code: str
    count: int | None = None


def register(app: Flask, settings: Settings) -> None:
    """Make the menu, the office and the library files known to every template."""

    def items_of(entries: Any, role: Role, counts: Counts) -> list[MenuItem]:
        known = dict(counts)
        return [
            MenuItem(name, url_for(name), str(text), key, code, known.get(name))
            for name, text, roles, key, code in entries
            if role in roles
            and name in app.view_functions
            and (name != "messages.phones" or settings.sms_gateway == "screen")
        ]

    @lru_cache(KEPT)
    def menu_of(role: Role, _language: str, endpoint: str, counts: Counts) -> Markup:
        """Drawn once for each role, language, page and counts: it stands everywhere."""
        shown = {name: items_of(entries, role, counts) for name, entries in (("items", MENU), ("more", MORE))}
        current = STANDS_UNDER.get(endpoint, endpoint)
        return Markup(  # noqa: S704
            render_template("_menu.html", current=current, is_itself=current == endpoint, **shown)
        )

    def menu() -> Markup:
        return menu_of(current_user.role, language(), request.endpoint or "", counted())

    app.jinja_env.globals.update(
        office=settings, menu=menu, lib=lib, asset=_asset(app), asked_path=asked_path
    )
    app.context_processor(lambda: {"korean": is_korean()})


def _asset(app: Flask) -> Callable[[str], str]:
    """Addresses of our own static files, with their age, so that a new version is fetched at once."""
    static = Path(str(app.static_folder))
    ages = {file.relative_to(static).as_posix(): int(file.stat().st_mtime) for file in static.rglob("*.*")}
    ages[TELEPHONE] = max(ages[name] for name in OUR_TELEPHONE)

    @cache
    def asset(name: str) -> str:
        return url_for("static", filename=name, v=ages.get(name, 0))

    return asset
