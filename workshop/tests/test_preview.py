"""An unpublished workshop is looked at by its staff alone, under a ribbon that says so."""

import pytest
from django.test import Client
from django.urls import reverse

from foundation.accounts.tests.factories import UserFactory
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration.tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db

RIBBON = "Preview: this workshop isn’t published"


@pytest.fixture
def coming():
    return WorkshopFactory(slug="coming", title="Coming-title", is_published=False)


@pytest.mark.parametrize("duty", Duty)
def test_staff_of_the_workshop_see_its_pages_under_a_ribbon(enter, coming, duty):
    client = enter(RoleFactory(workshop=coming, duty=duty).user)

    for name in ("workshop:home", "agenda:agenda"):
        page = client.get(reverse(name, args=[coming.slug])).content.decode()
        assert "Coming-title" in page
        assert RIBBON in page


def test_operator_sees_it(enter, coming):
    client = enter(UserFactory(is_staff=True, is_superuser=True))

    assert client.get(coming.get_absolute_url()).status_code == 200


def others():
    yield "nobody", lambda coming: None
    yield "participant", lambda coming: ParticipantFactory(workshop=coming).user
    yield "staff of another", lambda coming: RoleFactory().user
    yield "staff without a role", lambda coming: UserFactory(is_staff=True)
    yield "former organiser", lambda coming: RoleFactory(workshop=coming, user__is_staff=False).user


@pytest.mark.parametrize("who", [made for _name, made in others()], ids=[n for n, _m in others()])
def test_all_others_find_nothing(client, enter, coming, who):
    if user := who(coming):
        enter(user)

    assert client.get(coming.get_absolute_url()).status_code == 404
    assert client.get(reverse("agenda:agenda", args=[coming.slug])).status_code == 404


def test_staff_without_a_second_factor_find_nothing(coming):
    client = Client()
    client.force_login(RoleFactory(workshop=coming).user)

    assert client.get(coming.get_absolute_url()).status_code == 404


def test_preview_is_looked_at_and_takes_no_form(enter, coming):
    client = enter(RoleFactory(workshop=coming).user)
    register = reverse("registration:register", args=[coming.slug])

    assert client.get(register).status_code == 200
    assert client.post(register, {}).status_code == 404


def test_published_workshop_has_no_ribbon_and_the_list_names_no_preview(enter, coming):
    shown = WorkshopFactory()
    client = enter(RoleFactory(workshop=coming).user)

    assert RIBBON not in client.get(shown.get_absolute_url()).content.decode()
    assert "Coming-title" not in client.get(reverse("home"), follow=True).content.decode()
