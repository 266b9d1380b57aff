"""A slow telephone and a slow line: what was chosen and pressed is kept at once, and no page denies it."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.models import Visit
from tests.pages import until
from tests.visit.telephone import (
    WAITING,
    choose,
    nothing_waits,
    open_once,
    photo,
    prepared,
    reopened,
    try_again,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
NEVER_SMALL = "HTMLCanvasElement.prototype.toBlob = () => {}"
BEGUN = "queue.all().then(all => all.map(each => each.begun))"
LONGEST_SIDES = """async () => {
  const sides = [];
  for (const { file } of await queue.all()) {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([file.bytes], { type: file.type }));
    await image.decode();
    sides.push(Math.max(image.naturalWidth, image.naturalHeight));
  }
  return sides;
}"""


def test_photographs_that_were_just_chosen_outlive_their_page(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    """Killed before one of them was made small."""
    page, path = open_once(phone, line, visit, session)
    photos = f"{path}/{visit.id}/report/photos"
    page.goto(photos)
    prepared(page)
    page.evaluate(NEVER_SMALL)
    line.down = True
    choose(page, "before", photo("red", (2000, 1500)), photo("green", (2000, 1500)))
    until(page, lambda: page.evaluate(WAITING) == 2)
    page = reopened(page, path)
    until(page, lambda: page.evaluate(LONGEST_SIDES) == [1600, 1600])
    line.down = False
    try_again(page)
    nothing_waits(page)
    session.rollback()
    assert [(picture.width, picture.height) for picture in visit.photos] == [(1600, 1200)] * 2


@pytest.mark.long
def test_a_photograph_at_which_pages_die_leaves_as_it_came(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    phone.add_init_script(NEVER_SMALL)
    photos = f"{path}/{visit.id}/report/photos"
    line.down = True
    page.goto(f"{photos}?as=worked")
    choose(page, "before", photo("red", (2000, 1500)))
    until(page, lambda: page.evaluate(BEGUN) == [1])
    second = reopened(page, path)
    until(second, lambda: second.evaluate(BEGUN) == [2])
    third = reopened(second, path)
    line.down = False
    try_again(third)
    nothing_waits(third)
    session.rollback()
    assert [(picture.width, picture.height) for picture in visit.photos] == [(1600, 1200)]
