"""Numbers and lists change at random: no telephone opens the page but of those who may, and they do."""

import os
import random
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow, page_links
from handyman.extensions import db, now, transaction
from handyman.messages import another_number, home_page, outbox, page_holders, rows, standby
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import Outcome, Outgoing, ScreenGateway
from handyman.models import Contact, MessageState, Person, PhoneKind, Visit
from handyman.residents import contacts
from tests.conftest import Client, Clock
from tests.factories import make_contact, make_person
from tests.messages.test_a_strangers_telephone import right_again
from tests.messages.test_number_put_right import later, of_page, with_page
from tests.messages.test_passed_over import office
from tests.messages.test_stays_in_sight import move_a_day, telephones
from tests.messages.test_told_as_it_is import LANDLINE, booked

MOBILES = [f"+8210777700{each:02}" for each in range(6)]
ADDRESS = re.compile(r"/r/([\w-]+)")
pytestmark = pytest.mark.usefixtures("session")


class Telephones(ScreenGateway):
    """Keeps what lies on each; some texts are taken, and nothing more is heard of them."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.holds = chance, dict[str, list[str]]()

    def send(self, text: Outgoing) -> Outcome:
        if found := ADDRESS.search(text.body):
            self.holds.setdefault(text.to, []).append(found[1])
            if self.chance.random() < 0.3:
                return Outcome(Says.ACCEPTED, f"id-{text.id}-{text.attempt}")
        return super().send(text)


class Office:
    """Does at random what changes who may open the page."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self.chance, self.clock = random.Random(seed), clock
        self.telephones = Telephones(self.chance)
        self.by = office()
        self.visit, _text = booked(MOBILES[0])
        family = [make_person("딸기", MOBILES[1]), make_person("아들", MOBILES[2])]
        self.people = [self.visit.resident.person, *family]
        for person in self.people:
            person.opens_pages = True
        for person in self.people[1:]:
            make_contact(self.visit.resident, person, may_be_told=True)
        with transaction():
            home_page.tell(self.visit, now())

    def does_something(self) -> None:
        acts = [self.types_number, self.changes_list, self.adds, self.waits, self.moves, self.sends]
        self.chance.choice(acts)()
        self.clock.advance(seconds=self.chance.choice([7, 60, 200]))

    def types_number(self) -> None:
        person = self.chance.choice(self.people)
        number = self.chance.choice([*MOBILES, LANDLINE])
        kind = PhoneKind.LANDLINE if number == LANDLINE else PhoneKind.MOBILE
        telephones(person, (number, kind))
        with transaction():
            rows.readdress(rows.resident(person, now()), now())
            another_number.of_person(person, now())

    def changes_list(self) -> None:
        listed = self.listed()
        if listed:
            how = self.chance.choice(
                [contacts.Change.NOT_TOLD, contacts.Change.MAY_BE_TOLD, contacts.Change.REMOVE]
            )
            contact = self.chance.choice(listed)
            flow.change_contact(self.visit.resident_id, contact.id, how, self.by, now())

    def adds(self) -> None:
        on_list = {each.person_id for each in self.listed()}
        for person in self.people[1:]:
            if person.id not in on_list:
                phone = flow.any_number(person.phones[0].number)
                assert phone is not None
                may = self.chance.random() < 0.5
                new = contacts.NewContact(person.name, phone, contacts.RELATIONS[0], may)
                flow.add_contact(self.visit.resident_id, new, self.by, now())
                return

    def waits(self) -> None:
        self.clock.advance(minutes=3)
        outbox.send_due(self.telephones, now)

    def moves(self) -> None:
        if self.chance.random() < 0.3:
            move_a_day(self.visit)

    def sends(self) -> None:
        with transaction():
            home_page.send(self.visit, now())

    def listed(self) -> list[Contact]:
        db.session.expire_all()
        query = select(Contact).where(Contact.resident_id == self.visit.resident_id).order_by(Contact.id)
        return list(db.session.scalars(query))

    def entitled(self) -> dict[str, Person]:
        db.session.expire_all()
        visit = db.session.get_one(Visit, self.visit.id)
        return {
            phone.number: person
            for person in db.session.scalars(select(Person))
            if standby.may_hear(visit, person.id)
            for phone in person.phones
        }


@pytest.mark.parametrize("seed", range(int(os.environ.get("EXAMPLES", "5"))))
def test_no_telephone_opens_the_page_but_of_those_who_may(seed: int, client: Client, clock: Clock) -> None:
    office = Office(seed, clock)
    for _step in range(20):
        office.does_something()
        token = page_links.address(office.visit.id).rpartition("/")[2]
        hold_it = {number for number, held in office.telephones.holds.items() if token in held}
        assert hold_it <= office.entitled().keys()
    for _look in range(3):
        office.waits()
    meant = {
        each.recipient_id for each in of_page() if each.attempt or each.state is not MessageState.CANCELED
    }
    for number, person in office.entitled().items():
        if person.id in meant and number != LANDLINE:
            assert client.get(f"/r/{office.telephones.holds[number][-1]}").status_code == 200


def test_what_left_while_the_page_got_another_address_holds_the_one_before(clock: Clock) -> None:
    """The sender was quicker, and had looked at its clock later."""
    visit, page = with_page()
    clock.advance(minutes=5)
    with transaction():
        page.attempts[-1].started_at = now() + timedelta(milliseconds=5)
    right_again(visit, (MOBILES[5], PhoneKind.MOBILE))
    renewed = page_links.address(visit.id)
    later(clock)
    with transaction():
        page_holders.look_over(visit.resident_id, now())
    assert page_links.address(visit.id) == renewed
    assert [each.to_number for each in of_page()][1:] == [MOBILES[5]]
