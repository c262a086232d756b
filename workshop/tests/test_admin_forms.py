"""What stands in a workshop already is refused beside its field, on every form alike."""

import pytest
from django.urls import reverse

from agenda.admin import RoomAdmin
from agenda.models import Day, Session, Track
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.backoffice.forms import ScopedForm
from foundation.core.refusals import Refused
from foundation.series.models import Contact
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration.tests.factories import AffiliationFactory, OrganisationFactory
from workshop.tests.filled import filled
from worldcafe.tests.factories import CafeFactory, TableFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bangkok():
    return WorkshopFactory()


@pytest.fixture
def organiser(enter, bangkok):
    return enter(RoleFactory(workshop=bangkok).user)


def two_days(workshop):
    return [Day.objects.create(workshop=workshop, on=on, title="Day") for on in workshop.dates[:2]]


def two_tracks(workshop):
    return [Track.objects.create(workshop=workshop, name=name) for name in ("One", "Two")]


def two_tables(workshop):
    cafe = CafeFactory(session__workshop=workshop)
    return [TableFactory(cafe=cafe) for _n in range(2)]


def two(factory):
    return lambda workshop: [factory(workshop=workshop) for _n in range(2)]


def address(row, page, *key) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=key)


def errors_of(response) -> dict:
    assert response.status_code == 200
    return response.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("make", "field", "sentence"),
    [
        (two_days, "on", "Another day has the same date already."),
        (two(RoomFactory), "name", "Another room has the same name already."),
        (two_tracks, "name", "Another track has the same name already."),
        (
            two(SessionFactory),
            "slug",
            "Another session has the same short name in addresses already.",
        ),
        (
            two(AffiliationFactory),
            "slug",
            "Another affiliation has the same short name already.",
        ),
        (
            two(OrganisationFactory),
            "name",
            "Another organisation has the same name and country already.",
        ),
        (two_tables, "number", "Another table has the same number already."),
    ],
)
def test_what_exists_already_is_refused_beside_its_field(organiser, bangkok, make, field, sentence):
    first, second = make(bangkok)
    before = getattr(second, field)
    page = filled(organiser.get(address(second, "change", second.pk)))

    changed = organiser.post(
        address(second, "change", second.pk), page | {field: getattr(first, field)}
    )

    assert errors_of(changed) == {field: [sentence]}
    second.refresh_from_db()
    assert getattr(second, field) == before


@pytest.mark.parametrize("factory", [RoomFactory, AffiliationFactory, OrganisationFactory])
def test_new_row_that_exists_already_is_refused_and_stays_typed(organiser, bangkok, factory):
    row = factory(workshop=bangkok)
    page = filled(organiser.get(address(row, "change", row.pk)))

    added = organiser.post(address(row, "add"), page | {"workshop": bangkok.pk})

    assert len(errors_of(added)) == 1
    assert row.name in added.content.decode()
    assert type(row).objects.count() == 1


def test_two_tables_of_one_number_are_refused_on_the_cafes_page(organiser, bangkok):
    first, second = two_tables(bangkok)
    cafe = address(first.cafe, "change", first.cafe.pk)

    answer = organiser.post(cafe, filled(organiser.get(cafe)) | {"tables-1-number": first.number})

    [tables] = answer.context["inline_admin_formsets"]
    assert "number" in tables.non_form_errors()[0]
    second.refresh_from_db()
    assert second.number != first.number


def test_double_room_found_by_the_database_first_gets_the_same_sentence(
    organiser, bangkok, monkeypatch
):
    first, second = two(RoomFactory)(bangkok)
    checks = []
    for_real = ScopedForm.validate_unique

    def blind_at_first(self):
        checks.append(self)
        if len(checks) > 1:
            for_real(self)

    monkeypatch.setattr(ScopedForm, "validate_unique", blind_at_first)

    page = filled(organiser.get(address(second, "change", second.pk)))
    answer = organiser.post(address(second, "change", second.pk), page | {"name": first.name})

    assert len(checks) == 2
    assert errors_of(answer) == {"name": ["Another room has the same name already."]}


def test_row_deleted_in_the_meantime_is_said_on_the_form(organiser, bangkok, monkeypatch):
    room = RoomFactory(workshop=bangkok)
    page = filled(organiser.get(address(room, "change", room.pk)))
    for_real = ScopedForm.lock_row

    def deleted_just_before(self):
        type(room).objects.all().delete()
        for_real(self)

    monkeypatch.setattr(ScopedForm, "lock_row", deleted_just_before)

    answer = organiser.post(address(room, "change", room.pk), page | {"name": "Typed"})

    assert errors_of(answer) == {"__all__": ["This was deleted in the meantime."]}
    assert 'value="Typed"' in answer.content.decode()
    assert not type(room).objects.exists()


def test_refusal_is_said_to_whom_it_was_made_alone(organiser, bangkok, monkeypatch):
    room = RoomFactory(workshop=bangkok)
    change = address(room, "change", room.pk)
    page = filled(organiser.get(change))

    def refuse(*args, **kwargs):
        raise Refused("no", "Not this time.")

    with monkeypatch.context() as refusing:
        refusing.setattr(RoomAdmin, "save_model", refuse)
        refused = organiser.post(change, page | {"name": "Typed"})
    saved = organiser.post(change, page | {"name": "Typed"})

    assert errors_of(refused) == {"__all__": ["Not this time."]}
    assert 'value="Typed"' in refused.content.decode()
    assert saved.status_code == 302


def test_times_of_a_new_session_are_read_by_the_workshops_clock(organiser, bangkok):
    session = SessionFactory(workshop=bangkok)
    page = filled(organiser.get(address(session, "change", session.pk)))

    organiser.post(address(session, "add"), page | {"workshop": bangkok.pk, "slug": "another"})

    assert Session.objects.get(slug="another").starts_at == session.starts_at


def test_superuser_is_asked_for_the_workshop_of_a_new_cafe(enter, bangkok):
    WorkshopFactory()
    operator = enter(UserFactory(is_staff=True, is_superuser=True))

    page = operator.get(reverse("admin:worldcafe_cafe_add")).content.decode()

    assert f'href="?workshop={bangkok.pk}"' in page


@pytest.mark.parametrize(
    "typed",
    ["Mai@Example.org", "mai@exam\u200bple.org", "\ufeffmai@example.org\u00ad", "ｍai@example.org"],
)
def test_address_has_its_one_spelling_on_operators_and_organisers_forms(enter, bangkok, typed):
    operator = enter(UserFactory(is_staff=True, is_superuser=True))
    user, contact = (
        UserFactory(),
        Contact.objects.create(workshop=bangkok, role="R", email="a@b.org"),
    )

    for row in (user, contact):
        page = operator.get(address(row, "change", row.pk))
        operator.post(address(row, "change", row.pk), filled(page) | {"email": typed})
        row.refresh_from_db()

    assert [user.email, contact.email] == ["mai@example.org"] * 2
