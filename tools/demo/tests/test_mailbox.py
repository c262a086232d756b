"""The demo's mailbox: all mail, in the demo alone, and nothing sent out."""

import re
from email.message import EmailMessage

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.html import escape

from foundation.mail.backend import write_code
from foundation.mail.deliver import deliver_codes
from tools.demo import mailbox, people, prepare

pytestmark = pytest.mark.django_db

DELIVERY = "tools.demo.mailbox.DemoMailbox"
HOSTILE = '"><script>alert(1)</script>\x00 ‮ 🙈 =1+1'


def send(to="member@example.org", subject="Hello", body="Text", html=""):
    message = EmailMultiAlternatives(subject, body, "site@example.org", [to])
    if html:
        message.attach_alternative(html, "text/html")
    get_connection(DELIVERY).send_messages([message])


def page(client, query="") -> str:
    response = client.get(f"/demo/mailbox/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_mailbox_does_not_exist_outside_the_demo(client):
    assert client.get("/demo/mailbox/").status_code == 404


def test_mailbox_shows_what_was_delivered(client, demo):
    write_code(to="member@example.org", subject="Your code", text="ABC-DEF")

    deliver_codes()

    shown = page(client)
    assert "Your code" in shown
    assert "ABC-DEF" in shown
    assert "member@example.org" in shown


def test_newest_mail_comes_first(client, demo):
    for subject in ("Mail one", "Mail two", "Mail three"):
        send(subject=subject)

    assert re.findall(r"Mail (?:one|two|three)", page(client)) == [
        "Mail three", "Mail two", "Mail one",
    ]  # fmt: skip


def test_mail_is_found_by_its_recipient(client, demo):
    send(to="member@example.org", subject="For the member")
    send(to="grantee@example.org", subject="For the grantee")

    shown = page(client, "?to=GRANTEE")

    assert "For the grantee" in shown
    assert "For the member" not in shown


@pytest.mark.parametrize("query", ["", "?to=nobody", "?to=" + "x" * 5000])
def test_empty_mailbox_says_so(client, demo, query):
    assert 'class="empty"' in page(client, query)


def test_only_the_newest_hundred_are_shown(client, demo, monkeypatch):
    monkeypatch.setattr(mailbox, "SHOWN", 3)
    for _n in range(5):
        send()

    shown = page(client)

    assert shown.count("<article") == 3
    assert "The newest 3 are shown" in shown


def test_links_lead_to_this_site_alone(client, demo):
    send(
        body="Here: http://127.0.0.1:8000/bangkok/register/a:b-c_d/. Not http://evil.test/x, "
        "nor http://127.0.0.1.evil.test/y, nor http://127.0.0.1:8000//evil.test/z"
    )

    links = re.findall(r'href="([^"]*)"[^>]*>http', page(client))

    assert links == ["/bangkok/register/a:b-c_d/", "/evil.test/z"]


def test_hostile_mail_is_text(client, demo):
    send(subject=HOSTILE, body=f"{HOSTILE} http://127.0.0.1:8000/?a=<b>&c=\"'")

    shown = page(client)

    assert "<script>alert" not in shown
    assert escape("<script>alert(1)</script>") in shown
    assert "<b>" not in shown


def test_mail_that_has_only_markup_is_read_as_text(client, demo):
    message = EmailMessage()
    message["To"], message["Subject"] = "member@example.org", "Markup"
    message.set_content("<p>Read <b>this</b></p>", subtype="html")
    mailbox.keep(message.as_bytes())

    assert "Read this" in page(client)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xfe\x00\x01 no mail at all",
        b"To: a@example.org\nContent-Type: text/plain; charset=no-such\n\nwords",
        b"To: =?utf-8?q?=ff?=\nSubject: =?no?x?y?=\nContent-Type: multipart/mixed\n\nwords",
        b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n!!",
    ],
)
def test_file_that_is_no_mail_does_no_harm(client, demo, message):
    mailbox.keep(message)

    assert page(client).count("<article") == 1


def test_mail_cannot_command_the_terminal(demo, capsys):
    send(subject="Red \x1b[31m", body="Clear \x1b[2J\x9b2J the screen‮\nnext line")

    printed = capsys.readouterr().out

    assert not {"\x1b", "\x9b", "‮", "\r"} & set(printed)
    assert "the screen\nnext line" in printed


def test_kept_mail_is_for_us_alone(demo):
    send()

    folder = mailbox.mailbox_dir()
    modes = [path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())]
    assert modes == [0, 0]


def test_page_gives_the_second_code_and_the_links_that_wait(client, demo, monkeypatch):
    monkeypatch.setattr(people, "CONFIRMED", 0)
    people.create_missing(prepare.workshop_ahead(prepare.date.today()))

    shown = page(client)

    organiser = Authenticator.objects.get(user__email="organiser@example.org")
    codes = re.findall(r">(\d{6})<", shown)
    assert len(codes) == 2
    assert validate_totp_code(organiser.data["secret"], codes[0])
    assert re.search(r'href="/bangkok-2024/register/verify/[^"]+/"', shown)
    assert re.search(r'href="/bangkok-2024/register/[^v"][^"]+/"', shown)


def test_page_is_only_read_and_kept_by_no_cache(client, demo):
    assert client.post("/demo/mailbox/").status_code == 405
    assert "no-store" in client.get("/demo/mailbox/")["Cache-Control"]


def test_page_carries_nothing_that_the_policy_forbids(client, demo):
    send(body="Text", html="<p style='color: red' onclick='x()'>Text</p>")

    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", page(client))
