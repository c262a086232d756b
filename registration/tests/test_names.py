"""Names and addresses as they are typed on the forms: one person, one organisation, one mailbox."""

import pytest
from allauth.core import ratelimit
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core.refusals import Refused
from foundation.mail.models import Message
from registration.actions import deciding, listing, looking_after
from registration.forms import RegistrationForm
from registration.links import invitation_path
from registration.models import Invitation, Organisation, Participant, Submission
from registration.tests.factories import (
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from registration.tests.forms import address, answers, proved, workshop_with_texts
from registration.tests.staff import change_of, errors_of, filled

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:registration_participant_changelist")
LATIN, CYRILLIC = "ECPAT International", "ЕСРАТ International"


@pytest.fixture(autouse=True)
def no_throttle(monkeypatch):
    monkeypatch.setattr(ratelimit, "consume", lambda *args, **kwargs: True)


@pytest.fixture
def workshop():
    return workshop_with_texts()


def send(workshop, **changes):
    return Client().post(address("register", workshop), answers(workshop, **changes))


class TestAddress:
    @pytest.mark.parametrize(
        "typed", ["ADA@example.org", "ada@exam\u200bple.org\ufeff", "ａｄａ@example.org"]
    )
    def test_however_typed_it_is_one_person_and_one_mailbox(self, workshop, typed):
        send(workshop, email="ada@example.org")

        send(workshop, email=typed)

        assert User.objects.get().email == "ada@example.org"
        assert {message.to for message in Message.objects.all()} == {"ada@example.org"}

    @pytest.mark.parametrize(
        "typed",
        [
            '"x,mallory@evil.example,y"@kidsfirst.example',
            '"<1>"@example.org',
            "a@x\ua7cb.org",
            "a@example.org, b@example.org",
        ],
    )
    def test_what_could_mail_somebody_else_is_a_mistake_beside_the_field(self, workshop, typed):
        response = send(workshop, email=typed)

        assert len(response.context["form"].errors["email"]) == 1
        assert not User.objects.exists()
        assert not Message.objects.exists()

    def test_invitation_has_the_spelling_of_the_form(self, desk, bangkok):
        add = reverse("admin:registration_invitation_add")

        for typed in ("user@bücher.example", "USER@xn--bcher-kva.example"):
            page = desk.post(add, {"workshop": bangkok.pk, "email": typed, "name": ""})

        assert Invitation.objects.get().email == "user@xn--bcher-kva.example"
        assert "invited already" in errors_of(page)["email"][0]


class TestName:
    @pytest.mark.parametrize("typed", ["\u3164", "\u200b\u00ad\u200d", "\U000e0041"])
    @pytest.mark.parametrize("field", ["badge_name", "other_organisation"])
    def test_name_of_nothing_that_is_seen_is_refused(self, workshop, field, typed):
        response = send(workshop, **{field: typed})

        assert field.replace("other_", "") in response.context["form"].errors
        assert not Submission.objects.exists()

    def test_organisers_form_takes_it_out_as_well(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok)

        desk.post(change_of(person), filled(desk, person, badge_name="A\u200bda \u00adExample"))
        refused = desk.post(change_of(person), filled(desk, person, badge_name="\u3164"))

        person.refresh_from_db()
        assert person.badge_name == "Ada Example"
        assert "badge_name" in errors_of(refused)

    def test_contact_who_names_somebody_again_means_the_same_person(self, workshop):
        contact = User.objects.create_user("office@example.org")
        ParticipantFactory(workshop=workshop, user=None, contact=contact, badge_name="Éveil Ada")
        form = RegistrationForm(answers(workshop, badge_name="e\u0301veil  ADA"), workshop=workshop)
        assert form.is_valid()

        with pytest.raises(Refused) as refused:
            looking_after.register_as_contact(
                workshop=workshop, contact=contact, details=form.details(), agreed_to=[]
            )

        assert refused.value.code == "registered-already"


class TestOrganisation:
    @pytest.fixture
    def house(self, workshop):
        return OrganisationFactory(workshop=workshop, name="Éveil House", country="KH", seats=1)

    @pytest.mark.parametrize(
        "typed", ["éveil  house", "E\u0301VEIL HOUSE", "Éveil\u00a0House\u200b"]
    )
    def test_typed_name_of_a_listed_one_is_that_one(self, workshop, house, typed):
        send(workshop, other_organisation=typed)

        person = proved()
        assert (person.organisation, person.other_organisation) == (house, "")

    def test_one_of_another_country_stays_as_typed(self, workshop, house):
        send(workshop, other_organisation="Éveil House", country="LA")

        assert proved().organisation is None

    def test_two_people_do_not_take_one_seat_by_two_blanks(self, workshop, house):
        ParticipantFactory(workshop=workshop, organisation=house)
        send(workshop, other_organisation="Éveil  House")
        second = proved()

        with pytest.raises(Refused) as refused:
            deciding.confirm(participant=second, by=None)

        assert refused.value.code == "organisation-full"

    def test_listing_takes_all_who_typed_the_same(self, workshop):
        one, other = (
            ParticipantFactory(workshop=workshop, other_organisation=name)
            for name in ("Éveil House", "E\u0301VEIL  house")
        )

        listing.list_organisation(participant=one, by=None)

        other.refresh_from_db()
        assert other.organisation == Organisation.objects.get()

    def test_organiser_types_a_listed_one_and_its_seats_are_asked(self, desk, bangkok):
        house = OrganisationFactory(workshop=bangkok, name="Éveil House", seats=1)
        ParticipantFactory(workshop=bangkok, organisation=house)
        person = ParticipantFactory(workshop=bangkok, other_organisation="Elsewhere")

        page = desk.post(change_of(person), filled(desk, person, other_organisation="éveil  house"))

        person.refresh_from_db()
        assert person.organisation is None
        assert "All seats of Éveil House are taken" in page.content.decode()

    def test_organiser_types_a_listed_one_and_it_is_that_one(self, desk, bangkok):
        house = OrganisationFactory(workshop=bangkok, name="Éveil House", seats=1)
        person = ParticipantFactory(
            workshop=bangkok, other_organisation="Elsewhere", country=house.country
        )

        desk.post(change_of(person), filled(desk, person, other_organisation="éveil  house"))

        person.refresh_from_db()
        assert (person.organisation, person.other_organisation) == (house, "")

    def test_look_alike_is_told_in_the_list_and_on_the_page(self, desk, bangkok):
        OrganisationFactory(workshop=bangkok, name=LATIN, country="TH")
        person = ParticipantFactory(workshop=bangkok, other_organisation=CYRILLIC)
        sentence = f"Looks like {LATIN} (Thailand), which is on the list."

        pages = [desk.get(each).content.decode() for each in (PEOPLE, change_of(person))]

        assert all(sentence in page for page in pages)

    def test_organisation_chosen_from_the_list_looks_like_nothing(self, desk, bangkok):
        house = OrganisationFactory(workshop=bangkok, name=LATIN, country="TH")
        person = ParticipantFactory(workshop=bangkok, organisation=house)

        pages = [desk.get(each).content.decode() for each in (PEOPLE, change_of(person))]

        assert not any("Looks like" in page for page in pages)


class TestOrder:
    NAMES = ["alpha", "Ánh Sáng", "Đặng", "Dinh", "Éveil", "Zeta"]

    def test_organisations_are_sorted_as_people_do(self, workshop):
        for name in reversed(self.NAMES):
            OrganisationFactory(workshop=workshop, name=name)

        shown = [each.name for each in workshop.organisations.all()]

        assert shown == self.NAMES

    def test_people_are_sorted_as_people_do(self, desk, bangkok):
        for name in reversed(self.NAMES):
            ParticipantFactory(workshop=bangkok, badge_name=name)

        by_model = [each.badge_name for each in bangkok.participants.all()]
        page = desk.get(PEOPLE, {"o": "1"})
        by_column = [each.badge_name for each in page.context["cl"].result_list]

        assert by_model == by_column == self.NAMES


def test_invited_persons_form_takes_a_listed_organisation_as_well(workshop):
    house = OrganisationFactory(workshop=workshop, name="Éveil House", country="KH")
    invitation = InvitationFactory(workshop=workshop)

    Client().post(invitation_path(invitation), answers(workshop, other_organisation="éveil  HOUSE"))

    assert Participant.objects.get().organisation == house
