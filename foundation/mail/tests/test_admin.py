"""The organisers' list of messages: what became of each, and who reads what."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.mail.fate import fate_of
from foundation.mail.models import Message, State
from foundation.mail.tests.factories import CodeFactory, MessageFactory
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory

pytestmark = pytest.mark.django_db

LIST = reverse("admin:mail_message_changelist")
TEXT = "See you at the <closed> session."


def page_of(message) -> str:
    return reverse("admin:mail_message_change", args=[message.pk])


def test_fate_says_when_and_in_the_servers_words():
    workshop = WorkshopFactory(timezone="Asia/Bangkok")
    at = timezone.now().replace(year=2027, month=2, day=9, hour=4, minute=0)
    told = [
        fate_of(MessageFactory(workshop=workshop, **fields))
        for fields in (
            {"state": State.DELIVERED, "delivered_at": at},
            {"state": State.REFUSED, "last_answer": "550 nobody"},
            {"state": State.GIVEN_UP, "last_answer": "451 later", "sent_again_at": at},
            {"tries": 3, "next_try_at": at, "last_answer": "451 later"},
            {},
            {"next_try_at": timezone.now() - timedelta(minutes=3)},
        )
    ]

    moment = "Tue 9 Feb 2027, 11:00 (Asia/Bangkok)"
    assert told == [
        f"delivered {moment}",
        "refused: 550 nobody",
        f"given up: 451 later (sent again {moment})",
        f"on its way, tried again {moment}: 451 later",
        "on its way",
        "on its way: the mail server is away, or no worker runs",
    ]


@pytest.mark.parametrize(
    ("kind", "duty", "reads"),
    [
        ("registration/confirmed", Duty.DESK, True),
        ("worldcafe/reserved", Duty.DESK, False),
        ("worldcafe/reserved", Duty.LOGISTICS, True),
        ("no-longer/ours", Duty.ORGANISER, False),
    ],
)
def test_text_is_read_by_who_has_the_area_of_its_kind(enter, kind, duty, reads):
    message = MessageFactory(kind=kind, text=TEXT)
    staff = enter(RoleFactory(workshop=message.workshop, duty=duty).user)

    page = staff.get(page_of(message))

    assert page.status_code == 200
    assert ("See you at the &lt;closed&gt; session." in page.content.decode()) is reads


def test_secret_text_is_read_by_nobody(enter):
    message = MessageFactory(is_secret=True, text=TEXT)
    operator = enter(User.objects.create_superuser("operator@example.org"))

    html = operator.get(page_of(message)).content.decode()

    assert "See you" not in html
    assert "Not shown" in html


def test_sign_in_mail_is_listed_for_operators_alone(enter, client):
    code = CodeFactory(to="marked@example.org")
    organiser = RoleFactory().user
    operator = User.objects.create_superuser("operator@example.org")

    hidden = enter(organiser).get(LIST).content.decode()
    turned_away = client.get(page_of(code))
    listed = enter(operator).get(LIST).content.decode()
    page = client.get(page_of(code))

    assert "marked@example.org" not in hidden
    assert turned_away.status_code == 302
    assert "marked@example.org" in listed
    assert "sign-in code" in listed
    assert page.status_code == 200
    assert "123-456" not in page.content.decode()


def test_filter_of_failed_ones_leaves_out_what_was_sent_again(enter):
    workshop = WorkshopFactory()
    for to, fields in {
        "refused": {"state": State.REFUSED},
        "given-up": {"state": State.GIVEN_UP},
        "again": {"state": State.REFUSED, "sent_again_at": timezone.now()},
        "queued": {},
    }.items():
        MessageFactory(workshop=workshop, to=f"{to}@example.org", **fields)
    desk = enter(RoleFactory(workshop=workshop, duty=Duty.DESK).user)

    rows = desk.get(LIST, {"state": "failed"}).context["cl"].result_list

    assert {row.to for row in rows} == {"refused@example.org", "given-up@example.org"}


def test_message_is_sent_again_from_its_own_page(enter):
    message = MessageFactory(state=State.REFUSED)
    desk = enter(RoleFactory(workshop=message.workshop, duty=Duty.DESK).user)

    offered = desk.get(page_of(message)).content.decode()
    desk.post(LIST, {"action": "send_again", "_selected_action": [message.pk]})
    after = desk.get(page_of(message)).content.decode()

    assert 'value="send_again"' in offered
    assert 'value="send_again"' not in after
    assert Message.objects.filter(state=State.QUEUED).count() == 1
