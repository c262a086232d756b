"""The leak test: every address, every kind of viewer, and no mark where it must not be."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.mail import send_mail
from django.db.models import Q, Value
from django.http import HttpResponse
from django.urls import NoReverseMatch, path, reverse

from agenda.models import Session
from workshop import urls
from workshop.tests.leak import marks as who
from workshop.tests.leak.addresses import addresses, queries
from workshop.tests.leak.viewers import STAFF, VIEWERS
from workshop.tests.leak.walking import Walk

pytestmark = pytest.mark.django_db


def is_there(page) -> bool:
    try:
        return bool(reverse(page, args=["here"] if page.startswith("worldcafe:") else []))
    except NoReverseMatch:
        return False


@pytest.mark.parametrize("viewer", VIEWERS)
def test_viewer_comes_upon_nothing_but_what_is_theirs_to_read(world, viewer):
    walk, is_staff = Walk(world, viewer), viewer in STAFF

    for address in addresses(world, is_staff=is_staff):
        walk.visit_with_all_verbs(address)
        for query in queries(world, address, is_staff=is_staff):
            walk.visit(query)

    unseen = {
        mark.what
        for text, mark in world.marks.by_text.items()
        if viewer in mark.finders and is_there(mark.needs) and text not in walk.seen
    }
    assert not walk.findings, "\n".join(walk.findings)
    assert not unseen, f"“{viewer}” must find, and didn't: " + "; ".join(sorted(unseen))


def test_every_reader_is_somebody():
    """Or a misspelt name in the table would let somebody read who isn't meant."""
    named = who.CONFIRMED | who.UNCONFIRMED | who.ANY_DUTY | who.SECOND

    assert named <= set(VIEWERS)


# --- And it can fail ----------------------------------------------------------------------------


@pytest.fixture
def add_page():
    """A page that is there as long as the test lasts."""
    added = []

    def add(route, view):
        added.append(path(route, login_not_required(view), name="new-page"))
        urls.workshop_patterns.insert(0, added[-1])

    yield add
    for each in added:
        urls.workshop_patterns.remove(each)


def walked(world, viewer, view, method="get") -> str:
    """What `viewer` is found to be told at the addresses of one view."""
    walk = Walk(world, viewer)
    for address in addresses(world, only=lambda name: name == view):
        walk.visit(address, method)
    return "\n".join(walk.findings)


@pytest.mark.parametrize(
    ("viewer", "view"), [("nobody", "agenda:agenda"), ("grantee", "agenda:session")]
)
def test_rule_that_admits_everybody_is_found(world, monkeypatch, viewer, view):
    before = walked(world, viewer, view)
    monkeypatch.setattr("agenda.models.session.admits", lambda viewer: Q(Value(True)))

    after = walked(world, viewer, view)

    assert before == ""
    assert "title of hidden session" in after
    assert "room of locked session" in after


def test_new_page_that_forgets_the_rule_is_found(world, add_page):
    def forgetful(request):
        titles = Session.objects.filter(workshop=request.workshop).values_list("title", flat=True)
        return HttpResponse(", ".join(titles))

    add_page("new/", forgetful)

    assert "GET /here/new/ (new-page) tells the title of hidden session" in walked(
        world, "member", "new-page"
    )


def test_mail_that_tells_its_reader_too_much_is_found(world, add_page):
    hidden, _readers = world.hidden[next(iter(world.hidden))]

    def careless(request):
        send_mail("See you", hidden.title, None, [world.people["grantee"].email])
        return HttpResponse("Sent.")

    add_page("new/", careless)

    assert "mails “grantee” the title of hidden session" in walked(
        world, "member", "new-page", "post"
    )


def test_page_that_breaks_is_found(world, add_page):
    add_page("new/", lambda request: 1 / 0)

    assert "fails: ZeroDivisionError" in walked(world, "nobody", "new-page")


def test_answer_that_can_not_be_read_is_found(world, add_page):
    add_page("new/", lambda request: HttpResponse(b"PK", content_type="application/zip"))

    assert "answers with application/zip" in walked(world, "nobody", "new-page")


def test_new_argument_must_be_made_known(world, add_page):
    add_page("new/<int:strange>/", lambda request, strange: HttpResponse("Here."))

    with pytest.raises(LookupError, match="what to put for “strange” in .*add it to ARGUMENTS"):
        addresses(world)
