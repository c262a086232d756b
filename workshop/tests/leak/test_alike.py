"""What is hidden and what does not exist are told apart by nothing: no page, search or count."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workshop.tests.admin_walk import screens_of
from workshop.tests.leak.addresses import MISSING, MISSING_KEY, Address, addresses, rows_of
from workshop.tests.leak.marks import new_word
from workshop.tests.leak.walking import Walk

pytestmark = pytest.mark.django_db

# Different at every request, and nothing's fault.
NOISE = re.compile(r'nonce[-=]"?[\w+/=-]+|name="csrfmiddlewaretoken" value="\w+"')

PASSING = ("Content-Length", "Expires", "X-Request-ID")


def told(walk, address, method="get", but_for=()) -> tuple:
    """All that tells one answer from another: status, text, headers, messages, queries."""
    with CaptureQueriesContext(connection) as asked:
        response = walk.visit(address, method, {} if method == "post" else None)
    headers = sorted(item for item in response.headers.items() if item[0] not in PASSING)
    messages = [str(message) for message in response.wsgi_request._messages]
    text = f"{response.content.decode()} {headers} {messages}"
    for word in but_for:
        text = text.replace(word, "…")
    return response.status_code, NOISE.sub("…", text), len(asked)


def beside(address, there, missing) -> tuple[Address, Address]:
    """The address as it is, and with something that doesn't exist in its place."""
    path = address.path.replace(there, missing)
    return address, Address(path, address.view, address.given)


@pytest.mark.parametrize("viewer", ["nobody", "pending", "confirmed", "member", "invitee", "desk"])
def test_hidden_session_is_answered_as_one_that_does_not_exist(world, viewer):
    walk = Walk(world, viewer, follows=False)
    closed = {
        session.slug
        for session, readers in world.hidden.values()
        if session.workshop == world.here and viewer not in readers
    }
    at_it = [
        (address, slug)
        for address in addresses(world, only=lambda view: not view.startswith("admin:"))
        for slug in closed
        if address.path.startswith(f"/{world.here.slug}/") and f"/{slug}/" in address.path
    ]

    assert at_it
    for address, slug in at_it:
        for method in ("get", "post", "options"):
            one, other = (
                told(walk, each, method, [slug, MISSING]) for each in beside(address, slug, MISSING)
            )
            assert one == other, f"{method} {address.path}"


@pytest.mark.parametrize("viewer", ["nobody", "member", "organiser"])
def test_unpublished_workshop_is_answered_as_one_that_does_not_exist(world, viewer):
    walk, slug = Walk(world, viewer, follows=False), world.unpublished.slug
    below = [each for each in addresses(world) if each.path.startswith(f"/{slug}/")]

    assert below
    for address in below:
        for method in ("get", "post"):
            one, other = (
                told(walk, each, method, [slug, MISSING]) for each in beside(address, slug, MISSING)
            )
            assert one == other, f"{method} {address.path}"


def foreign_rows(world) -> dict:
    """Of each screen of the admin that is scoped: rows of the other workshops."""
    found = {}
    for model, screen in screens_of(admin.site).items():
        if hasattr(screen, "workshop_path"):
            rows = rows_of(world, model)
            found[model] = [row for row in rows if screen.workshop_of(row) != world.here]
    return found


def screen_of(model):
    """Whether a view belongs to this model's screen in the admin."""
    prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
    return lambda view: view.startswith(prefix)


@pytest.mark.parametrize("viewer", ["organiser", "desk", "staff without a role"])
def test_row_of_another_workshop_is_answered_as_one_that_does_not_exist(world, viewer):
    walk, missing = Walk(world, viewer, follows=False), f"/{MISSING_KEY}/"
    at_them = [
        (address, f"/{row.pk}/")
        for model, rows in foreign_rows(world).items()
        for address in addresses(world, only=screen_of(model))
        for row in rows
        if f"/{row.pk}/" in address.path
    ]

    assert at_them
    for address, key in at_them:
        words = [key, missing, f"“{key[1:-1]}”", f"“{MISSING_KEY}”"]
        one, other = (told(walk, each, but_for=words)[:2] for each in beside(address, key, missing))
        assert one == other, address.path


def marks_of(world, row) -> set[str]:
    """The marks in the row itself."""
    values = (str(getattr(row, field.attname)) for field in row._meta.concrete_fields)
    return world.marks.inside(" ".join(values))


@pytest.mark.parametrize("viewer", ["organiser", "desk"])
def test_search_finds_nothing_in_what_the_searcher_may_not_read(world, viewer):
    walk = Walk(world, viewer, follows=False)
    unreadable = [
        (address, mark)
        for model, rows in foreign_rows(world).items()
        for mark in set().union(*(marks_of(world, row) for row in rows[-1:])) - walk.may_read
        for address in addresses(world, only=screen_of(model))
        if address.view.endswith("_changelist")
    ]

    assert unreadable
    for address, mark in unreadable:
        one, other = (
            told(walk, address.with_query(q=word), but_for=[word]) for word in (mark, new_word())
        )
        assert one == other, f"{address.path}?q={world.marks.by_text[mark].what}"


@pytest.mark.parametrize("viewer", ["nobody", "confirmed"])
def test_page_asked_for_a_hidden_word_answers_as_for_any_other(world, viewer):
    walk = Walk(world, viewer, follows=False)
    [hidden, _readers] = world.hidden[next(iter(world.hidden))]
    pages = [each for each in addresses(world) if dict(each.given) == {"workshop": "here"}]

    for page in pages:
        for name in ("q", "search", "track", "room", "session"):
            one, other = (
                told(walk, page.with_query(**{name: word}), but_for=[word])
                for word in (hidden.title, new_word())
            )
            assert one == other, f"{page.path}?{name}="
