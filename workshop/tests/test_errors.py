"""What a person sees when something is wrong: in our look, telling nothing, with a way on."""

import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import QueryDict
from django.test import Client
from django.urls import path, reverse
from django.views.defaults import server_error

from foundation.accounts.tests.factories import UserFactory
from foundation.series.tests.factories import WorkshopFactory
from workshop import urls as site

pytestmark = pytest.mark.django_db

FORBIDDEN = r"<style|\sstyle=|<script|\son[a-z]+="


def raising(error):
    @login_not_required
    def view(request):
        raise error

    return view


urlpatterns = [
    path("breaks", raising(RuntimeError("secret-detail"))),
    path("refuses", raising(PermissionDenied("secret-detail"))),
    path("suspects", raising(SuspiciousOperation("secret-detail"))),
    *site.urlpatterns,
]


@pytest.fixture
def broken_site(settings):
    settings.ROOT_URLCONF = __name__


def html_of(response, status) -> str:
    assert response.status_code == status
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert "css/site" in html
    assert f'href="{reverse("home")}"' in html
    assert not re.search(FORBIDDEN, html)
    assert "secret-detail" not in html
    return html


def as_whom(client, who):
    if who != "nobody":
        client.force_login(UserFactory(is_staff=who == "staff"))


@pytest.mark.usefixtures("broken_site")
@pytest.mark.parametrize("who", ["nobody", "somebody", "staff"])
class TestErrors:
    @pytest.mark.parametrize(
        ("address", "status"), [("/breaks", 500), ("/refuses", 403), ("/suspects", 400)]
    )
    def test_is_told_in_our_look_without_its_detail(self, client, who, address, status):
        client.raise_request_exception = False
        as_whom(client, who)

        html_of(client.get(address), status)

    def test_break_is_told_without_the_database(self, who, django_assert_num_queries, rf):
        with django_assert_num_queries(0):
            html_of(server_error(rf.get("/")), 500)

    def test_form_that_was_open_too_long_is_to_be_sent_again(self, who):
        client = Client(enforce_csrf_checks=True)
        as_whom(client, who)

        html = html_of(client.post("/accounts/logout/", {"csrfmiddlewaretoken": "old"}), 403)

        assert "reload" in html

    def test_too_many_tries_are_told_to_wait(self, client, who, settings):
        settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
        cache.clear()
        as_whom(client, who)

        answers = [client.post("/accounts/login/", {"login": "x", "password": "y"}) for _ in "12"]

        assert answers[0].status_code != 429
        assert "wait" in html_of(answers[1], 429)


def page_of(client, address) -> str:
    """The page without what differs at each request or repeats the address that was asked for."""
    html = html_of(client.get(address), 404)
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
    return html.replace(address, "ADDRESS")


@pytest.mark.parametrize("who", ["nobody", "somebody", "staff"])
def test_what_does_not_exist_and_what_is_not_shown_look_the_same(client, who):
    shown = WorkshopFactory(slug="shown")
    hidden = WorkshopFactory(slug="hidden", is_published=False, title="Secret-title")
    as_whom(client, who)

    pages = {
        page_of(client, address)
        for address in [
            "/nowhere/",
            "/nowhere/agenda/",
            hidden.get_absolute_url(),
            "/hidden/agenda/",
            f"{shown.get_absolute_url()}agenda/nothing/",
            f"{shown.get_absolute_url()}nothing/at/all/",
        ]
    }

    assert len(pages) == 1
    assert "Secret-title" not in pages.pop()


def test_what_is_not_found_offers_a_visitor_to_sign_in_and_come_back(client):
    html = html_of(client.get("/nowhere/"), 404)

    assert f'href="{reverse("account_login")}?next=/nowhere/"' in html


@pytest.mark.parametrize("who", ["somebody", "staff"])
def test_address_that_takes_forms_only_leads_back(client, who):
    workshop = WorkshopFactory()
    as_whom(client, who)

    response = client.get(reverse("agenda:sign_up", args=[workshop.slug, "any"]))

    html = html_of(response, 405)
    assert response["Allow"] == "POST"
    assert f'href="{workshop.get_absolute_url()}"' in html
    assert f'href="{reverse("workshop:me", args=[workshop.slug])}"' in html


def test_page_that_takes_no_form_leads_back_also_outside_a_workshop(client):
    html_of(client.post("/healthz"), 405)


class TestFormAfterTheSessionsEnd:
    """Signing in leads back to the page with the form, and to nothing that isn't ours."""

    def next_of(self, client, workshop, before=None) -> str:
        headers = {"Referer": before} if before else None
        path = reverse("agenda:sign_up", args=[workshop.slug, "opening"])

        response = client.post(path, headers=headers)

        address, _mark, query = response.url.partition("?")
        assert (response.status_code, address) == (302, reverse("account_login"))
        return QueryDict(query)["next"]

    @pytest.fixture
    def workshop(self):
        return WorkshopFactory()

    def test_leads_back_to_the_page_with_the_form(self, client, workshop):
        page = f"{workshop.get_absolute_url()}agenda/opening/?day=2&x=ខ្មែរ"

        assert self.next_of(client, workshop, f"http://testserver{page}#signup") == page

    @pytest.mark.parametrize(
        "before",
        [
            None,
            "nonsense",
            "http://elsewhere.example/bangkok/",
            "http://testserver.elsewhere.example/",
            "http://testserver@elsewhere.example/",
            "http://testserver//elsewhere.example/",
            "http://testserver/\\elsewhere.example/",
            "http://testserver///elsewhere.example",
            "http://testserver",
            "javascript:alert(1)",
            "http://[",
        ],
    )
    def test_leads_to_the_workshop_where_the_page_is_not_known(self, client, workshop, before):
        assert self.next_of(client, workshop, before) == workshop.get_absolute_url()

    def test_leads_home_where_there_is_no_workshop(self, client):
        response = client.post(reverse("mfa_index"))

        assert QueryDict(response.url.partition("?")[2])["next"] == reverse("home")

    def test_page_to_be_read_leads_back_to_itself(self, client, workshop):
        page = reverse("workshop:me", args=[workshop.slug])

        assert client.get(page).url == f"{reverse('account_login')}?next={page}"


@pytest.mark.parametrize("path", ['/"><script>alert(1)</script>/', "/ខ្មែរ/"])
def test_what_is_not_found_repeats_no_address_as_markup(client, path):
    html = html_of(client.get(path), 404)

    assert "<script" not in html
