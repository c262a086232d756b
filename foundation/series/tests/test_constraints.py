"""Each constraint of the workshop and of what belongs to it, broken."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError

from foundation.series.models import Contact, Partner, Resource, Role
from foundation.series.tests.factories import RoleFactory, TextVersionFactory, WorkshopFactory

pytestmark = pytest.mark.django_db


def change(**values):
    """Make a workshop, and write `values` past every form."""
    workshop = WorkshopFactory()
    type(workshop).objects.filter(pk=workshop.pk).update(
        **{name: value(workshop) if callable(value) else value for name, value in values.items()}
    )


def twice(model, **values):
    workshop = WorkshopFactory()
    for _time in range(2):
        model.objects.create(workshop=workshop, **values)


def role_twice():
    role = RoleFactory()
    Role.objects.create(workshop=role.workshop, user=role.user, duty="desk")


def text_version_twice():
    version = TextVersionFactory()
    TextVersionFactory(workshop=version.workshop, text=version.text)


BREAKS = {
    "workshop_ends_after_starts": lambda: change(
        ends_on=lambda workshop: workshop.starts_on - timedelta(days=1)
    ),
    "workshop_lasts_a_month_at_most": lambda: change(
        ends_on=lambda workshop: workshop.starts_on + timedelta(days=31)
    ),
    "workshop_dates_in_bounds": lambda: change(registration_opens_at="0001-01-01T00:00Z"),
    "workshop_registration_closes_after_opens": lambda: change(
        registration_closes_at=lambda workshop: workshop.registration_opens_at
    ),
    "workshop_seats_positive": lambda: change(seats=0),
    "workshop_slug_not_reserved": lambda: change(slug="admin"),
    "role_once_per_workshop_and_user": role_twice,
    "partner_once_per_workshop_and_part": lambda: twice(Partner, part="partner", name="UNODC"),
    "contact_once_per_workshop_and_role": lambda: twice(Contact, role="Travel"),
    "contact_email_spelt": lambda: twice(Contact, role="Travel", email="Name@example.org"),
    "text_version_once": text_version_twice,
    "resource_once_per_workshop": lambda: twice(Resource, kind="report", title="Cambodia"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_database_refuses(name):
    with pytest.raises(IntegrityError, match=name):
        BREAKS[name]()


def test_every_constraint_is_broken_here():
    named = {
        constraint.name
        for model in apps.get_app_config("series").get_models()
        for constraint in model._meta.constraints
    }

    assert named == set(BREAKS)


def test_two_workshops_never_share_a_short_name():
    with pytest.raises(IntegrityError, match="series_workshop_slug"):
        WorkshopFactory.create_batch(2, slug="bangkok")


def test_workshop_of_one_day_with_places_for_one_is_allowed():
    workshop = WorkshopFactory(seats=1)
    workshop.ends_on = workshop.starts_on

    workshop.save()

    workshop.refresh_from_db()
    assert workshop.dates == [workshop.starts_on]
