"""The whole story on the real workshop: registering, deciding, reading, presenting, organising."""

from datetime import date, timedelta

import pytest
from django.conf import settings as site_settings
from django.core.cache import cache

from agenda.models import Session
from foundation.accounts.models import User
from foundation.series.models import Role
from registration.models import Participant, ParticipantAffiliation, Status
from workshop.tests.browser.authenticator import AuthenticatorApp
from workshop.tests.browser.person import last_mail_to, link_in
from workshop.workshop_file import load
from worldcafe.models import Reservation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ORGANISER, MARA, GRACE = "organiser@example.org", "mara@example.org", "grace@example.org"


@pytest.fixture(autouse=True)
def _mail_becomes_messages(settings, db):
    settings.EMAIL_BACKEND = "foundation.mail.backend.EmailBackend"
    cache.clear()


@pytest.fixture
def bangkok():
    """The real workshop, moved to a Monday some ten weeks ahead."""
    today = date.today()
    monday = today + timedelta(days=70 - today.weekday())
    path = site_settings.BASE_DIR / "examples/bangkok-2024.yaml"
    return load(path, starts_on=monday).workshop


@pytest.fixture
def organiser(bangkok, person):
    user = User.objects.create_user(ORGANISER, is_staff=True)
    Role.objects.create(workshop=bangkok, user=user, duty="organiser")
    organiser = person("organiser")
    organiser.goes_to("/admin/")
    organiser.signs_in(ORGANISER, AuthenticatorApp.of(user))
    return organiser


def confirmed(workshop, email, name, affiliation) -> Participant:
    participant = Participant.objects.create(
        workshop=workshop,
        user=User.objects.create_user(email),
        badge_name=name,
        country="KH",
        status=Status.CONFIRMED,
    )
    ParticipantAffiliation.objects.create(
        participant=participant,
        affiliation=workshop.affiliations.get(name=affiliation),
        verified_at=participant.submitted_at,
    )
    return participant


def test_visitor_becomes_a_participant_and_reads_what_they_are_admitted_to(
    bangkok, person, organiser
):
    member = bangkok.affiliations.get(name="ECPAT member")
    visitor = person("visitor")

    # What it is, and the way in.
    visitor.goes_to("/")
    visitor.reads(bangkok.title, "Pullman Bangkok King Power", "Kindernothilfe", "Viet Nam")
    visitor.follows("Agenda")
    visitor.reads("Locked.", "For: ECPAT member")
    visitor.follows("Register")

    # A mistake keeps what was typed.
    visitor.fills(
        badge_name="Mara Demo · ម៉ារ៉ា", email=MARA, job_title="Director", affiliations=[member.pk]
    )
    visitor.presses("Send registration")
    visitor.reads("Tick at least one day.")
    assert visitor.page.locator('[name="job_title"]').input_value() == "Director"
    visitor.fills(
        other_organisation="Made-up Network",
        country="Cambodia",
        days=[bangkok.starts_on.isoformat()],
        dietary="Vegetarian",
        agrees_to_conduct=True,
        agrees_to_data_use=True,
    )
    visitor.presses("Send registration")
    visitor.reads("mail")

    # The link proves the address.
    visitor.goes_to(link_in(last_mail_to(MARA), "/register/verify/"))
    visitor.presses("Send to the organisers")
    assert Participant.objects.get(user__email=MARA).status == Status.PENDING

    # Until confirmed they see what everybody sees.
    visitor.goes_to(f"/{bangkok.slug}/me/")
    visitor.signs_in(MARA)
    visitor.reads("My page", "Awaiting decision", "claimed, not verified yet")

    # An organiser verifies and confirms.
    organiser.goes_to("/admin/")
    organiser.reads("What waits for you")
    organiser.goes_to("/admin/registration/participant/?status__exact=pending")
    organiser.follows("Mara Demo · ម៉ារ៉ា")
    organiser.presses("Verify claimed affiliations and confirm")
    organiser.reads("is not among what Made-up Network may hold, and no invitation names it")
    organiser.page.get_by_label("ECPAT member: verified").check()
    organiser.presses("Confirm")
    organiser.reads("confirmed, since")
    assert "confirmed" in last_mail_to(MARA)

    # Day 1 in full, the grantees' forum not.
    visitor.goes_to(f"/{bangkok.slug}/me/")
    visitor.reads("confirmed", "ECPAT member", "My agenda")
    first = Session.objects.filter(workshop=bangkok, affiliations=member).order_by("starts_at")[0]
    visitor.goes_to(first.get_absolute_url())
    visitor.reads(first.title, "At a glance")
    forum = Session.objects.filter(workshop=bangkok, kind="forum").first()
    visitor.goes_to(forum.get_absolute_url())
    visitor.reads("locked for you", "For: Safe Online grantee")
    visitor.does_not_read(*filter(None, [forum.abstract, forum.room.name]))

    # A seat at a thematic table; then everything is theirs to download or end.
    table = Session.objects.filter(workshop=bangkok, kind="thematic-table").first()
    visitor.goes_to(table.get_absolute_url())
    visitor.presses("Join this session")
    visitor.reads("You have a seat")
    visitor.goes_to(f"/{bangkok.slug}/me/change/")
    visitor.fills(job_title="Executive Director")
    visitor.presses("Save")
    visitor.reads("Executive Director")
    visitor.follows("Cancel my registration")
    visitor.presses("Cancel my registration")
    visitor.reads("cancelled")
    visitor.goes_to(first.get_absolute_url())
    visitor.does_not_read("At a glance")
    assert not table.sign_ups.exists()


def test_grantee_reads_the_forum_and_not_the_members_day(bangkok, person):
    confirmed(bangkok, GRACE, "Grace Demo", "Safe Online grantee")
    grantee = person("grantee")
    forum = Session.objects.filter(workshop=bangkok, kind="forum").first()
    table = Session.objects.filter(workshop=bangkok, kind="thematic-table").first()

    grantee.goes_to(forum.get_absolute_url())
    grantee.follows("Sign in", within="main")
    grantee.signs_in(GRACE)

    grantee.reads(forum.title, "At a glance", forum.room.name)
    grantee.goes_to(table.get_absolute_url())
    grantee.does_not_read("At a glance", "Join this session")


def test_presenters_hold_a_table_and_nobody_holds_it_twice(bangkok, person, organiser):
    confirmed(bangkok, MARA, "Mara Demo", "ECPAT member")
    confirmed(bangkok, GRACE, "Grace Demo", "Safe Online grantee")
    cafe = f"/{bangkok.slug}/world-cafe/"
    texts = {"country": "Cambodia", "summary": "What came of it.", "brings": "A short film."}
    mara, grace = person("mara"), person("grace")
    for presenter, email in ((mara, MARA), (grace, GRACE)):
        presenter.goes_to(cafe)
        presenter.follows("Sign in to reserve")
        presenter.signs_in(email)
        presenter.follows("Table 5", exact=False)
        presenter.fills(practice=f"What {email} tried", **texts)

    # Both press: one holds it, the other keeps what they typed and chooses again.
    mara.presses("Reserve this table")
    mara.reads("What mara@example.org tried")
    grace.presses("Reserve this table")
    grace.reads("just taken")
    assert grace.page.locator('[name="summary"]').input_value() == "What came of it."
    grace.page.locator('[name="table"]').select_option(index=1)
    grace.presses("Reserve the chosen table")
    assert Reservation.objects.active().count() == 2

    # One table each; the text can change, the table move, and be free again.
    mara.page.get_by_text("Change the text").click()
    mara.fills(practice="A helpline that children trust")
    mara.presses("Save the text")
    mara.reads("A helpline that children trust")
    mara.page.get_by_text("Move to another table").click()
    mara.page.locator('[name="table"]').select_option(index=1)
    mara.presses("Move to this table")
    assert Reservation.objects.active().get(host__user__email=MARA).table.number != 5
    mara.goes_to(f"/{bangkok.slug}/me/")
    mara.reads("My World Café table", "A helpline that children trust")
    mara.follows("Change, move or release")
    mara.page.get_by_text("Release the table").click()
    mara.presses("Yes, release my table")
    assert Reservation.objects.active().count() == 1

    # The organiser sees it all.
    organiser.goes_to("/admin/worldcafe/reservation/")
    organiser.reads("What grace@example.org tried", "Grace Demo")
    organiser.goes_to("/admin/worldcafe/table/")
    organiser.goes_to("/admin/worldcafe/cafe/")


def test_organiser_changes_the_programme_and_is_refused_a_room_that_is_taken(bangkok, organiser):
    group, other = Session.objects.filter(
        workshop=bangkok, title__startswith="Working group: Disrupting Harm"
    )[:2]

    organiser.goes_to("/admin/agenda/session/")
    organiser.goes_to(f"/admin/agenda/session/{group.pk}/change/")
    organiser.fills(room=other.room.name)
    organiser.presses("Save")

    organiser.reads(f"{other.room.name} is taken by “{other.title}”")
    organiser.fills(room=group.room.name, title="Working group with another name")
    organiser.presses("Save")
    organiser.reads("was changed successfully")
    organiser.goes_to(f"/admin/agenda/session/{group.pk}/history/")
    organiser.reads(ORGANISER)
    for screen in ("registration/invitation/add", "registration/organisation", "mail/message"):
        organiser.goes_to(f"/admin/{screen}/")


def test_invited_person_registers_with_their_link(bangkok, person, organiser):
    organiser.goes_to("/admin/registration/invitation/add/")
    organiser.fills(email=MARA, name="Mara Demo")
    organiser.page.get_by_label("ECPAT member").check()
    organiser.presses("Save")
    invited = person("invited")

    invited.goes_to(link_in(last_mail_to(MARA), "/register/"))
    invited.reads(MARA, "ECPAT member")
    invited.fills(
        other_organisation="Made-up Network",
        country="Cambodia",
        days=[bangkok.starts_on.isoformat()],
        agrees_to_conduct=True,
        agrees_to_data_use=True,
    )
    invited.presses("Accept and register")

    mara = Participant.objects.get(user__email=MARA)
    assert mara.status == Status.PENDING
    assert mara.participant_affiliations.verified().count() == 1
