"""What the made-up residents agreed to is what the office reads aloud today."""

import pytest
from sqlalchemy import select

from handyman.intake import script
from handyman.models import Consent, ConsentKind, Resident

pytestmark = pytest.mark.usefixtures("demo_office")


def test_every_care_note_has_its_consent_and_every_consent_the_script_in_use(session) -> None:
    noted = set(session.scalars(select(Resident.id).where(Resident.care_note != "")))
    agreed = set(
        session.scalars(select(Consent.person_id).where(Consent.kind == ConsentKind.HEALTH, Consent.given))
    )
    assert noted
    assert noted == agreed
    assert set(session.scalars(select(Consent.script_version))) == {script.VERSION}
