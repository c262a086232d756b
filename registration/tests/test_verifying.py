"""Who may verify which affiliation of whom: nobody their own, the desk what something backs."""

import pytest
from django.urls import reverse

from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.core.refusals import Refused
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory
from registration.actions import deciding, inviting
from registration.actions.listing import list_organisation
from registration.actions.registering import register_proved
from registration.models import Affiliation, Invitation, ParticipantAffiliation, Status
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from registration.tests.forms import address, answers
from registration.tests.staff import act, change_of, filled, messages_of

pytestmark = pytest.mark.django_db

MOVES = {
    "confirm": deciding.confirm,
    "confirm_verified": deciding.confirm_verified,
    "put_on_waiting_list": deciding.put_on_waiting_list,
    "list_organisation": list_organisation,
    "decline": deciding.decline,
}


def refusal(act, **what) -> str:
    with pytest.raises(Refused) as caught:
        act(**what)
    return caught.value.code


@pytest.fixture
def organiser(bangkok):
    return RoleFactory(workshop=bangkok, duty=Duty.ORGANISER).user


@pytest.fixture
def at_desk(bangkok):
    return RoleFactory(workshop=bangkok, duty=Duty.DESK).user


@pytest.fixture
def operator():
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture(params=["user", "contact"])
def of_staff(request, bangkok):
    """Gives a registration to somebody of the staff: as their own, or as one they look after."""

    def of_staff(user, **fields):
        return ParticipantFactory(workshop=bangkok, **{request.param: user} | fields)

    return of_staff


class TestOwn:
    @pytest.mark.parametrize("who", ["organiser", "operator"])
    @pytest.mark.parametrize("move", MOVES)
    def test_nobody_moves_their_own_registration(self, request, of_staff, who, move):
        user = request.getfixturevalue(who)
        person = of_staff(user, status=Status.PENDING, other_organisation="Typed")

        assert refusal(MOVES[move], participant=person, by=user) == "own-registration"
        person.refresh_from_db()
        assert person.status == Status.PENDING

    @pytest.mark.parametrize("who", ["organiser", "operator"])
    def test_nobody_verifies_or_is_given_their_own_affiliations(
        self, request, of_staff, bangkok, member, who
    ):
        user = request.getfixturevalue(who)
        person = of_staff(user, claimed=[member])
        claim, other = person.participant_affiliations.get(), AffiliationFactory(workshop=bangkok)

        assert refusal(deciding.verify, claim=claim, by=user) == "own-registration"
        given = {"participant": person, "affiliation": other, "by": user}
        assert refusal(deciding.grant, **given) == "own-registration"
        ParticipantAffiliation.objects.update(verified_at=person.submitted_at)
        assert refusal(deciding.unverify, claim=claim, by=user) == "own-registration"

    @pytest.mark.parametrize("who", ["organiser", "operator"])
    def test_page_of_ones_own_registration_offers_nothing(
        self, request, enter, of_staff, member, who
    ):
        user = request.getfixturevalue(who)
        person = of_staff(user, status=Status.PENDING, claimed=[member], badge_name="Old Name")
        client = enter(user)

        page = client.get(change_of(person)).content.decode()
        answer = client.post(change_of(person), {"badge_name": "New", "_move": "confirm"})

        assert "Old Name" in page
        assert 'name="_move"' not in page
        assert 'name="is_protected"' not in page
        assert 'type="checkbox"' not in page
        assert answer.status_code == 403

    def test_bulk_action_passes_over_ones_own_and_says_why(self, enter, organiser, bangkok):
        own = ParticipantFactory(workshop=bangkok, user=organiser, status=Status.PENDING)
        other = ParticipantFactory(workshop=bangkok, status=Status.PENDING)

        told = messages_of(act(enter(organiser), "confirm", own, other))

        assert told[0].startswith("Confirmed: 1.")
        assert "Another organiser decides on it" in told[1]
        own.refresh_from_db()
        assert own.status == Status.PENDING

    def test_own_registration_is_cancelled_as_anybody_may(self, organiser, bangkok):
        own = ParticipantFactory(workshop=bangkok, user=organiser)

        deciding.cancel(participant=own, by=organiser)

        own.refresh_from_db()
        assert own.status == Status.CANCELLED

    def test_nobody_invites_themselves(self, organiser, bangkok, member):
        invitation = InvitationFactory(workshop=bangkok, email=organiser.email)
        several = {"workshop": bangkok, "people": [(organiser.email.upper(), "")]}
        several |= {"organisation": None, "affiliations": [member], "by": organiser}

        assert refusal(inviting.invite, invitation=invitation, by=organiser) == "own-address"
        assert refusal(inviting.invite_several, **several) == "own-address"


class TestDesk:
    def test_verifies_what_the_organisation_may_hold(self, at_desk, bangkok, member):
        home = OrganisationFactory(workshop=bangkok, may_hold=[member])
        person = ParticipantFactory(workshop=bangkok, organisation=home, claimed=[member])

        deciding.verify(claim=person.participant_affiliations.get(), by=at_desk)

        assert person.participant_affiliations.verified().get().verified_by == at_desk

    def test_verifies_what_an_invitation_names(self, at_desk, bangkok, member):
        person = ParticipantFactory(workshop=bangkok, claimed=[member])
        InvitationFactory(workshop=bangkok, email=person.user.email).affiliations.add(member)

        deciding.verify(claim=person.participant_affiliations.get(), by=at_desk)

        assert person.participant_affiliations.verified().exists()

    def test_verifies_and_gives_nothing_else(self, at_desk, organiser, bangkok, member):
        person = ParticipantFactory(workshop=bangkok, claimed=[member])
        claim, other = person.participant_affiliations.get(), AffiliationFactory(workshop=bangkok)

        assert refusal(deciding.verify, claim=claim, by=at_desk) == "needs-organiser"
        given = {"participant": person, "affiliation": other}
        assert refusal(deciding.grant, **given, by=at_desk) == "needs-organiser"
        deciding.verify(claim=claim, by=organiser)
        deciding.grant(**given, by=organiser)
        assert person.participant_affiliations.verified().count() == 2

    def test_does_not_decide_who_is_admitted_to_a_session(self, at_desk, bangkok, member):
        home = OrganisationFactory(workshop=bangkok, may_hold=[member])
        person = ParticipantFactory(workshop=bangkok, organisation=home, claimed=[member])
        SessionFactory(workshop=bangkok, access="restricted", admits=[member])
        invitation = InvitationFactory(workshop=bangkok)
        invitation.affiliations.add(member)

        claim = person.participant_affiliations.get()
        assert refusal(deciding.verify, claim=claim, by=at_desk) == "needs-organiser"
        assert refusal(inviting.invite, invitation=invitation, by=at_desk) == "needs-organiser"

    def test_invitation_of_an_organiser_goes_to_nobody_else_by_the_desk(
        self, desk, bangkok, member
    ):
        SessionFactory(workshop=bangkok, access="restricted", admits=[member])
        invitation = InvitationFactory(workshop=bangkok)
        invitation.affiliations.add(member)

        data = filled(desk, invitation, email="elsewhere@example.org")
        desk.post(change_of(invitation), data)

        assert Invitation.objects.get().email == invitation.email

    def test_does_not_rename_or_delete_what_a_session_admits(self, desk, bangkok, member):
        free = AffiliationFactory(workshop=bangkok, name="Free")
        SessionFactory(workshop=bangkok, access="restricted", admits=[member])

        for each in (member, free):
            desk.post(change_of(each), filled(desk, each, name=f"{each.name} new"))
        for each in (member, free):
            desk.post(
                reverse("admin:registration_affiliation_delete", args=[each.pk]), {"post": "yes"}
            )
        act(desk, "delete_selected", member, post="yes")

        assert Affiliation.objects.get().name == "ECPAT member"

    def test_organiser_renames_what_a_session_admits(self, enter, organiser, bangkok, member):
        SessionFactory(workshop=bangkok, access="restricted", admits=[member])
        client = enter(organiser)

        client.post(change_of(member), filled(client, member, name="Member"))

        assert Affiliation.objects.get().name == "Member"

    def test_does_not_say_what_an_organisation_may_hold(self, desk, bangkok, member):
        home = OrganisationFactory(workshop=bangkok)

        desk.post(change_of(home), filled(desk, home, affiliations=[member.pk]))

        assert not home.affiliations.exists()


class TestClaims:
    def test_form_offers_only_what_can_be_claimed(self, client, bangkok, member):
        team = AffiliationFactory(workshop=bangkok, name="Organising-team", can_be_claimed=False)
        page = client.get(address("register", bangkok)).content.decode()

        client.post(address("register", bangkok), answers(bangkok, affiliations=[team.pk]))

        assert "ECPAT member" in page
        assert "Organising-team" not in page
        assert not bangkok.submissions.exists()

    def test_action_refuses_what_can_not_be_claimed(self, bangkok):
        from registration.actions.details import Details

        team = AffiliationFactory(workshop=bangkok, can_be_claimed=False)
        told = {"badge_name": "Ada", "organisation": None, "other_organisation": "House"}
        told |= {"job_title": "", "country": "KH", "days": [], "dietary": "", "access": ""}
        details = Details(**told, affiliations=[team])
        sent = {"workshop": bangkok, "user": UserFactory(), "details": details}

        assert refusal(register_proved, **sent, agreed_to=[]) == "not-claimable"

    def test_affiliation_that_was_given_stays_when_details_change(self, client, bangkok):
        team = AffiliationFactory(workshop=bangkok, name="Organising-team", can_be_claimed=False)
        person = ParticipantFactory(
            workshop=bangkok, badge_name="Ada", other_organisation="House", verified=[team]
        )
        client.force_login(person.user)
        changed = answers(bangkok, badge_name="Ada", other_organisation="House")

        client.post(
            address("change", bangkok), changed | {"affiliations": [team.pk], "job_title": "New"}
        )

        person.refresh_from_db()
        assert person.job_title == "New"
        assert person.participant_affiliations.verified().get().affiliation == team

    def test_page_tells_what_speaks_for_a_claim(self, enter, organiser, bangkok, member):
        expert = AffiliationFactory(workshop=bangkok, name="Expert")
        home = OrganisationFactory(workshop=bangkok, may_hold=[member])
        person = ParticipantFactory(
            workshop=bangkok, organisation=home, claimed=[member, expert], status=Status.PENDING
        )
        InvitationFactory(workshop=bangkok, email=person.user.email).affiliations.add(expert)
        client = enter(organiser)
        deciding.verify(claim=person.participant_affiliations.get(affiliation=member), by=organiser)

        page = client.get(change_of(person)).content.decode()

        assert page.count("may hold it") == page.count("may not hold it") == 1
        assert page.count("no invitation names it") == 1
        assert f", {organiser}" in page

    def test_action_verifies_nothing_that_nothing_speaks_for(self, operator, bangkok, member):
        person = ParticipantFactory(workshop=bangkok, claimed=[member], status=Status.PENDING)

        with pytest.raises(Refused) as refused:
            deciding.confirm_verified(participant=person, by=operator)

        assert refused.value.code == "claim-unsupported"
        assert str(member) in refused.value.sentence
        assert not person.participant_affiliations.verified().exists()

    def test_bulk_takes_what_agrees_and_lists_the_rest_with_the_reason(
        self, enter, organiser, bangkok, member
    ):
        home = OrganisationFactory(workshop=bangkok, name="House", may_hold=[member])
        claiming = {"workshop": bangkok, "claimed": [member], "status": Status.PENDING}
        backed = ParticipantFactory(**claiming, organisation=home)
        invited = ParticipantFactory(**claiming)
        InvitationFactory(workshop=bangkok, email=invited.user.email).affiliations.add(member)
        other = ParticipantFactory(**claiming, badge_name="Ada", other_organisation="Elsewhere")

        told = messages_of(act(enter(organiser), "confirm_verified", backed, invited, other))

        assert told == [
            "Verified and confirmed: 2. Each gets a mail.",
            "Ada: “ECPAT member” is not among what Elsewhere may hold, and no invitation names it.",
        ]
        assert set(bangkok.participants.confirmed()) == {backed, invited}
        assert not other.participant_affiliations.verified().exists()
