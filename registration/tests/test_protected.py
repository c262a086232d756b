"""A protected participant: the alias instead of the name, and in no list, count or directory."""

import pytest
from django.test import Client
from django.urls import reverse

from agenda.models import SessionRole
from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.entering import enter
from foundation.core.refusals import Refused
from foundation.mail.models import Message, State
from foundation.mail.tests.factories import MessageFactory
from foundation.series.models import AccessRecord
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory
from registration.access import Viewer
from registration.actions import deciding
from registration.models import Participant, Status, shown_name
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from registration.tests.staff import change_of, errors_of, filled, press, write
from workshop.tests.filled import agreed
from worldcafe.listing import tables_shown
from worldcafe.tests.factories import ReservationFactory

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:registration_participant_changelist")
NAME, ALIAS = "Real-name", "Alias 7"


@pytest.fixture
def person(bangkok):
    return ParticipantFactory(
        workshop=bangkok, badge_name=NAME, alias=ALIAS, is_protected=True, status=Status.CONFIRMED
    )


@pytest.fixture
def organiser(bangkok):
    """A client of their own, so that the desk's can be asked beside it."""
    return enter(Client(), RoleFactory(workshop=bangkok).user)


def listed(client, path) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


class TestName:
    def test_is_the_alias_wherever_one_is_shown(self, person):
        plain = ParticipantFactory(badge_name="Ada Example", alias="Unused")

        shown = Participant.objects.order_by("pk").values_list(shown_name(), flat=True)

        assert (str(person), str(plain)) == (ALIAS, "Ada Example")
        assert list(shown) == [ALIAS, "Ada Example"]

    def test_is_in_no_message(self, person):
        deciding.cancel(participant=person, by=None)

        message = Message.objects.about(person.public_id).get().text
        assert f"Dear {ALIAS}," in message
        assert NAME not in message

    def test_is_read_by_the_person_and_their_contact(self, client, bangkok, person):
        client.force_login(person.user)

        page = listed(client, reverse("workshop:me", args=[bangkok.slug]))

        assert NAME in page
        assert ALIAS in page


class TestStaff:
    @pytest.mark.parametrize("duty", sorted({*Duty} - {Duty.ORGANISER}))
    def test_without_the_right_finds_nobody(self, enter, bangkok, person, duty):
        client = enter(RoleFactory(workshop=bangkok, duty=duty).user)

        for path in (PEOPLE, f"{PEOPLE}?protected=yes", f"{PEOPLE}?q={NAME}"):
            assert not {NAME, ALIAS} & set(listed(client, path).replace("<", " ").split())
        for path in (change_of(person), f"{PEOPLE}{person.pk}/history/"):
            assert client.get(path).status_code == 302
        assert client.get(f"{PEOPLE}{person.pk}/sensitive/").status_code == 404
        assert not AccessRecord.objects.exists()

    def test_with_the_right_opens_them_on_a_filter(self, organiser, person):
        assert ALIAS not in listed(organiser, PEOPLE)
        assert ALIAS in listed(organiser, f"{PEOPLE}?protected=yes")
        assert NAME not in listed(organiser, f"{PEOPLE}?protected=yes")

    def test_every_read_is_on_record_under_the_alias(self, organiser, bangkok, person):
        page = listed(organiser, change_of(person))
        listed(organiser, f"{PEOPLE}{person.pk}/history/")

        assert NAME in page
        records = AccessRecord.objects.filter(what="Protected participant read")
        assert [each.about for each in records] == [ALIAS, ALIAS]

    def test_organiser_protects_somebody(self, organiser, bangkok):
        plain = ParticipantFactory(workshop=bangkok, badge_name=NAME)

        refused = organiser.post(change_of(plain), filled(organiser, plain, is_protected="on"))
        assert "alias" in errors_of(refused)
        same = filled(organiser, plain, is_protected="on", alias=NAME.lower())
        assert "alias" in errors_of(organiser.post(change_of(plain), same))

        organiser.post(change_of(plain), filled(organiser, plain, is_protected="on", alias=ALIAS))
        plain.refresh_from_db()
        assert (plain.is_protected, str(plain)) == (True, ALIAS)

    def test_desk_can_not_protect_anybody(self, desk, bangkok):
        plain = ParticipantFactory(workshop=bangkok)

        desk.post(change_of(plain), filled(desk, plain, is_protected="on", alias=ALIAS))

        plain.refresh_from_db()
        assert (plain.is_protected, plain.alias) == (False, "")

    def test_moves_work_on_their_page(self, organiser, bangkok):
        pending = ParticipantFactory(
            workshop=bangkok, alias=ALIAS, is_protected=True, status=Status.PENDING
        )
        press(organiser, pending, "confirm")
        pending.refresh_from_db()
        assert pending.is_confirmed

        page = f"{PEOPLE}?protected=yes"
        assert page in listed(organiser, change_of(pending))
        chosen = {"action": "cancel", "_selected_action": [pending.pk]}
        asked = organiser.post(page, chosen)
        assert f'action="{page}"' in asked.content.decode()
        agreed(organiser, asked)
        pending.refresh_from_db()
        assert pending.status == Status.CANCELLED

    def test_finds_none_of_their_messages_and_invitations(self, desk, organiser, bangkok, person):
        write(bangkok, to="secret@example.org", about=person.public_id, is_protected=True)
        invited = InvitationFactory(
            workshop=bangkok,
            email="secret@example.org",
            participant=person,
            used_at=person.submitted_at,
        )
        open_one = InvitationFactory(workshop=bangkok, email="open@example.org")

        messages = reverse("admin:mail_message_changelist")
        path = reverse("admin:registration_invitation_changelist")
        for client in (desk, organiser):
            assert "secret@example.org" not in listed(client, path)
        assert "secret@example.org" not in listed(desk, messages)
        assert "secret@example.org" in listed(organiser, messages)
        assert "secret@example.org" in listed(organiser, f"{path}?protected=yes")
        assert desk.get(change_of(invited)).status_code == 302
        path = reverse("admin:registration_invitation_changelist")
        assert open_one.email in listed(desk, path)

    def test_invites_their_address_without_being_told(self, desk, bangkok, person):
        path = reverse("admin:registration_invitation_several")

        answer = desk.post(
            f"{path}?workshop={bangkok.pk}",
            {"workshop": bangkok.pk, "lines": person.user.email},
        )

        assert answer.status_code == 302


class TestLists:
    def test_no_session_and_no_table_names_them(self, client, bangkok, person):
        session = SessionFactory(workshop=bangkok)
        reader = ParticipantFactory(workshop=bangkok, badge_name="Reader")
        for each in (person, reader):
            SessionRole.objects.create(session=session, participant=each, role="speaker")
        client.force_login(reader.user)

        page = listed(client, session.get_absolute_url())

        assert "Reader" in page
        assert NAME not in page
        assert ALIAS not in page

    def test_table_is_reserved_by_nobody_named(self, bangkok, person):
        held = ReservationFactory(
            table__cafe__session__workshop=bangkok, host=person, practice="A practice"
        )
        reader = Viewer(workshop=bangkok, participant=ParticipantFactory(workshop=bangkok))

        [table] = tables_shown([held.table.cafe], reader)

        assert (table.state, table.practice) == ("reserved", "A practice")
        assert (table.host, table.organisation) == ("", "")


class TestCounts:
    def test_directories_leave_them_out(self, desk, bangkok):
        member = AffiliationFactory(workshop=bangkok, name="Member")
        house = OrganisationFactory(workshop=bangkok, name="House")
        for protected in (False, True):
            ParticipantFactory(
                workshop=bangkok,
                organisation=house,
                is_protected=protected,
                alias="Alias",
                verified=[member],
            )

        organisations = listed(desk, reverse("admin:registration_organisation_changelist"))
        affiliations = listed(desk, reverse("admin:registration_affiliation_changelist"))

        assert '<td class="field-coming">1</td>' in organisations
        assert '<td class="field-registered">1</td>' in organisations
        assert '<td class="field-verified">1</td>' in affiliations

    def test_seat_of_theirs_is_never_given_again(self, bangkok, person):
        bangkok.seats = 1
        bangkok.save()
        other = ParticipantFactory(workshop=bangkok, status=Status.PENDING)

        with pytest.raises(Refused) as refused:
            deciding.confirm(participant=other, by=None)

        assert refused.value.code == "workshop-full"

    def test_what_waits_of_them_is_told_to_those_who_may_know(self, desk, organiser, bangkok):
        ParticipantFactory(workshop=bangkok, alias=ALIAS, is_protected=True, status=Status.PENDING)

        start = reverse("admin:index")

        assert "1 registration of a protected participant" in listed(organiser, start)
        assert "to decide" not in listed(desk, start)

    def test_failed_message_about_them_is_counted_for_those_who_may_know(
        self, desk, organiser, bangkok, person
    ):
        MessageFactory(
            workshop=bangkok, about=person.public_id, state=State.REFUSED, is_protected=True
        )

        start = reverse("admin:index")

        assert "1 message failed" in listed(organiser, start)
        assert "message failed" not in listed(desk, start)
