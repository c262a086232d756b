"""Signing in keeps its thread: back to the page one came from, under its workshop's name."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.accounts.tests.signing_in import (
    CONFIRM,
    ask_for_code,
    code_of,
    give_app,
    mailed_code,
)
from foundation.series.tests.factories import WorkshopFactory

pytestmark = pytest.mark.django_db

LOGIN, SECOND = "/accounts/login/", "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _as_the_site_has_it(settings, db):
    settings.EMAIL_BACKEND = "foundation.mail.backend.EmailBackend"
    cache.clear()


@pytest.fixture
def workshop():
    return WorkshopFactory(title="Bangkok workshop")


def sign_in_link(html) -> str:
    return re.search(rf'href="({LOGIN}[^"]*)"', html)[1]


def is_under(workshop, html) -> bool:
    """Whether the head bears the workshop's name, and its ways on."""
    brand = re.search(r'<a class="brand" href="([^"]*)">', html)[1]
    agenda = reverse("agenda:agenda", args=[workshop.slug])
    return brand == workshop.get_absolute_url() and f'href="{agenda}"' in html


def test_sign_in_leads_back_to_the_page_with_what_it_was_asked(client, workshop):
    session = SessionFactory(workshop=workshop)
    agenda = reverse("agenda:agenda", args=[workshop.slug])
    day = f"{agenda}?day={session.starts_at.date()}"

    link = sign_in_link(client.get(day).content.decode())

    html = client.get(link).content.decode()
    assert f'name="next" value="{day}"' in html


def test_every_step_is_under_the_workshop_one_came_from(client, workshop):
    user, came_from = UserFactory(), workshop.get_absolute_url()
    secret = give_app(user)

    pages = [client.get(LOGIN, {"next": came_from})]
    pages.append(ask_for_code(client, user.email, next=came_from))
    pages.append(client.post(CONFIRM, {"action": "resend"}, follow=True))
    pages.append(client.post(CONFIRM, {"code": mailed_code()}, follow=True))
    done = client.post(SECOND, {"code": code_of(secret)})

    assert [is_under(workshop, page.content.decode()) for page in pages] == [True] * 4
    assert done.url == came_from


@pytest.mark.parametrize("came_from", ["/", "/admin/", "/nowhere/else/", "//evil.example/", ""])
def test_sign_in_from_no_workshop_is_the_sites_own(client, workshop, came_from):
    html = client.get(LOGIN, {"next": came_from}).content.decode()

    assert not is_under(workshop, html)
    assert workshop.title not in html


def test_sign_in_names_no_workshop_that_is_not_published(client):
    hidden = WorkshopFactory(title="Not-yet", is_published=False)

    html = client.get(LOGIN, {"next": hidden.get_absolute_url()}).content.decode()

    assert "Not-yet" not in html


def test_sign_in_from_a_page_with_a_secret_in_its_address_leads_to_ones_own(client, workshop):
    page = client.get(reverse("registration:verify", args=[workshop.slug, "secret"]))

    link = sign_in_link(page.content.decode())

    assert link == f"{LOGIN}?next={reverse('workshop:me', args=[workshop.slug])}"
