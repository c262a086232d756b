"""A list is narrowed by what its screen offers and by nothing else: every list and role."""

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from foundation.accounts.tests.factories import UserFactory
from foundation.series.models import Resource
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration.models import Status
from registration.tests.factories import ParticipantFactory
from workshop.tests.admin_walk import screens_of

pytestmark = pytest.mark.django_db

SCREENS = screens_of(admin.site)
PEOPLE = reverse("admin:registration_participant_changelist")


def relations_of(model, depth=2):
    """Every way along relations, there and back, that many steps far."""
    for field in model._meta.get_fields():
        if field.is_relation and field.related_model is not None:
            yield field.name, field.related_model
            if depth > 1:
                for path, found in relations_of(field.related_model, depth - 1):
                    yield f"{field.name}__{path}", found


def lookups_of(model):
    """Questions about the rows themselves, and about all that they relate to."""
    for path, found in [("", model), *relations_of(model)]:
        for field in found._meta.concrete_fields:
            name = f"{path}__{field.name}".removeprefix("__")
            yield from ((name, f"{name}__{kind}") for kind in ("exact", "startswith", "gt", "in"))
            yield name, name
        if path:
            yield from ((path, f"{path}__{kind}") for kind in ("id__exact", "isnull", "in"))


def request_of(duty):
    request = RequestFactory().get("/")
    request.user = RoleFactory(duty=duty).user if duty else UserFactory(is_superuser=True)
    return request


def filtered_by(screen, request) -> set:
    """The relations, fields and questions of its own by which a screen is narrowed."""
    return {
        entry[0] if isinstance(entry, tuple) else getattr(entry, "parameter_name", entry)
        for entry in screen.get_list_filter(request)
    }


@pytest.mark.parametrize("duty", [*Duty, None], ids=lambda duty: duty or "operator")
def test_lookup_that_no_filter_offers_is_refused(duty):
    request, tried = request_of(duty), 0
    for model, screen in SCREENS.items():
        offered = filtered_by(screen, request)
        for path, lookup in lookups_of(model):
            tried += 1
            allowed = screen.lookup_allowed(lookup, "1", request)
            assert not allowed or path.removesuffix("__id") in offered, (model, lookup)
    assert tried > 5_000


@pytest.mark.parametrize("duty", [*Duty, None], ids=lambda duty: duty or "operator")
def test_filter_that_a_screen_offers_is_allowed(duty):
    request = request_of(duty)
    for screen in SCREENS.values():
        for entry in screen.get_list_filter(request):
            if isinstance(entry, type):
                assert screen.lookup_allowed(entry.parameter_name, "1", request)
        if "workshop" in filtered_by(screen, request):
            assert screen.lookup_allowed("workshop__id__exact", "1", request)


@pytest.mark.parametrize(
    "lookup",
    [
        "sensitive_details__dietary__startswith",
        "user__password__startswith",
        "is_protected__exact",
        "session_roles__session__title__startswith",
        "invited_to__isnull",
    ],
)
def test_list_does_not_answer_what_it_was_not_asked_to_offer(enter, lookup):
    client = enter(RoleFactory(duty=Duty.DESK).user)

    assert client.get(PEOPLE, {lookup: "N"}).status_code == 400


def test_show_all_keeps_the_filters_and_shows_all(enter):
    workshop = WorkshopFactory()
    ParticipantFactory.create_batch(51, workshop=workshop, status=Status.PENDING)
    ParticipantFactory(workshop=workshop)
    client = enter(RoleFactory(workshop=workshop).user)

    page = client.get(PEOPLE, {"status__exact": "pending", "q": "Participant"})
    link = "?status__exact=pending&all="

    assert link.replace("&", "&amp;") in page.content.decode()
    shown = client.get(PEOPLE + link).context["cl"]
    assert len(shown.result_list) == 51


def test_list_that_fits_on_a_page_offers_no_more(enter):
    workshop = WorkshopFactory()
    Resource.objects.create(workshop=workshop, kind="report", title="Report")
    client = enter(RoleFactory(workshop=workshop).user)

    assert (
        "Show all" not in client.get(reverse("admin:series_resource_changelist")).content.decode()
    )
