"""A participant's own page: status, details, changing, cancelling, and one's data."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from agenda import actions as agenda_actions
from agenda.models import Session, SessionRole, SignUp
from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.core.refusals import Refused
from foundation.mail.models import Message
from foundation.series.models import AccessRecord
from foundation.series.tests.factories import TextVersionFactory
from registration.actions import deciding, registering
from registration.forms import ChangeForm
from registration.models import (
    Attendance,
    Consent,
    Participant,
    SensitiveDetails,
    Status,
)
from registration.status_labels import label_of
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from registration.tests.forms import address, answers, workshop_with_texts


@pytest.fixture
def workshop(db):
    return workshop_with_texts(practical="Bring an **umbrella**.")


@pytest.fixture
def member(workshop):
    return AffiliationFactory(workshop=workshop, name="ECPAT member")


@pytest.fixture
def person(client, workshop, member):
    made = ParticipantFactory(
        workshop=workshop,
        badge_name="Ada Example",
        other_organisation="Example House",
        job_title="Director",
        verified=[member],
    )
    Attendance.objects.create(participant=made, on=workshop.dates[0])
    SensitiveDetails.objects.create(participant=made, dietary="No nuts", access="A ramp")
    client.force_login(made.user)
    return made


def page(client, name, workshop) -> str:
    response = client.get(address(name, workshop))
    assert response.status_code == 200
    return response.content.decode()


class TestPage:
    @pytest.mark.parametrize("status", Status.values)
    def test_says_status_and_what_comes_next_in_words(self, client, workshop, person, status):
        person.status = status
        person.save()

        html = page(client, "workshop:me", workshop)

        label = label_of(person, None, timezone.now())
        assert str(label.label) in html
        assert str(label.next) in html
        assert ("<strong>umbrella</strong>" in html) == (status == Status.CONFIRMED)
        assert (address("change", workshop) in html) == (status in registering.MAY_CHANGE)
        assert (address("cancel", workshop) in html) == (status != Status.CANCELLED)
        assert ("Register again" in html) == (status in registering.MAY_REGISTER)

    def test_shows_what_was_told(self, client, workshop, person):
        claimed = AffiliationFactory(workshop=workshop, name="Grantee")
        person.participant_affiliations.create(affiliation=claimed)

        html = " ".join(page(client, "workshop:me", workshop).split())

        for told in ("Ada Example", "Example House", "Director", "Cambodia", "No nuts", "A ramp"):
            assert told in html
        assert 'ECPAT member <span class="badge text-bg-success">verified</span>' in html
        assert 'Grantee <span class="badge text-bg-secondary">claimed, not verified yet' in html

    def test_wants_a_login_and_tells_a_stranger_how_to_register(self, client, workshop, person):
        client.logout()
        assert "/accounts/login/" in client.get(address("workshop:me", workshop)).url

        client.force_login(UserFactory())
        html = page(client, "workshop:me", workshop)
        assert "You are not registered for this workshop." in html
        assert address("register", workshop) in html
        assert address("workshop:my_data", workshop) not in html
        assert "Ada Example" not in html

    def test_is_kept_by_no_cache(self, client, workshop, person):
        assert "no-store" in client.get(address("workshop:me", workshop))["Cache-Control"]

    @pytest.mark.parametrize("count", [1, 30])
    def test_takes_the_same_queries_for_few_and_many_rows(
        self, client, workshop, person, count, django_assert_num_queries
    ):
        for affiliation in AffiliationFactory.create_batch(count, workshop=workshop):
            person.participant_affiliations.create(affiliation=affiliation)
        Attendance.objects.bulk_create(
            Attendance(participant=person, on=workshop.starts_on + timedelta(days=n + 1))
            for n in range(count)
        )
        for _n in range(count):
            session = SessionFactory(workshop=workshop, seats=5)
            SessionRole.objects.create(session=session, participant=person, role="speaker")

        with django_assert_num_queries(14):
            page(client, "workshop:me", workshop)


class TestChange:
    def change(self, client, workshop, **changes):
        told = {"other_organisation": "Example House"} | changes
        return client.post(address("change", workshop), answers(workshop, **told))

    def accepted(self, client, workshop, **changes):
        """Send it, then again with the tick for what was shown."""
        asked = self.change(client, workshop, **changes)
        if asked.status_code == 302 or not asked.context["form"].lost:
            return asked
        tick = asked.context["form"].fields["accepts_loss"].widget.digest
        return self.change(client, workshop, accepts_loss=tick, **changes)

    def test_form_holds_what_was_told(self, client, workshop, person):
        html = page(client, "change", workshop)

        for told in ("Ada Example", "Example House", "Director", "No nuts", "A ramp"):
            assert told in html
        assert 'ECPAT member <span class="badge text-bg-success">verified</span>' in html
        ticked = re.findall(r'<input[^>]*name="days"[^>]*checked', html)
        assert [re.search(r'value="([^"]*)"', tag)[1] for tag in ticked] == [
            workshop.dates[0].isoformat()
        ]

    def test_changes_what_is_not_verified_at_once(self, client, workshop, person, member):
        other = AffiliationFactory(workshop=workshop)

        response = self.change(
            client,
            workshop,
            badge_name="ADA  example",
            job_title="Head",
            country="LA",
            affiliations=[member.pk, other.pk],
            days=[workshop.dates[3].isoformat()],
            dietary="",
            access="",
        )

        assert response.url == address("workshop:me", workshop)
        person.refresh_from_db()
        assert (person.badge_name, person.job_title, person.country) == (
            "ADA example",
            "Head",
            "LA",
        )
        assert [each.on for each in person.attendances.all()] == [workshop.dates[3]]
        assert [each.affiliation for each in person.participant_affiliations.verified()] == [member]
        assert person.participant_affiliations.get(affiliation=other).verified_at is None
        assert not SensitiveDetails.objects.exists()
        assert (person.status, person.history.first().history_user) == (
            Status.CONFIRMED,
            person.user,
        )

    @pytest.mark.parametrize(
        "changes",
        [
            {"other_organisation": "Another House"},
            {"badge_name": "Somebody Else"},
            {"affiliations": []},
        ],
    )
    def test_loss_of_what_was_verified_is_told_before_and_frees_places(
        self, client, workshop, person, member, changes
    ):
        session = SessionFactory(
            workshop=workshop, seats=5, access=Session.Access.RESTRICTED, admits=[member]
        )
        still_open = SessionFactory(
            workshop=workshop, seats=5, starts_at=session.ends_at + timedelta(hours=1)
        )
        for each in (session, still_open):
            agenda_actions.sign_up(session=each, participant=person)
        changes = {"affiliations": [member.pk]} | changes

        asked = self.change(client, workshop, **changes)
        assert asked.status_code == 200
        assert "these affiliations are no longer verified" in asked.content.decode()
        assert person.participant_affiliations.verified().exists()
        assert SignUp.objects.count() == 2

        forged = self.change(client, workshop, accepts_loss="on", **changes)
        assert forged.status_code == 200

        saved = self.accepted(client, workshop, **changes)
        assert saved.status_code == 302
        assert not person.participant_affiliations.verified().exists()
        assert person.participant_affiliations.count() == len(changes["affiliations"])
        assert [each.session for each in SignUp.objects.all()] == [still_open]
        person.refresh_from_db()
        assert person.status == Status.CONFIRMED

    def test_tick_is_for_the_list_beside_it_alone(self, client, workshop, person):
        asked = self.change(client, workshop, badge_name="Somebody Else")
        tick = asked.context["form"].fields["accepts_loss"].widget.digest
        more = AffiliationFactory(workshop=workshop, name="Given meanwhile")
        person.participant_affiliations.create(affiliation=more, verified_at=timezone.now())

        again = self.change(client, workshop, badge_name="Somebody Else", accepts_loss=tick)

        assert again.status_code == 200
        assert "<li>Given meanwhile</li>" in again.content.decode()
        assert re.search(r'<input[^>]*name="accepts_loss"[^>]*>', again.content.decode())
        assert not re.search(r'<input[^>]*name="accepts_loss"[^>]*checked', again.content.decode())
        assert person.participant_affiliations.verified().count() == 2

    def test_listed_organisation_of_the_same_name_is_no_change(
        self, client, workshop, person, member
    ):
        listed = OrganisationFactory(workshop=workshop, name="Example House")

        self.change(
            client,
            workshop,
            organisation=listed.pk,
            other_organisation="",
            affiliations=[member.pk],
        )

        person.refresh_from_db()
        assert (person.organisation, person.other_organisation) == (listed, "")
        assert person.participant_affiliations.verified().exists()

    @pytest.mark.parametrize("status", sorted({*Status} - registering.MAY_CHANGE))
    def test_is_refused_where_nobody_expects_it(self, client, workshop, person, status):
        told = answers(workshop, other_organisation="Example House")
        form = ChangeForm(told, participant=person)
        assert not form.is_valid()
        tick = form.fields["accepts_loss"].widget.digest
        form = ChangeForm(told | {"accepts_loss": tick}, participant=person)
        assert form.is_valid()
        person.status = status
        person.save()

        response = self.change(client, workshop, job_title="Head")
        with pytest.raises(Refused) as refused:
            registering.change_details(participant=person, details=form.details())

        assert response.url == address("workshop:me", workshop)
        assert refused.value.code == "not-changeable"
        person.refresh_from_db()
        assert person.job_title == "Director"

    def test_to_an_organisation_without_a_seat_is_refused_beside_the_field(
        self, client, workshop, person
    ):
        full = OrganisationFactory(workshop=workshop, name="Full Trust", seats=1)
        ParticipantFactory(workshop=workshop, organisation=full)
        new = {"organisation": full.pk, "other_organisation": ""}

        html = self.accepted(client, workshop, job_title="Head", **new).content.decode()

        assert 'id="id_organisation_error"' in html
        assert "All seats of Full Trust are taken" in html
        assert 'value="Head"' in html
        person.refresh_from_db()
        assert (person.organisation, person.job_title) == (None, "Director")
        assert person.participant_affiliations.verified().exists()

    def test_asks_for_no_seat_where_the_organisation_stays_or_nobody_is_confirmed(
        self, client, workshop, person, member
    ):
        full = OrganisationFactory(workshop=workshop, seats=1)
        ParticipantFactory(workshop=workshop, organisation=full)
        new = {"organisation": full.pk, "other_organisation": ""}
        for status, held in [(Status.CONFIRMED, full), (Status.PENDING, None)]:
            Participant.objects.filter(pk=person.pk).update(status=status, organisation=held)

            assert self.accepted(client, workshop, **new).status_code == 302

        person.refresh_from_db()
        assert person.organisation == full

    def test_is_nobody_elses(self, client, workshop, person):
        client.force_login(ParticipantFactory(workshop=workshop).user)
        assert "Ada Example" not in page(client, "change", workshop)

        client.force_login(UserFactory())
        assert self.change(client, workshop).url == address("workshop:me", workshop)
        person.refresh_from_db()
        assert person.job_title == "Director"


class TestCancel:
    def test_is_asked_first_then_done_and_frees_places(self, client, workshop, person):
        session = SessionFactory(workshop=workshop, seats=1)
        agenda_actions.sign_up(session=session, participant=person)

        assert "Keep my registration" in page(client, "cancel", workshop)
        person.refresh_from_db()
        assert person.status == Status.CONFIRMED

        client.post(address("cancel", workshop))
        person.refresh_from_db()
        assert (person.status, person.status_by) == (Status.CANCELLED, person.user)
        assert not SignUp.objects.exists()
        assert Message.objects.get().kind == "registration/cancelled"
        assert "No nuts" not in Message.objects.get().text

    def test_twice_is_refused_with_a_sentence(self, client, workshop, person):
        client.post(address("cancel", workshop))

        again = client.post(address("cancel", workshop), follow=True).content.decode()
        with pytest.raises(Refused) as refused:
            deciding.cancel(participant=person, by=person.user)

        assert "There is no registration to cancel." in again
        assert refused.value.code == "already-cancelled"
        assert Message.objects.count() == 1


class TestData:
    def test_download_holds_everything_about_oneself_and_nothing_of_others(
        self, client, workshop, person, member
    ):
        other = ParticipantFactory(workshop=workshop, badge_name="Other Person")
        SensitiveDetails.objects.create(participant=other, dietary="Other diet")
        version = TextVersionFactory(workshop=workshop, text="Notice of v7")
        Consent.objects.create(participant=person, version=version)
        invitation = InvitationFactory(
            workshop=workshop, name="Ada as invited", participant=person, used_at=timezone.now()
        )
        invitation.affiliations.add(member)
        session = SessionFactory(workshop=workshop, seats=5, title="Working group")
        agenda_actions.sign_up(session=session, participant=person)
        SessionRole.objects.create(session=session, participant=person, role="speaker")
        person.badge_name = "Ada Renamed"
        person.save()

        response = client.get(address("workshop:my_data", workshop))

        text = response.content.decode()
        for told in (
            person.user.email,
            "Ada Example",
            "Ada Renamed",
            "Example House",
            "Director",
            "KH",
            "ECPAT member",
            workshop.dates[0].isoformat(),
            "No nuts",
            "A ramp",
            "Notice of v7",
            "Ada as invited",
            "Working group",
            "speaker",
        ):
            assert told in text
        assert "Other" not in text
        assert json.loads(text)["registration"]["status"] == "confirmed"
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Cache-Control"] == "private, no-store"
        assert AccessRecord.objects.get().user == person.user

    def test_download_names_no_session_that_admits_no_longer(
        self, client, workshop, person, member
    ):
        session = SessionFactory(
            workshop=workshop, access=Session.Access.RESTRICTED, admits=[member], title="Secret"
        )
        SessionRole.objects.create(session=session, participant=person, role="speaker")
        assert "Secret" in client.get(address("workshop:my_data", workshop)).content.decode()

        Participant.objects.filter(pk=person.pk).update(status=Status.CANCELLED)

        told = json.loads(client.get(address("workshop:my_data", workshop)).content)
        assert told["session_roles"] == [{"role": "speaker"}]

    def test_download_wants_a_registration(self, client, workshop, person):
        client.force_login(UserFactory())

        assert client.get(address("workshop:my_data", workshop)).url == address(
            "workshop:me", workshop
        )
