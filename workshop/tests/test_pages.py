"""The page around every page, and the workshop's own."""

import re

import pytest
from django.urls import reverse

from registration.tests.factories import UserFactory
from workshop.tests.factories import WorkshopFactory

pytestmark = pytest.mark.django_db


def page(client, workshop) -> str:
    response = client.get(workshop.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_page_offers_sign_in_to_a_visitor_and_sign_out_by_post_to_a_user(client):
    workshop = WorkshopFactory()

    visitor = page(client, workshop)
    client.force_login(UserFactory())
    user = page(client, workshop)

    assert reverse("account_login") in visitor
    assert reverse("account_logout") not in visitor
    assert re.search(rf'<form method="post" action="{reverse("account_logout")}">', user)


def test_page_offers_the_admin_to_staff_alone(client):
    workshop = WorkshopFactory()
    link = f'href="{reverse("admin:index")}"'

    client.force_login(UserFactory())
    participant = page(client, workshop)
    client.force_login(UserFactory(is_staff=True))
    staff = page(client, workshop)

    assert link not in participant
    assert link in staff


def test_page_carries_nothing_that_the_policy_forbids(client):
    html = page(client, WorkshopFactory())

    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_page_says_it_is_a_demo_only_in_the_demo(client):
    assert "demo-ribbon" not in page(client, WorkshopFactory())
