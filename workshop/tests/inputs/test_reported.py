"""What was reported, each by itself: a 400 or a sentence, little work, one line in the log."""

import logging
import time

import pytest
from django.urls import reverse

from agenda.models import Session
from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.core.audit import client_address
from foundation.series.tests.factories import RoleFactory
from registration.tests.factories import ParticipantFactory
from workshop.inputs import MOST_MARKS, marks_pile_up
from workshop.logs import WithoutSecrets
from workshop.tests.inputs import odd
from worldcafe.tests.factories import TableFactory

pytestmark = pytest.mark.django_db(transaction=True)

LOGIN = "/accounts/login/"


@pytest.fixture
def lines():
    """What is written to the log."""
    kept = logging.Handler()
    kept.lines = []
    kept.emit = lambda record: kept.lines.extend(WithoutSecrets().format(record).splitlines())
    disabled = logging.root.manager.disable  # by the world of the other tests here
    logging.disable(logging.NOTSET)
    logging.getLogger("django").addHandler(kept)
    yield kept.lines
    logging.getLogger("django").removeHandler(kept)
    logging.disable(disabled)


@pytest.mark.parametrize(
    "kind",
    [
        *(f"{odd.FORM}; charset={name}" for name in ("rot13", "latin-1", "utf-16", "nothing")),
        odd.MULTIPART,
        f"{odd.MULTIPART}; boundary=",
    ],
)
def test_body_that_cannot_be_read_is_told_in_one_line(client, kind, lines):
    response = client.generic("POST", LOGIN, b"login=x", kind)

    assert response.status_code == 400
    assert "Nothing was changed" in response.content.decode()
    assert len(lines) == 1


@pytest.mark.parametrize(
    "kind", [odd.FORM, f"{odd.FORM}; charset=UTF-8", f'{odd.FORM}; charset="utf-8"']
)
def test_body_in_utf_8_is_read(client, kind):
    assert client.generic("POST", LOGIN, b"login=x", kind).status_code == 200


def test_marks_piled_up_are_refused_at_once(client, lines):
    body = odd.urlencoded({"login": "a" + "\u0300\u0327\u0323" * 130_000})
    began = time.monotonic()

    response = client.generic("POST", LOGIN, body, odd.FORM)

    assert response.status_code == 400
    assert time.monotonic() - began < 5
    assert len(lines) == 1


@pytest.mark.parametrize("text", ["Nguyễn Văn Án", "កម្ពុជា", "ก็" * 100, "a" + "\u0301" * MOST_MARKS])
def test_text_of_any_script_is_no_pile(text):
    assert not marks_pile_up(text)


def test_nul_is_refused_wherever_it_stands(client):
    answers = [
        client.get("/", {"q": "\x00"}),
        client.get("/here%00/"),
        client.post(LOGIN, {"login": "\x00"}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]


@pytest.mark.parametrize("name", ["INITIAL", "TOTAL"])
@pytest.mark.parametrize("count", ["2147483648", "-1", "1500", "x", ""])
def test_count_of_rows_that_no_page_has_is_refused(enter, name, count):
    session = SessionFactory()
    staff = enter(RoleFactory(workshop=session.workshop).user)
    address = reverse("admin:agenda_session_change", args=[session.pk])
    counts = {"roles-INITIAL_FORMS": "0", "roles-TOTAL_FORMS": "0"}
    began = time.monotonic()

    response = staff.post(address, counts | {f"roles-{name}_FORMS": count})

    assert response.status_code in (200, 400)
    assert time.monotonic() - began < 5
    assert Session.objects.get().title == session.title


def test_field_that_no_form_has_is_ignored_at_a_reservation(client):
    table = TableFactory()
    host = ParticipantFactory(workshop=table.cafe.workshop)
    client.force_login(host.user)
    practice = {"practice": "Puppets", "country": "KH", "summary": "We played."}

    response = client.post(f"{table.get_absolute_url()}reserve/", practice | {"host": "XX"})

    assert response.status_code == 302
    assert table.reservations.get().host == host


@pytest.mark.parametrize("host", ["XX", "", "9" * 30, "-1"])
@pytest.mark.parametrize("table", ["XX", "9" * 30])
def test_host_that_does_not_exist_is_told_beside_the_field(enter, host, table):
    staff = enter(RoleFactory(workshop=TableFactory().cafe.workshop).user)
    typed = {"practice": "Puppets", "country": "KH", "summary": "We played."}

    response = staff.post(
        reverse("admin:worldcafe_reservation_add"), typed | {"host": host, "table": table}
    )

    assert response.status_code in (200, 403)


@pytest.mark.parametrize("field", ["roles", "sessions", "participants", "text_versions"])
def test_choosing_by_typing_follows_no_relation_backwards(enter, field):
    workshop = RoleFactory().workshop
    staff = enter(RoleFactory(workshop=workshop).user)
    asked = {"app_label": "series", "model_name": "workshop", "field_name": field}

    assert staff.get(reverse("admin:autocomplete"), asked).status_code in (403, 404)


def test_history_of_a_row_takes_no_form(enter):
    session = SessionFactory()
    staff = enter(RoleFactory(workshop=session.workshop).user)

    answer = staff.post(reverse("admin:agenda_session_history", args=[session.pk]), {"title": "x"})

    assert answer.status_code == 405
    assert Session.objects.get().title == session.title


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.5:4711", "203.0.113.5"),
        ("203.0.113.5", "203.0.113.5"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_address_is_read_with_and_without_a_port(client, rf, settings, forwarded, address, enter):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    request = rf.get("/", headers={"X-Forwarded-For": forwarded})

    answer = client.post(LOGIN, {"login": "x@example.org"}, headers=request.headers)

    assert client_address(request) == address
    assert answer.status_code in (200, 302, 403)


def test_change_through_a_proxy_that_adds_a_port_is_on_record(enter, settings):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    operator = enter(UserFactory(is_staff=True, is_superuser=True))
    role = RoleFactory()
    address = reverse("admin:series_role_change", args=[role.pk])
    typed = {"user": role.user_id, "workshop": role.workshop_id, "duty": "desk"}

    operator.post(address, typed, headers={"X-Forwarded-For": "203.0.113.5:4711"})

    assert role.history.first().history_address == "203.0.113.5"
