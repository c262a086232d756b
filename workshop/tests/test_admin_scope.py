"""Staff see, choose and change only what is of their workshop: every screen, every role.

A new screen is covered by being registered; `worlds.build` makes the row to try it on.
"""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.forms import ModelChoiceField
from django.test import RequestFactory
from django.urls import path, reverse

from agenda.models import Room, Session
from foundation.accounts.models import User
from foundation.accounts.tests.factories import UserFactory
from foundation.backoffice.scope import OperatorsOnly
from foundation.backoffice.scoped import ScopedAdmin
from foundation.series.roles import RIGHTS, Area, Duty
from foundation.series.tests.factories import RoleFactory
from workshop import urls
from workshop.admin_site import WorkshopAdminSite
from workshop.tests.admin_walk import Walk, screens_of, undone
from workshop.tests.worlds import Worlds

pytestmark = pytest.mark.django_db

# What staff may not do although their role brings the area: it is the operators'.
# An affiliation that a session admits is not the desk's to delete.
ORGANISERS_ALONE = {(Duty.DESK, "registration.affiliation", "delete")}
OPERATORS_ALONE = {("series.workshop", "add"), ("series.workshop", "delete")}


@pytest.fixture
def worlds():
    return Worlds()


@pytest.fixture
def walk_as(enter, worlds):
    """The walk of somebody with a duty at one's own workshop."""

    def walk_as(duty, site=admin.site):
        return Walk(enter(RoleFactory(workshop=worlds.own, duty=duty).user), site, worlds)

    return walk_as


@pytest.mark.parametrize("duty", Duty)
def test_staff_see_and_change_nothing_of_another_workshop(walk_as, duty):
    walk_as(duty).all()


leaky = WorkshopAdminSite(name="leaky")


@admin.register(Room, site=leaky)
class Unscoped(ScopedAdmin):
    """What a screen looks like that forgot everything."""

    area = Area.PROGRAMME
    search_fields = ["name"]
    actions = ["rename"]

    def scope(self, queryset, user, right):
        return queryset

    def rename(self, request, queryset):
        queryset.update(name="Renamed")

    def has_change_permission(self, request, obj=None):
        return True

    has_view_permission = has_delete_permission = has_change_permission


urlpatterns = [path("leaky/", leaky.urls), *urls.urlpatterns]


@pytest.mark.parametrize("part", ["lists", "pages", "autocompletes", "bulk_actions"])
def test_walk_finds_a_screen_that_is_not_scoped(walk_as, settings, part):
    settings.ROOT_URLCONF = __name__
    walk = walk_as(Duty.ORGANISER, site=leaky)
    own, other = walk.worlds.rows(Room)
    tried = {
        "lists": [Room, leaky.get_model_admin(Room), other],
        "pages": [Room, own, other],
        "autocompletes": [Session, admin.site.get_model_admin(Session)],
        "bulk_actions": [Room, leaky.get_model_admin(Room)],
    }

    with pytest.raises(AssertionError, match="shows other-workshop-mark|changed them"):
        getattr(walk, part)(*tried[part])


def test_screen_without_a_row_to_try_it_on_is_named(worlds):
    with pytest.raises(pytest.fail.Exception, match="admin.LogEntry has a screen, but no row"):
        worlds.rows(LogEntry)


class TestRights:
    """Each duty may see, add, change and delete as the table in workshop/roles.py says."""

    @pytest.mark.parametrize("duty", Duty)
    def test_screens_open_as_the_table_of_rights_says(self, walk_as, duty):
        walk = walk_as(duty)

        told = {model._meta.label_lower: opened(walk, model) for model, _ in walk.screens()}

        assert told == {
            model._meta.label_lower: expected(duty, model, screen)
            for model, screen in walk.screens()
        }

    @pytest.mark.parametrize("duty", Duty)
    def test_operators_screens_are_refused_to_staff(self, walk_as, duty):
        walk = walk_as(duty)

        for model in operators_models():
            own, _other = walk.worlds.rows(model)
            for page in ("change", "history", "delete"):
                assert walk.client.get(walk.address(model, page, own.pk)).status_code == 403
            for page in ("changelist", "add"):
                assert walk.client.get(walk.address(model, page)).status_code == 403

    def test_operators_screens_open_to_an_operator(self, enter, worlds):
        operator = UserFactory(is_staff=True, is_superuser=True)
        walk = Walk(enter(operator), admin.site, worlds)

        for model in operators_models():
            own, _other = worlds.rows(model)
            for page in ("change", "history", "delete"):
                assert walk.client.get(walk.address(model, page, own.pk)).status_code == 200
            for page in ("changelist", "add"):
                assert walk.client.get(walk.address(model, page)).status_code == 200


def operators_models() -> list:
    return [m for m, screen in screens_of(admin.site).items() if isinstance(screen, OperatorsOnly)]


def opened(walk, model) -> set:
    """What the screen's addresses let the client do with a row of their own workshop."""
    own, _other = walk.worlds.rows(model)
    asked = {
        "view": (walk.client.get, walk.address(model, "changelist")),
        "look": (walk.client.get, walk.address(model, "change", own.pk)),
        "add": (walk.client.get, walk.address(model, "add")),
        "change": (walk.client.post, walk.address(model, "change", own.pk)),
        "delete": (walk.client.get, walk.address(model, "delete", own.pk)),
    }
    allowed = set()
    for what, (method, address) in asked.items():
        with undone():
            if method(address).status_code != 403:
                allowed.add(what)
    return allowed


def expected(duty, model, screen) -> set:
    """By the table; less what the screen refuses to everybody, operators included."""
    right = RIGHTS[duty].get(screen.area)
    if right is None:
        return set()
    everybody = operator_request()
    open_to_somebody = {
        "add": screen.has_add_permission(everybody),
        "change": screen.has_change_permission(everybody),
        "delete": screen.has_delete_permission(everybody),
    }
    may = {"view", "look"}
    if right == "change":
        may |= {
            what
            for what, is_open in open_to_somebody.items()
            if is_open and (model._meta.label_lower, what) not in OPERATORS_ALONE
        }
    return {what for what in may if (duty, model._meta.label_lower, what) not in ORGANISERS_ALONE}


def operator_request():
    request = RequestFactory().get("/")
    request.user = User(is_staff=True, is_superuser=True)
    return request


class TestChoices:
    """Somebody who works at both workshops still can't put a row of one into the other."""

    @pytest.fixture
    def walk(self, enter, worlds):
        user = RoleFactory(workshop=worlds.own, duty=Duty.ORGANISER).user
        RoleFactory(workshop=worlds.other, user=user, duty=Duty.ORGANISER)
        return Walk(enter(user), admin.site, worlds)

    def test_key_of_the_other_workshop_is_refused_with_a_sentence(self, walk):
        tried = []
        for model, _screen in walk.screens():
            own, _other = walk.worlds.rows(model)
            for address in (
                walk.address(model, "change", own.pk),
                f"{walk.address(model, 'add')}?workshop={walk.worlds.own.pk}",
            ):
                tried += refusals(walk, address)

        assert {"room", "track", "member_of"} <= {name for name, _errors in tried}
        # A row's own key is no choice: another's is passed over, as the rows' comparison shows.
        assert {name for name, errors in tried if not errors} == {"id"}

    def test_autocomplete_offers_rows_of_the_edited_workshop_alone(self, walk):
        for model, screen in walk.screens():
            for source in (model, *(inline.model for inline in screen.inlines)):
                for field in (*source._meta.fields, *source._meta.many_to_many):
                    if field.is_relation:
                        assert not offered(walk, field) & foreign_keys(walk, field)


def offered(walk, field) -> set:
    response = walk.client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": field.model._meta.app_label,
            "model_name": field.model._meta.model_name,
            "field_name": field.name,
            "workshop": walk.worlds.own.pk,
        },
    )
    if response.status_code != 200:
        return set()
    return {row["id"] for row in response.json()["results"]}


def foreign_keys(walk, field) -> set:
    return {str(row[0]) for row in walk.worlds.before.get(field.related_model, [])}


def refusals(walk, address) -> list:
    """Post a row of the other workshop into each field: the field, and what was answered."""
    page = walk.client.get(address)
    if page.status_code != 200 or not hasattr(page, "context_data"):
        return []
    if "adminform" not in page.context_data:
        return []
    found = []
    for prefix, form in forms_of(page):
        for name, field in form.fields.items():
            if isinstance(field, ModelChoiceField) and name != "workshop":
                with undone():
                    answer = walk.client.post(address, foreign_choice(walk, prefix, name, field))
                    assert walk.worlds.dump() == walk.worlds.before, f"{address}: {name}"
                assert answer.status_code == 200
                found.append((name, said_of(answer, prefix, name)))
    return found


def said_of(answer, prefix, name):
    """What is said of a field, on whichever row of its table."""
    if not prefix:
        return answer.context_data["adminform"].form.errors.get(name)
    forms = [
        form
        for inline in answer.context_data["inline_admin_formsets"]
        if inline.formset.prefix == prefix
        for form in inline.formset.forms
    ]
    return next((form.errors[name] for form in forms if name in form.errors), None)


def forms_of(page):
    """The screen's form, and of each table of rows an empty one, with its prefix."""
    yield "", page.context_data["adminform"].form
    for inline in page.context_data["inline_admin_formsets"]:
        bound = [form for form in inline.formset.forms if form.is_bound]
        yield inline.formset.prefix, (bound or [inline.formset.empty_form])[0]


def foreign_choice(walk, prefix, name, field) -> dict:
    rows = walk.worlds.before.get(field.queryset.model)
    key = rows[0][0] if rows else 0
    data = {}
    if prefix:
        data = {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": int(name == "id")}
    return data | {f"{prefix}-0-{name}" if prefix else name: key}
