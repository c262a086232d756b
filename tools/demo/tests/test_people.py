"""The demo's workshop and people: made once, however often it starts, and left as they became."""

from datetime import date, timedelta

import pytest
from allauth.mfa.utils import is_mfa_enabled
from django.apps import apps
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from agenda.models import Session, SignUp
from foundation.accounts.models import User
from foundation.accounts.tests.factories import UserFactory
from foundation.mail.models import Message
from foundation.series.models import Workshop
from foundation.series.roles import Area, may
from registration.access import Viewer
from registration.models import Attendance, Invitation, Loss, Participant, Status, Submission
from tools.demo import people, prepare
from tools.demo.cast import ASSISTANT, DIRECTORS, PEOPLE, STAFF
from tools.demo.invitation import good_invitation
from worldcafe.models import Reservation

pytestmark = pytest.mark.django_db


def start(today=None):
    workshop = prepare.workshop_ahead(today or date.today())
    people.create_missing(workshop)
    return workshop


@pytest.fixture(scope="module", autouse=True)
def started(django_db_setup, django_db_blocker):
    """Start the demo once for all tests here; what each of them changes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield start()
        transaction.set_rollback(True)


@pytest.fixture
def workshop(started):
    return Workshop.objects.get(pk=started.pk)


def counts() -> dict[str, int]:
    return {model._meta.label: model.objects.count() for model in apps.get_models()}


def held() -> dict[str, int]:
    """What people and the workshop have; not what was told of its moving."""
    of_moving = (Message._meta.label, Loss._meta.label)
    return {
        name: n
        for name, n in counts().items()
        if "Historical" not in name and name not in of_moving
    }


def participant(name: str) -> Participant:
    return Participant.objects.get(user__email=f"{name}@example.org")


def test_room_is_filled_from_the_organisations_of_the_file_within_their_seats(workshop):
    confirmed = workshop.participants.confirmed()
    crowded = workshop.organisations.annotate(coming=Count("participants")).filter(
        coming__gt=F("seats")
    )
    assert confirmed.count() == 45
    assert not confirmed.filter(organisation=None).exists()
    assert confirmed.values("organisation").distinct().count() > 35
    assert not crowded.exists()
    assert not User.objects.exclude(email__endswith="@example.org").exists()
    assert not workshop.participants.exclude(badge_name__startswith="Demo ").exists()
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_people_have_signed_up_presented_and_been_given_roles(workshop):
    assert SignUp.objects.count() > 60
    assert Reservation.objects.active().count() == 6
    assert workshop.sessions.filter(roles__isnull=False).distinct().count() > 15
    assert participant("presenter").reservations.active().count() == 1


def test_people_have_the_mails_and_the_history_of_what_became_of_them():
    mails = {
        name: [
            each.kind for each in Message.objects.filter(to=f"{name}@example.org").order_by("pk")
        ]
        for name in ("presenter", "pending", "unproved", "declined")
    }
    statuses = participant("presenter").history.order_by("pk").values_list("status", flat=True)

    assert mails == {
        "presenter": [
            "registration/verify",
            "registration/received",
            "registration/confirmed",
            "worldcafe/reserved",
        ],
        "pending": ["registration/verify", "registration/received"],
        "unproved": ["registration/verify"],
        "declined": ["registration/verify", "registration/received", "registration/declined"],
    }
    assert list(statuses) == ["pending", "confirmed"]
    assert participant("presenter").status_by.email == "organiser@example.org"


def test_full_workshop_leaves_who_comes_back_waiting_for_an_organiser(workshop):
    participant("grantee").delete()
    workshop.seats = workshop.participants.confirmed().count()
    workshop.save()

    start()

    assert participant("grantee").status == Status.PENDING


def test_second_start_doubles_nothing():
    before = counts()

    start()

    assert counts() == before


def test_second_start_leaves_what_was_tried_in_between(workshop):
    organiser = User.objects.get(email="organiser@example.org")
    Participant.objects.filter(pk=participant("pending").pk).update(status=Status.DECLINED)
    SignUp.objects.filter(participant=participant("member")).delete()
    Reservation.objects.update(released_at=timezone.now())
    workshop.sessions.filter(slug="opening").update(title="Opening, changed")
    organiser.roles.all().delete()

    start()

    assert participant("pending").status == Status.DECLINED
    assert not participant("member").sign_ups.exists()
    assert not Reservation.objects.active().exists()
    assert workshop.sessions.get(slug="opening").title == "Opening, changed"
    assert not organiser.roles.exists()


def test_person_who_was_removed_comes_back_whole():
    removed = participant("grantee")
    removed.delete()

    start()

    again = participant("grantee")
    assert again.status == Status.CONFIRMED
    assert again.participant_affiliations.verified().count() == 1
    assert again.attendances.count() == 4


def test_everybody_to_sign_in_as_is_what_the_list_says():
    made = {one: participant(one.local_part) for one in PEOPLE if one.status}
    [sender] = [one for one in PEOPLE if not one.status]

    assert Submission.objects.waiting().get().user.email == sender.email
    for one, it in made.items():
        assert it.status == one.status
        assert it.organisation.name == one.organisation
        assert [claim.affiliation.slug for claim in it.participant_affiliations.all()] == [
            one.affiliation
        ]
        assert it.participant_affiliations.verified().exists() == one.is_verified
        assert (it.alias, it.is_protected) == (one.alias, bool(one.alias))


def test_assistant_looks_after_two_directors_who_have_no_sign_in():
    directors = Participant.objects.filter(contact__email=ASSISTANT.email)

    assert {(one.badge_name, one.status) for one in directors} == {
        (one.name, one.status) for one in DIRECTORS
    }
    assert not directors.exclude(user=None).exists()


def test_member_and_grantee_see_what_the_list_says():
    seen = {
        name: set(
            Session.objects.visible_to(Viewer.of_participant(participant(name))).values_list(
                "slug", flat=True
            )
        )
        for name in ("member", "grantee")
    }

    assert "welcome-of-members" in seen["member"] - seen["grantee"]
    assert "forum-technology" in seen["grantee"] - seen["member"]


def test_staff_have_a_second_factor_and_different_rights(workshop):
    organiser, desk = (User.objects.get(email=one.email) for one in STAFF)

    assert is_mfa_enabled(organiser)
    assert is_mfa_enabled(desk)
    assert may(organiser, "view", Area.SENSITIVE, workshop)
    assert may(desk, "change", Area.PEOPLE, workshop)
    assert not may(desk, "view", Area.SENSITIVE, workshop)
    assert not may(desk, "view", Area.PROGRAMME, workshop)
    assert not any(user.is_superuser for user in (organiser, desk))


def test_second_factors_are_random():
    before = [user.authenticator_set.get().data for user in User.objects.filter(is_staff=True)]
    User.objects.filter(is_staff=True).delete()

    start()

    after = [user.authenticator_set.get().data for user in User.objects.filter(is_staff=True)]
    assert len({str(data) for data in before + after}) == 4


def test_invitation_that_was_used_is_followed_by_another(workshop):
    first = good_invitation(workshop)
    Invitation.objects.update(used_at=timezone.now())

    start()

    second = good_invitation(workshop)
    assert second.pk != first.pk
    assert second.is_good()


def test_invitation_that_expired_is_good_again(workshop):
    first = good_invitation(workshop)
    Invitation.objects.update(expires_at=timezone.now())

    start()

    assert good_invitation(workshop).pk == first.pk


def test_workshop_that_came_near_moves_ahead_with_all_that_hangs_on_it(workshop):
    sign_up = SignUp.objects.first()
    gap = sign_up.during.lower - timezone.now()
    before = held()
    soon = workshop.starts_on - timedelta(weeks=3)

    moved = start(soon)

    sign_up.refresh_from_db()
    days = set(Attendance.objects.values_list("on", flat=True))
    assert moved.starts_on - soon >= timedelta(weeks=10)
    assert days == set(moved.dates)
    assert sign_up.during.lower - timezone.now() > gap
    assert sign_up.during.lower == sign_up.session.starts_at
    assert moved.registration_opens_at.date() <= soon <= moved.registration_closes_at.date()
    assert held() == before
    told = Message.objects.filter(kind="workshop/moved").values_list("to", flat=True)
    assert {"member@example.org", "grantee@example.org"} <= set(told)


def test_database_of_the_demo_is_no_real_site():
    UserFactory(email="tester@ngo.test")

    prepare.refuse_a_real_site()

    assert User.objects.filter(email="tester@ngo.test").exists()
