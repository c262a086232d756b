"""No old page undoes work: every organisers' form, opened before somebody else changed the row."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django_countries.fields import CountryField

from agenda.models import Session
from agenda.tests.factories import SessionFactory
from foundation.accounts.models import User
from foundation.accounts.tests.factories import UserFactory
from foundation.core.sent import untouched
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration.models import Invitation
from registration.tests.factories import (
    AffiliationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from workshop.tests.admin_walk import screens_of, undone
from workshop.tests.filled import filled, zone_of
from workshop.tests.worlds import build

pytestmark = pytest.mark.django_db

# Of two texts that can't be alike at once, and of what only makes sense together.
LEFT_ALONE = {"slug", "timezone", "starts_on", "ends_on", "on", "email", "alias", "is_protected"}
READ_ONLY = {"series.accessrecord", "mail.message", "agenda.signup"}


@pytest.fixture
def operator(enter):
    return enter(UserFactory(is_staff=True, is_superuser=True))


def address(row) -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def another(field, value, text):
    """A value of a model's field that is not `value`; None where this test makes none."""
    if field.name in LEFT_ALONE or field.is_relation:
        return None
    if field.choices and not isinstance(field, CountryField):
        others = [key for key, _label in field.flatchoices if key not in (value, "")]
        return others[0 if text == "mine" else -1]
    made = {
        CountryField: lambda: {"KE": "TH"}.get(str(value), "KE"),
        models.BooleanField: lambda: not value,
        models.URLField: lambda: f"https://example.org/{text}",
        models.CharField: lambda: f"Changed {text}",
        models.TextField: lambda: f"Changed {text}\nin two lines",
        models.IntegerField: lambda: (value or 1) + len(text),
        models.DateTimeField: lambda: to_the_minute(value) + timedelta(minutes=len(text)),
    }
    make = next((make for kind, make in made.items() if isinstance(field, kind)), None)
    return make() if make else None


def to_the_minute(at):
    return at.replace(second=0, microsecond=0)


def alterable(page, row) -> list:
    """The fields of a page that this test can change, here and elsewhere."""
    fields = {each.name: each for each in row._meta.fields}
    names = [name for name in page.context["adminform"].form.fields if name in fields]
    return [fields[n] for n in names if another(fields[n], getattr(row, n), "x") is not None]


def change_elsewhere(row, field, value):
    fresh = type(row)._base_manager.get(pk=row.pk)
    setattr(fresh, field.name, value)
    fresh.save()


def posted(page, name, value) -> dict:
    """What the page sends once `value` was typed into a field."""
    return filled(page) | sent(page, name, value)


def sent(page, name, value) -> dict:
    context = page.context
    screen, field = context["adminform"].model_admin, context["adminform"].form.fields[name]
    with timezone.override(zone_of(screen, page.wsgi_request, context["original"])):
        texts = untouched(field, name, value)
    return {key: each[0] if each else "" for key, each in texts.items()}


def same(field, row, value) -> bool:
    now = getattr(type(row)._base_manager.get(pk=row.pk), field.name)
    if isinstance(now, datetime | date):
        return now == value
    return str(now) == str(value)


def forms_of_all(operator):
    """Every organisers' form with a row of its own; what is done with it is undone."""
    build(is_published=True)
    for model, _screen in screens_of(admin.site).items():
        if model._meta.label_lower in READ_ONLY:
            continue
        rows = model._base_manager.all()
        if model is User:
            rows = rows.exclude(pk=operator.session["_auth_user_id"])
        row = (rows.filter(used_at=None) if model is Invitation else rows).first()
        with undone():
            yield row, operator.get(address(row))


def test_form_saves_what_its_reader_changed_and_keeps_what_others_did(operator):
    broken, tried = {}, []

    for row, page in forms_of_all(operator):
        fields = alterable(page, row)
        if len(fields) < 2:
            continue
        mine, theirs = fields[0], fields[-1]
        typed = another(mine, getattr(row, mine.name), "mine")
        elsewhere = another(theirs, getattr(row, theirs.name), "theirs")
        form = type(page.context["adminform"].form)
        change_elsewhere(row, theirs, elsewhere)
        answer = operator.post(address(row), posted(page, mine.name, typed))
        if theirs.name in form.decided_together:
            assert answer.status_code == 200, row
            continue
        tried.append(row._meta.label)
        if answer.status_code != 302:
            broken[row._meta.label] = answer.context["errors"]
        elif not same(mine, row, typed) or not same(theirs, row, elsewhere):
            broken[row._meta.label] = (mine.name, theirs.name)

    assert broken == {}
    assert len(tried) > 12


def test_field_that_two_people_changed_asks_for_a_second_press(operator):
    broken, tried = {}, []

    for row, page in forms_of_all(operator):
        for field in alterable(page, row)[:1]:
            tried.append(row._meta.label)
            typed = another(field, getattr(row, field.name), "mine")
            elsewhere = another(field, getattr(row, field.name), "theirs")
            if typed == elsewhere:
                broken[row._meta.label] = f"{field.name} has only two values"
                continue
            change_elsewhere(row, field, elsewhere)
            first = operator.post(address(row), posted(page, field.name, typed))
            text = first.content.decode()
            is_kept = same(field, row, elsewhere)
            told = "It says now" in text and str(elsewhere).split("\n")[0] in text
            if first.status_code != 200 or not (is_kept and told and str(typed) in text):
                broken[row._meta.label] = (field.name, first.status_code, is_kept, told)
                continue
            second = operator.post(address(row), filled(first))
            if second.status_code != 302 or not same(field, row, typed):
                broken[row._meta.label] = (field.name, second.context["errors"])

    assert broken == {}
    assert len(tried) > 12


class TestAccessOfASession:
    """Who is admitted is one decision: once somebody else changed it, a second press decides."""

    @pytest.fixture
    def session(self):
        return SessionFactory(access="open", listing="locked")

    @pytest.fixture
    def organiser(self, enter, session):
        return enter(RoleFactory(workshop=session.workshop).user)

    def restrict(self, session):
        fresh = Session.objects.get(pk=session.pk)
        fresh.access = "restricted"
        fresh.save()

    def test_old_page_that_corrects_the_title_asks_before_it_saves(self, organiser, session):
        page = organiser.get(address(session))
        self.restrict(session)

        answer = organiser.post(address(session), posted(page, "title", "Corrected"))

        assert answer.context["adminform"].form.errors["access"]
        assert 'value="Corrected"' in answer.content.decode()
        session.refresh_from_db()
        assert (session.access, session.title != "Corrected") == ("restricted", True)

    def test_second_press_saves_the_title_and_leaves_the_session_restricted(
        self, organiser, session
    ):
        page = organiser.get(address(session))
        self.restrict(session)
        answer = organiser.post(address(session), posted(page, "title", "Corrected"))

        organiser.post(address(session), filled(answer))

        session.refresh_from_db()
        assert (session.access, session.title) == ("restricted", "Corrected")

    def test_invitee_added_meanwhile_asks_and_stays(self, organiser, session):
        first, second = (ParticipantFactory(workshop=session.workshop) for _n in range(2))
        page = organiser.get(address(session))
        session.invitees.add(first)
        typed = filled(page) | {"invitees": [second.pk]}

        answer = organiser.post(address(session), typed)
        organiser.post(address(session), filled(answer) | {"invitees": [first.pk, second.pk]})

        assert first.badge_name in answer.context["adminform"].form.errors["invitees"][0]
        assert set(session.invitees.all()) == {first, second}

    def test_who_changed_it_and_when_stands_beside_the_field(self, organiser, session):
        page = organiser.get(address(session))
        self.restrict(session)
        colleague = RoleFactory(workshop=session.workshop).user
        session.history.filter(pk=session.history.first().pk).update(history_user=colleague)

        answer = organiser.post(address(session), posted(page, "title", "Corrected"))

        [sentence] = answer.context["adminform"].form.errors["access"]
        day = session.history.first().history_date.astimezone(session.workshop.zone)
        assert f"by {colleague}, {date_format(day, 'D j M Y')}" in sentence


def test_choice_of_several_is_merged_one_by_one(operator):
    organisation = OrganisationFactory()
    kept, taken, theirs, mine = (
        AffiliationFactory(workshop=organisation.workshop) for _n in range(4)
    )
    organisation.affiliations.set([kept, taken])
    page = operator.get(address(organisation))
    organisation.affiliations.set([kept, taken, theirs])

    operator.post(address(organisation), filled(page) | {"affiliations": [kept.pk, mine.pk]})

    assert set(organisation.affiliations.all()) == {kept, theirs, mine}


@pytest.mark.parametrize(
    "forged", ["", "{", "[]", '{"affiliations": [[1]], "name": 5}', "[" * 5000]
)
def test_forged_account_of_what_was_shown_decides_nothing_but_what_is_saved(operator, forged):
    organisation = OrganisationFactory()
    page = operator.get(address(organisation))

    operator.post(address(organisation), filled(page) | {"opened_with": forged, "name": "Typed"})

    organisation.refresh_from_db()
    assert organisation.name == "Typed"


def test_line_ends_of_a_browser_change_nothing(operator):
    workshop = WorkshopFactory(about="One\nTwo")
    page = operator.get(address(workshop))

    typed = {"about": "One\r\nTwo", "summary": "Three\r\nFour"}
    operator.post(address(workshop), filled(page) | typed)

    workshop.refresh_from_db()
    assert (workshop.about, workshop.summary) == ("One\nTwo", "Three\nFour")
