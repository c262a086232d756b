"""The ribbon says on every page that this is a demo; the site itself has none."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from foundation.accounts.tests.factories import UserFactory
from foundation.series.tests.factories import WorkshopFactory

pytestmark = pytest.mark.django_db

RIBBON = 'class="demo-ribbon"'


def start_pages(client, enter) -> list[str]:
    """A workshop's page, and the admin's start."""
    workshop = client.get(f"/{WorkshopFactory().slug}/")
    admin = enter(UserFactory(is_staff=True, is_superuser=True)).get(reverse("admin:index"))
    return [response.content.decode() for response in (workshop, admin)]


def test_ribbon_leads_to_the_mailbox_from_every_page(client, enter, demo):
    pages = [*start_pages(client, enter), render_to_string("500.html")]

    for html in pages:
        assert html.count(RIBBON) == 1
        assert 'href="/demo/mailbox/"' in html


def test_site_has_no_ribbon(client, enter):
    assert not [html for html in start_pages(client, enter) if RIBBON in html]
