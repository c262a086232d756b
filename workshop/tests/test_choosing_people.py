"""People are chosen by typing, wherever a right is given: told apart, and only those who come."""

import pytest
from django.contrib import admin
from django.db.models import ForeignKey, ManyToManyField
from django.urls import reverse

from agenda.tests.factories import SessionFactory
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration.models import Participant, Status
from registration.tests.factories import OrganisationFactory, ParticipantFactory
from workshop.tests.admin_walk import screens_of

pytestmark = pytest.mark.django_db

# Wherever a right is given to somebody.
WHERE = [
    ("agenda", "session", "invitees"),
    ("agenda", "sessionrole", "participant"),
    ("worldcafe", "reservation", "host"),
]
SHOWN_ONLY = ("agenda", "signup", "participant")


@pytest.fixture
def workshop():
    return WorkshopFactory()


@pytest.fixture
def programme(enter, workshop):
    return enter(RoleFactory(workshop=workshop, duty=Duty.PROGRAMME).user)


def found(client, where, **asked) -> list[str]:
    app, model, field = where
    source = {"app_label": app, "model_name": model, "field_name": field}
    answer = client.get(reverse("admin:autocomplete"), source | asked)
    return [row["text"] for row in answer.json()["results"]]


@pytest.mark.parametrize("where", WHERE, ids="-".join)
def test_two_of_one_name_are_told_apart(programme, workshop, where):
    name = "Nguyễn Văn An"
    organisation = OrganisationFactory(workshop=workshop, name="Trẻ Em House")
    ParticipantFactory(workshop=workshop, badge_name=name, organisation=organisation, country="VN")
    ParticipantFactory(workshop=workshop, badge_name=name, other_organisation="Other", country="TH")

    labels = found(programme, where, term="Văn An")

    assert sorted(labels) == [f"{name} (Other, Thailand)", f"{name} (Trẻ Em House, Viet Nam)"]


@pytest.mark.parametrize("where", WHERE, ids="-".join)
def test_only_those_who_are_coming_are_offered_and_all_on_request(programme, workshop, where):
    for status in Status:
        ParticipantFactory(workshop=workshop, badge_name=f"Ada {status}", status=status)

    offered = found(programme, where, term="Ada")
    everybody = found(programme, where, term="*Ada")

    assert [label.split(" (")[0] for label in offered] == ["Ada confirmed"]
    assert len(everybody) == len(Status)


@pytest.mark.parametrize("where", WHERE, ids="-".join)
def test_protected_participant_is_found_by_those_who_may_know_them_under_the_alias(
    enter, workshop, where
):
    ParticipantFactory(
        workshop=workshop,
        badge_name="Secret-name",
        other_organisation="Secret-house",
        is_protected=True,
        alias="Alias 7",
    )
    organiser = RoleFactory(workshop=workshop, duty=Duty.ORGANISER).user
    programme = RoleFactory(workshop=workshop, duty=Duty.PROGRAMME).user

    assert found(enter(organiser), where) == ["Alias 7"]
    assert found(enter(programme), where) == []


def test_every_choice_of_a_participant_is_made_by_typing():
    is_typed = {
        (model._meta.app_label, model._meta.model_name, field.name): field.name
        in source.autocomplete_fields
        for screen in screens_of(admin.site).values()
        for source in (screen, *screen.get_inline_instances(None))
        for model in [source.model]
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if isinstance(field, ForeignKey | ManyToManyField)
        and field.related_model is Participant
        and field.editable
        and getattr(source, "parent_model", None) is not Participant
    }

    assert is_typed == dict.fromkeys(WHERE, True) | {SHOWN_ONLY: False}


def test_session_form_holds_nobody_who_is_not_chosen(programme, workshop):
    people = ParticipantFactory.create_batch(30, workshop=workshop)
    session = SessionFactory(workshop=workshop, invites=[people[0]])
    session.roles.create(participant=people[1], role="speaker")

    page = programme.get(reverse("admin:agenda_session_change", args=[session.pk]))

    shown = {person for person in people if f'<option value="{person.pk}"' in page.content.decode()}
    assert shown == set(people[:2])
    assert people[0].choice_label in page.content.decode()
    assert "begin with * to find everybody" in page.content.decode()


@pytest.mark.parametrize("count", [1, 15])
def test_looking_up_takes_the_same_queries_for_few_and_many(
    programme, workshop, count, django_assert_num_queries
):
    for _n in range(count):
        organisation = OrganisationFactory(workshop=workshop)
        ParticipantFactory(workshop=workshop, organisation=organisation)

    with django_assert_num_queries(8):
        assert len(found(programme, WHERE[0], workshop=workshop.pk)) == count
