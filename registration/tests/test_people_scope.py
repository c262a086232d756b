"""Staff see and change the people of their own workshop alone; and what waits for them there."""

import pytest
from django.core import mail as django_mail
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.mail.deliver import deliver_letters
from foundation.mail.models import Message, State
from foundation.series.models import AccessRecord
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration.models import Invitation, Organisation, SensitiveDetails, Status
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from registration.tests.staff import act, change_of, errors_of, filled, messages_of, write
from workshop.start_page.people import waiting_for_organisers

pytestmark = pytest.mark.django_db

MODELS = ["participant", "organisation", "affiliation", "invitation", "message"]
PEOPLE = reverse("admin:registration_participant_changelist")


def list_of(model) -> str:
    app = "mail" if model == "message" else "registration"
    return reverse(f"admin:{app}_{model}_changelist")


def make_all(workshop, mark, number=1) -> list:
    """Rows of every kind at `workshop`, each with `mark` in what is shown of it."""
    rows = []
    for n in range(number):
        affiliation = AffiliationFactory(workshop=workshop, name=f"{mark}-affiliation-{n}")
        home = OrganisationFactory(workshop=workshop, name=f"{mark}-home-{n}", country="VN")
        home.affiliations.add(affiliation)
        person = ParticipantFactory(
            workshop=workshop,
            badge_name=f"{mark}-person-{n}",
            organisation=home,
            country="VN",
            status=Status.PENDING,
            claimed=[affiliation],
        )
        invitation = InvitationFactory(
            workshop=workshop, name=f"{mark}-invited-{n}", organisation=home
        )
        invitation.affiliations.add(affiliation)
        mail = write(
            workshop,
            to=f"{mark.lower()}-{n}@example.org",
            about=person.public_id,
            subject=f"{mark}-mail-{n}",
        )
        rows += [person, home, affiliation, invitation, mail]
    return rows


@pytest.fixture
def foreign():
    """Rows of every kind at a workshop where nobody of Bangkok works."""
    return make_all(WorkshopFactory(title="Foreign-workshop"), "Foreign")


class TestScope:
    @pytest.mark.parametrize("model", MODELS)
    def test_lists_filters_and_search_show_ones_own_workshop(self, desk, bangkok, foreign, model):
        make_all(bangkok, "Own")
        elsewhere = foreign[0].workshop

        html = {
            str(query): desk.get(list_of(model), query).content.decode()
            for query in (
                {},
                {"q": "Foreign"},
                {"workshop__id__exact": elsewhere.pk},
                {"affiliations__id__exact": foreign[2].pk},
                {"organisation__id__exact": foreign[1].pk},
            )
        }

        assert "Own-" in html["{}"]
        for each in html.values():
            assert "Foreign-" not in each

    @pytest.mark.parametrize("value", ["x'\"", "9" * 30, "សួស្តី"])
    def test_filters_survive_any_value(self, desk, bangkok, value):
        make_all(bangkok, "Own")

        for model, names in (
            ("participant", ["status__exact", "country__exact", "claims", "workshop__id__exact"]),
            ("organisation", ["country__exact", "affiliations__id__exact"]),
            ("invitation", ["state"]),
            ("message", ["kind", "state", "q"]),
        ):
            for name in names:
                assert desk.get(list_of(model), {name: value}, follow=True).status_code == 200

    @pytest.mark.parametrize("model", MODELS)
    def test_lists_are_closed_to_participants_and_to_staff_without_a_role(
        self, enter, bangkok, model
    ):
        participant = ParticipantFactory(workshop=bangkok).user
        lost = RoleFactory(workshop=bangkok).user
        lost.roles.all().delete()

        assert enter(participant).get(list_of(model)).status_code == 302
        assert enter(lost).get(list_of(model)).status_code == 403

    def test_rows_of_another_workshop_are_not_there(self, desk, foreign):
        for row in foreign:
            for part in ("change", "delete", "history"):
                screen = f"{row._meta.app_label}_{row._meta.model_name}"
                address = reverse(f"admin:{screen}_{part}", args=[row.pk])
                response = desk.get(address, follow=True)
                assert response.redirect_chain or response.status_code in (403, 404)
                assert "Foreign-" not in response.content.decode()

    @pytest.mark.parametrize(
        "action",
        [
            "confirm",
            "confirm_verified",
            "put_on_waiting_list",
            "list_organisation",
            "decline",
            "cancel",
        ],
    )
    def test_crafted_action_with_keys_of_another_workshop_changes_nothing(
        self, desk, foreign, action
    ):
        person = foreign[0]
        person.organisation, person.other_organisation = None, "Foreign-typed"
        person.save()

        response = act(desk, action, person, _sure="goes-on")
        question = act(desk, action, person)

        person.refresh_from_db()
        assert (person.status, person.organisation) == (Status.PENDING, None)
        assert not person.participant_affiliations.verified().exists()
        assert Message.objects.count() == 1
        assert "Foreign-" not in response.content.decode() + question.content.decode()

    def test_crafted_actions_send_and_delete_nothing_of_another_workshop(self, desk, foreign):
        _person, home, affiliation, invitation, mail = foreign
        nonce = invitation.nonce

        act(desk, "send_again", invitation)
        act(desk, "send_again", mail)
        for row in (home, affiliation, invitation):
            act(desk, "delete_selected", row, post="yes")

        assert Invitation.objects.get().nonce == nonce
        assert Message.objects.count() == 1
        assert Organisation.objects.get() == home

    def test_crafted_form_takes_no_row_of_another_workshop(self, desk, bangkok, foreign):
        person = ParticipantFactory(workshop=bangkok)
        data = filled(desk, person)

        organisation = desk.post(change_of(person), data | {"organisation": foreign[1].pk})
        desk.post(
            change_of(person), data | {"participant_affiliations-0-affiliation": foreign[2].pk}
        )
        claim = foreign[0].participant_affiliations.get()
        desk.post(
            change_of(person),
            data
            | {
                "participant_affiliations-INITIAL_FORMS": 1,
                "participant_affiliations-0-id": claim.pk,
                "participant_affiliations-0-participant": person.pk,
                "participant_affiliations-0-verified": "on",
            },
        )

        assert "organisation" in errors_of(organisation)
        assert not person.participant_affiliations.exists()
        claim.refresh_from_db()
        assert claim.verified_at is None

    def test_invitations_take_no_affiliation_of_another_workshop(self, desk, bangkok, foreign):
        data = {"email": "new@example.org", "lines": "new@example.org"}
        stranger = {"affiliations": [foreign[2].pk], "organisation": foreign[1].pk}
        add = reverse("admin:registration_invitation_add")
        several = reverse("admin:registration_invitation_several")

        for address in (add, several):
            response = desk.post(address, data | {"workshop": bangkok.pk} | stranger)
            assert {"affiliations", "organisation"} <= set(errors_of(response))
            assert "Foreign-" not in desk.get(address).content.decode()
            elsewhere = desk.post(address, data | {"workshop": foreign[0].workshop_id})
            assert "Foreign-" not in elsewhere.content.decode()
        assert not bangkok.invitations.exists()
        assert foreign[0].workshop.invitations.count() == 1

    def test_autocomplete_offers_ones_own_rows(self, enter, bangkok, foreign):
        make_all(bangkok, "Own")
        client = enter(RoleFactory(workshop=bangkok).user)
        query = {"app_label": "agenda", "model_name": "session", "field_name": "invitees"}
        query["term"] = "*"

        answer = client.get(reverse("admin:autocomplete"), query).json()

        assert [row["text"].split(" (")[0] for row in answer["results"]] == ["Own-person-0"]


class TestSensitive:
    @pytest.fixture
    def person(self, bangkok):
        person = ParticipantFactory(workshop=bangkok)
        SensitiveDetails.objects.create(participant=person, dietary="No <nuts>", access="Ramp")
        return person

    def page(self, client, person):
        return client.get(reverse("admin:registration_participant_sensitive", args=[person.pk]))

    def test_sensitive_details_are_read_on_demand_and_each_read_is_on_record(
        self, enter, bangkok, person
    ):
        client = enter(RoleFactory(workshop=bangkok, duty=Duty.LOGISTICS).user)

        form, listed = client.get(change_of(person)), client.get(PEOPLE)
        pages = [self.page(client, person) for _n in range(2)]

        assert "No &lt;nuts&gt;" in pages[0].content.decode()
        assert "no-store" in pages[0]["Cache-Control"]
        assert "nuts" not in form.content.decode() + listed.content.decode()
        assert "Dietary and access needs" in form.content.decode()
        assert AccessRecord.objects.count() == 2
        assert {record.about for record in AccessRecord.objects.all()} == {str(person)}

    def test_desk_has_no_way_to_them(self, desk, person):
        assert "Dietary" not in desk.get(change_of(person)).content.decode()
        assert self.page(desk, person).status_code == 403
        assert not AccessRecord.objects.exists()

    def test_sensitive_details_of_another_workshop_are_not_there(self, enter, person):
        client = enter(RoleFactory(duty=Duty.LOGISTICS).user)

        assert self.page(client, person).status_code == 404


class TestOrganisations:
    def test_list_counts_who_comes_from_where(self, desk, bangkok, member):
        home = OrganisationFactory(workshop=bangkok, name="Made-up Trust", seats=4)
        home.affiliations.add(member)
        for status in (Status.CONFIRMED, Status.CONFIRMED, Status.DECLINED):
            ParticipantFactory(workshop=bangkok, organisation=home, status=status)

        [row] = desk.get(list_of("organisation")).context["cl"].result_list

        assert (row.coming, row.registered) == (2, 3)

    def test_name_that_is_taken_is_refused_with_a_sentence(self, desk, bangkok):
        first = OrganisationFactory(workshop=bangkok)
        second = OrganisationFactory(workshop=bangkok)

        response = desk.post(change_of(second), filled(desk, second, name=first.name))

        assert "same name and country already" in errors_of(response)["name"][0]

    def test_organisation_with_participants_is_not_deleted(self, desk, bangkok):
        home = OrganisationFactory(workshop=bangkok)
        ParticipantFactory(workshop=bangkok, organisation=home)

        response = act(desk, "delete_selected", home, post="yes")

        assert response.status_code == 200
        assert Organisation.objects.exists()


class TestMails:
    def test_text_is_read_where_it_carries_no_secret(self, desk, bangkok):
        plain, secret = write(bangkok), write(bangkok, is_secret=True)
        Message.objects.update(text="The <text> itself")

        assert "The &lt;text&gt; itself" in desk.get(change_of(plain)).content.decode()
        page = desk.get(change_of(secret)).content.decode()
        assert "itself" not in page
        assert "Not shown" in page

    def test_mails_are_sent_again_and_refusals_are_told(self, desk, bangkok):
        sent = write(bangkok, state=State.REFUSED)
        secret = write(bangkok, state=State.REFUSED, is_secret=True, text="")

        told = messages_of(act(desk, "send_again", sent, secret))
        deliver_letters()

        assert len(django_mail.outbox) == 1
        assert told[0] == "On their way again: 1."
        assert "good no longer" in told[1]

    def test_reader_sends_nothing(self, enter, bangkok):
        mail = write(bangkok, state=State.REFUSED)
        reader = enter(RoleFactory(workshop=bangkok, duty=Duty.READ_ONLY).user)

        page = reader.get(change_of(mail)).content.decode()
        act(reader, "send_again", mail)

        assert "Send again" not in page
        assert Message.objects.count() == 1

    def test_mails_are_never_changed_by_hand(self, desk, bangkok):
        mail = write(bangkok)

        assert desk.post(change_of(mail), {"kind": "x"}).status_code == 403
        assert desk.get(reverse("admin:mail_message_add")).status_code == 403


class TestPanel:
    def panels(self, client) -> str:
        return "".join(client.get(reverse("admin:index")).context["panels"])

    def test_panel_counts_what_waits_and_links_to_it(self, desk, bangkok, foreign):
        bangkok.seats = 5
        bangkok.save()
        make_all(bangkok, "Own", 2)
        ParticipantFactory(workshop=bangkok)
        ParticipantFactory(workshop=bangkok, status=Status.WAITING)
        write(bangkok, state=State.REFUSED)
        InvitationFactory(workshop=bangkok, used_at=timezone.now())

        html = self.panels(desk)

        for words in (
            "2 registrations to decide",
            "2 participants with affiliations to verify",
            "1 on the waiting list",
            "1 message failed",
            "2 invitations not used yet",
        ):
            assert words in html
        assert "of 5 seats taken" in html
        assert "Foreign-" not in html
        link = f"{PEOPLE}?workshop__id__exact={bangkok.pk}&amp;status__exact=pending"
        assert f'href="{link}"' in html
        assert len(desk.get(link.replace("&amp;", "&")).context["cl"].result_list) == 2

    def test_panel_is_friendly_where_nothing_waits(self, desk):
        assert "Nothing waits for you here" in self.panels(desk)

    def test_panel_takes_the_same_queries_for_one_workshop_and_for_many(
        self, rf, bangkok, django_assert_num_queries
    ):
        user = RoleFactory(workshop=bangkok, duty=Duty.DESK).user

        for more in (0, 5):
            for _n in range(more):
                make_all(RoleFactory(user=user, duty=Duty.DESK).workshop, "Own")
            request = rf.get("/")
            request.user = User.objects.get(pk=user.pk)
            with django_assert_num_queries(6):
                _template, context = waiting_for_organisers(request)
            assert len(context["waiting"]) == (1 if not more else 6)


@pytest.mark.parametrize(
    ("model", "queries"),
    [
        ("participant", 13),
        ("organisation", 10),
        ("affiliation", 7),
        ("invitation", 10),
        ("message", 9),
    ],
)
def test_list_takes_the_same_queries_for_one_and_for_thirty(
    desk, bangkok, django_assert_num_queries, model, queries
):
    make_all(bangkok, "First")
    desk.get(list_of(model))
    for mark, more in (("Same", 0), ("More", 29)):
        make_all(bangkok, mark, more)
        with django_assert_num_queries(queries):
            desk.get(list_of(model))
