"""The organisers' admin as a whole: who comes in, what waits there, and its own few rules."""

import re
from contextlib import suppress

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.series.models import AccessRecord, Contact, Partner, Resource, Workshop
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration.tests.factories import ParticipantFactory
from workshop.tests.filled import filled

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")
WORKSHOPS = reverse("admin:series_workshop_changelist")
RECORDS = reverse("admin:series_accessrecord_changelist")


@pytest.fixture
def bangkok():
    return WorkshopFactory(slug="bangkok", title="Bangkok")


@pytest.fixture
def organiser(enter, bangkok):
    return enter(RoleFactory(workshop=bangkok, user__name="Orn Example").user)


@pytest.fixture
def operator(enter):
    return enter(UserFactory(is_staff=True, is_superuser=True, name="Oper Example"))


def html_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def addresses() -> list[str]:
    """Every address of the admin, with a key where one is needed."""
    entries = admin.site.get_urls()
    named = {
        pattern.name
        for entry in entries
        for pattern in getattr(entry, "url_patterns", [entry])
        if pattern.name
    }
    return [address for name in sorted(named) if (address := address_of(name))]


def address_of(name) -> str | None:
    for arguments in ([], ["1"], ["agenda"]):
        with suppress(NoReverseMatch):
            return reverse(f"admin:{name}", args=arguments)
    return None


class TestDoor:
    def test_every_address_is_known(self):
        known = addresses()

        assert len(known) > 40
        assert {INDEX, WORKSHOPS, reverse("admin:jsi18n")} <= set(known)

    def test_visitor_is_sent_to_sign_in(self, client):
        for address in addresses():
            response = client.get(address, follow=True)
            assert response.redirect_chain, address
            assert response.redirect_chain[-1][0].startswith(reverse("account_login")), address

    def test_participant_is_refused(self, client):
        client.force_login(ParticipantFactory().user)
        for address in addresses():
            assert client.get(address, follow=True).status_code == 403, address
            assert client.post(address, follow=True).status_code in (403, 405), address

    def test_staff_without_a_second_factor_are_sent_to_set_one_up(self, client):
        client.force_login(RoleFactory().user)
        for address in addresses():
            response = client.get(address)
            assert (response.status_code, response.url) == (302, reverse("mfa_index")), address

    def test_doors_that_have_a_better_one_elsewhere_are_not_there(self, organiser):
        for closed in ("password_change/", "password_change/done/", "r/1/1/"):
            assert organiser.get(INDEX + closed).status_code == 404

    def test_nul_in_an_address_is_a_bad_request(self, organiser):
        for query in ({"q": "a\x00"}, {"title": "\x00"}):
            assert organiser.get(WORKSHOPS, query).status_code == 400
        autocomplete = {"app_label": "agenda", "model_name": "session", "field_name": "room"}
        assert (
            organiser.get(
                reverse("admin:autocomplete"), autocomplete | {"term": "\x00"}
            ).status_code
            == 400
        )


class TestStartPage:
    def test_greets_with_the_role_and_leads_to_the_workshops_pages(self, organiser, bangkok):
        page = html_of(organiser.get(INDEX))

        assert "What waits for you" in page
        assert "Orn Example" in page
        assert re.search(r"Bangkok</strong>\s*<span class=\"duty\">organiser", page)
        assert f'href="{bangkok.get_absolute_url()}"' in page
        assert f'href="{reverse("home")}"' in page

    def test_shows_the_panels(self, organiser, bangkok):
        SessionFactory(workshop=bangkok)

        assert "Programme at a glance" in html_of(organiser.get(INDEX))

    def test_workshop_not_published_is_named_with_its_preview(self, organiser, bangkok):
        Workshop.objects.update(is_published=False)

        page = html_of(organiser.get(INDEX))

        assert "not published yet" in page
        assert re.search(rf'href="{bangkok.get_absolute_url()}"\s*>\s*Preview', page)

    def test_screens_stand_in_sections_and_operators_apart(self, organiser, operator):
        def sections(client):
            return [str(each["name"]) for each in client.get(INDEX).context["app_list"]]

        operators = sections(operator)

        assert operators[-1] == "For operators"
        assert operators.index("Programme") < operators.index("Workshop")
        assert [
            str(screen["name"])
            for section in operator.get(INDEX).context["app_list"]
            if str(section["name"]) == "Programme"
            for screen in section["models"]
        ] == ["Sessions", "Days", "Rooms", "Tracks", "Sign-ups"]

    def test_organiser_finds_no_operators_section(self, organiser):
        names = [str(each["name"]) for each in organiser.get(INDEX).context["app_list"]]

        assert "For operators" not in names

    def test_staff_without_a_role_are_told_whom_to_ask(self, enter):
        page = html_of(enter(UserFactory(is_staff=True)).get(INDEX))

        assert "you hold no role at any workshop yet" in page
        assert "All screens" not in page

    def test_operator_of_an_empty_site_is_led_to_the_first_workshop(self, operator):
        page = html_of(operator.get(INDEX))

        assert f'href="{reverse("admin:series_workshop_add")}"' in page

    def test_signing_out_is_a_post(self, organiser):
        form = rf'<form id="logout-form" method="post" action="{reverse("account_logout")}">'

        assert re.search(form, html_of(organiser.get(INDEX)))

    def test_takes_the_same_queries_for_one_session_and_for_thirty(
        self, organiser, bangkok, django_assert_num_queries
    ):
        for more in (1, 29):
            SessionFactory.create_batch(more, workshop=bangkok)
            with django_assert_num_queries(13):
                organiser.get(INDEX)


class TestPages:
    @pytest.mark.parametrize("page", ["changelist", "add", "change", "history", "delete"])
    def test_page_carries_nothing_that_the_policy_forbids(self, operator, bangkok, page):
        key = [] if page in ("changelist", "add") else [bangkok.pk]

        html = html_of(operator.get(reverse(f"admin:series_workshop_{page}", args=key)))

        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", html)
        assert "css/admin.css" in html

    def test_empty_list_says_so_and_a_search_without_result_leads_back(self, organiser):
        empty = html_of(organiser.get(RECORDS))
        nothing = html_of(organiser.get(WORKSHOPS, {"q": "nowhere"}))

        assert "There is nothing here yet." in empty
        assert "Nothing matches." in nothing
        assert '<a href="?">Show everything</a>' in nothing

    def test_history_shows_what_was_changed_and_offers_no_way_back(self, organiser, bangkok):
        bangkok.title = "Bangkok again"
        bangkok.save()
        record = bangkok.history.first()
        history = reverse("admin:series_workshop_history", args=[bangkok.pk])

        page = html_of(organiser.get(history))

        assert "Bangkok → Bangkok again" in page
        assert "All times are those of Asia/Bangkok." in page
        assert organiser.post(f"{history}{record.pk}/", {}).status_code in (302, 404)
        assert "Revert" not in page

    @pytest.mark.parametrize("key", ["0", "nonsense", "_00"])
    def test_history_of_what_is_not_there_leads_back(self, organiser, key):
        address = reverse("admin:series_workshop_history", args=[key])

        assert organiser.get(address).status_code == 302


class TestWorkshopForm:
    def form(self, organiser, workshop) -> dict:
        change = reverse("admin:series_workshop_change", args=[workshop.pk])
        return filled(organiser.get(change))

    def test_registration_opens_by_the_workshops_own_clock(self, organiser, bangkok):
        change = reverse("admin:series_workshop_change", args=[bangkok.pk])
        data = self.form(organiser, bangkok) | {
            "registration_opens_at_0": "2024-01-08",
            "registration_opens_at_1": "09:00",
        }

        response = organiser.post(change, data)

        assert response.status_code == 302, response.context["errors"]
        bangkok.refresh_from_db()
        assert bangkok.registration_opens_at.isoformat() == "2024-01-08T02:00:00+00:00"
        assert "Local time of the workshop: Asia/Bangkok." in html_of(organiser.get(change))

    def test_page_is_light_and_leads_to_what_is_shown_on_the_workshops_pages(
        self, organiser, bangkok
    ):
        for number in range(30):
            Resource.objects.create(workshop=bangkok, kind="report", title=f"Report {number}")
        change = reverse("admin:series_workshop_change", args=[bangkok.pk])

        page = html_of(organiser.get(change))

        assert len(page) < 100_000
        for part, shown in (("resource", "Report 29"), ("partner", ""), ("contact", "")):
            link = reverse(f"admin:series_{part}_changelist")
            address = f"{link}?workshop__id__exact={bangkok.pk}"
            assert f'href="{address}"' in page
            assert shown in html_of(organiser.get(address))

    def test_reader_reads_and_finds_nothing_to_type_into(self, enter, bangkok):
        resource = Resource.objects.create(workshop=bangkok, kind="report", title="Cambodia")
        reader = enter(RoleFactory(workshop=bangkok, duty=Duty.READ_ONLY).user)

        for row in (bangkok, resource):
            address = reverse(f"admin:series_{row._meta.model_name}_change", args=[row.pk])
            page = html_of(reader.get(address))
            assert row.title in page
            assert 'name="title"' not in page
            assert 'name="_save"' not in page


class TestPartners:
    def change(self, client, partner, **changes):
        address = reverse("admin:series_partner_change", args=[partner.pk])
        return client.post(address, filled(client.get(address)) | changes)

    def test_organiser_makes_a_partner_member_of_an_alliance(self, organiser, bangkok):
        alliance, member = (
            Partner.objects.create(workshop=bangkok, part="partner", name=name)
            for name in ("Alliance", "Member")
        )

        self.change(organiser, member, member_of=alliance.pk)

        member.refresh_from_db()
        assert member.member_of == alliance

    def test_alliance_is_of_the_same_workshop_and_no_member_itself(self, organiser, bangkok):
        alliance = Partner.objects.create(workshop=bangkok, part="partner", name="Alliance")
        member, partner = (
            Partner.objects.create(workshop=bangkok, part="partner", name=name, member_of=member_of)
            for name, member_of in (("Member", alliance), ("Partner", None))
        )
        foreign = Partner.objects.create(workshop=WorkshopFactory(), part="partner", name="Abroad")

        for refused in (member, partner, foreign):
            answer = self.change(organiser, partner, member_of=refused.pk)
            assert "member_of" in answer.context["adminform"].form.errors
            assert "Abroad" not in html_of(answer)


class TestLists:
    def test_workshops_take_the_same_queries_for_one_and_for_thirty(
        self, enter, bangkok, django_assert_num_queries
    ):
        user = RoleFactory(workshop=bangkok).user
        for more in (0, 29):
            for _each in range(more):
                RoleFactory(user=user)
            client = enter(user)
            with django_assert_num_queries(6):
                client.get(WORKSHOPS)

    @pytest.mark.parametrize(
        ("model", "about"),
        [(Partner, {"part": "partner"}), (Contact, {}), (Resource, {"kind": "report"})],
    )
    def test_parts_take_the_same_queries_for_one_and_for_thirty(
        self, organiser, bangkok, django_assert_num_queries, model, about
    ):
        name = {Partner: "name", Contact: "role", Resource: "title"}[model]
        queries = {Partner: 8, Contact: 7, Resource: 9}[model]
        for number in range(1, 31):
            model.objects.create(workshop=bangkok, **about, **{name: f"Row {number}"})
            if number in (1, 30):
                with django_assert_num_queries(queries):
                    organiser.get(reverse(f"admin:series_{model._meta.model_name}_changelist"))

    def test_access_records_take_the_same_queries_for_one_and_for_thirty(
        self, organiser, bangkok, django_assert_num_queries
    ):
        user = UserFactory()
        for more in (1, 29):
            for _each in range(more):
                AccessRecord.objects.create(workshop=bangkok, user=user, what="Read")
            with django_assert_num_queries(9):
                organiser.get(RECORDS)

    def test_roles_take_the_same_queries_for_one_and_for_thirty(
        self, operator, django_assert_num_queries
    ):
        for more in (1, 29):
            RoleFactory.create_batch(more)
            with django_assert_num_queries(6):
                operator.get(reverse("admin:series_role_changelist"))

    def test_access_record_is_never_changed_not_even_by_an_operator(self, operator, bangkok):
        record = AccessRecord.objects.create(workshop=bangkok, user=None, what="Read")

        for page in ("change", "delete"):
            address = reverse(f"admin:series_accessrecord_{page}", args=[record.pk])
            assert operator.post(address, {"post": "yes"}).status_code == 403

        assert AccessRecord.objects.get() == record
