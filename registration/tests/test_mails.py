"""Every mail to a participant, read as a whole: a new one is covered by being there."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone
from post_office.models import Email

from foundation.series.tests.factories import WorkshopFactory
from registration import mail
from registration.actions import inviting
from registration.tests.factories import InvitationFactory, ParticipantFactory

KINDS = sorted(
    f"{path.parts[-3]}/{path.name.removesuffix('_subject.txt')}"
    for path in settings.BASE_DIR.glob("templates/*/mail/*_subject.txt")
)
LINK = "https://workshop.example.org/the-link/"
SESSION = SimpleNamespace(time_in_words="16:00–17:00")
CONTEXT = {
    "affiliations": ["ECPAT member"],
    "good_for": timedelta(days=3),
    "invitation": SimpleNamespace(name="Ada Example", expires_at=timezone.now()),
    "reservation": SimpleNamespace(practice="Puppets", brings=""),
    "session": SESSION,
    "table": "Table 5",
} | dict.fromkeys(["link", "register_link", "url", "cafes_url"], LINK)


def written(kind):
    workshop = WorkshopFactory(title="Safe & “sound”")
    person = ParticipantFactory(workshop=workshop)
    sent = mail.send(
        workshop=workshop, to="ada@example.org", kind=kind, context=CONTEXT, participant=person
    )
    return workshop, sent.email


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_mail_says_from_whom_it_is_what_to_do_and_whom_to_write_to(kind):
    workshop, email = written(kind)

    greeting, *_rest, end = email.message.strip().split("\n")
    contact = f"{settings.SITE_URL}{workshop.get_absolute_url()}#contact"
    assert re.fullmatch(r"(Dear .+|Hello),", greeting)
    assert end == "The organisers of Safe & “sound”"
    assert contact in email.message
    assert LINK in email.message
    assert set(re.findall(r"https?://\S+", email.message)) == {LINK, contact}
    assert not re.search(r"[{}]|&amp;|None|\n{4}", email.subject + email.message)


def test_there_are_mails():
    assert {"registration/verify", "worldcafe/reserved"} <= {*KINDS}


@pytest.mark.django_db
def test_times_are_told_in_the_workshops_zone():
    expires_at = datetime(2027, 1, 31, 20, tzinfo=UTC)
    invitation = InvitationFactory(workshop__timezone="Asia/Bangkok", expires_at=expires_at)

    inviting.invite(invitation=invitation)

    assert "1 February 2027, 03:00 (Asia/Bangkok)" in Email.objects.get().message
