"""What a message says, from whom it comes, and that it goes to one address."""

from dataclasses import dataclass
from email.headerregistry import Address

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from foundation.mail import deliver
from foundation.mail.compose import send, write
from foundation.mail.kinds import KINDS, Kind
from foundation.mail.letter import NoAddress, letter_of, recipient
from foundation.mail.models import Message, Priority
from foundation.mail.tests.factories import CodeFactory, MessageFactory
from foundation.mail.tests.mail_server import MailServer
from foundation.series.models import Contact
from foundation.series.tests.factories import WorkshopFactory

pytestmark = pytest.mark.django_db

TWO_IN_ONE = '"x,mallory@evil.example,y"@kidsfirst.example'


def test_address_with_a_comma_reaches_nobody_else(smtp):
    MessageFactory(to=TWO_IN_ONE, workshop=WorkshopFactory())

    with MailServer(smtp) as server:
        deliver.deliver_letters()

    [mail] = server.mails
    assert server.asked == server.recipients == [TWO_IN_ONE]
    assert mail["To"].addresses == (Address(addr_spec=TWO_IN_ONE),)


@pytest.mark.parametrize(
    "to",
    ["", "@", "a@", "@b.example", "a b@c.example", "a@b.example c@d.example", "é@example.org"]
    + ["a@b.example,c@d.example", "A <a@b.example>", "a@b.example;c@d.example", '"a"b@c.example'],
)
def test_what_is_not_one_address_is_none(to):
    with pytest.raises(NoAddress):
        recipient(to)


def test_domain_in_other_letters_is_written_as_the_mail_server_wants_it():
    assert recipient("ada@bücher.example") == "ada@xn--bcher-kva.example"


def test_message_is_forgotten_where_its_transaction_is_undone():
    def sends_and_fails():
        write(to="a@example.org", subject="-", text="-", kind="x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transaction.atomic(sends_and_fails)()

    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["{{ settings }}", "{% if %}", "{% include 'base.html' %}"])
def test_text_is_taken_for_no_template(text):
    message = write(to="a@example.org", subject=text, text=text, kind="x")

    message.refresh_from_db()
    assert (message.subject, message.text) == (text, text)


def test_line_break_stays_out_of_the_subject():
    message = write(to="a@example.org", subject="One\nBcc: b@x.org", text="-", kind="x")

    assert message.subject == "One Bcc: b@x.org"


def test_letter_comes_from_the_workshop_and_is_answered_to_its_first_contact(smtp, settings):
    settings.DEFAULT_FROM_EMAIL = "Our site <site@example.org>"
    workshop = WorkshopFactory(title='Säfe & “sound”, "B" <b@evil.example>')
    for position, name in enumerate(["first", "second"]):
        Contact.objects.create(
            workshop=workshop, role=name, email=f"{name}@example.org", position=position
        )
    message = MessageFactory(workshop=workshop)

    with MailServer(smtp) as server:
        deliver.deliver_letters()

    [mail] = server.mails
    [sender] = mail["From"].addresses
    assert (sender.addr_spec, sender.display_name) == ("site@example.org", workshop.title)
    assert mail["Reply-To"] == "first@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == message.message_id
    assert mail["Subject"] == "Hello"


def test_code_comes_from_the_site_and_has_nobody_to_answer_to(settings):
    settings.DEFAULT_FROM_EMAIL = "Our site <site@example.org>"

    letter = letter_of(CodeFactory())

    assert letter.from_email == "Our site <site@example.org>"
    assert letter.reply_to == []


def test_what_django_sends_is_secret_first_in_line_and_one_message_a_recipient():
    backend = get_connection("foundation.mail.backend.EmailBackend")

    backend.send_messages(
        [EmailMessage("Code", "123-456", to=["a@example.org"], cc=["b@example.org"])]
    )
    deliver.deliver_codes()

    messages = Message.objects.order_by("pk")
    assert [each.to for each in messages] == ["a@example.org", "b@example.org"]
    assert [each.to for each in django_mail.outbox] == [["a@example.org"], ["b@example.org"]]
    assert {(each.is_secret, each.priority, each.workshop) for each in messages} == {
        (True, Priority.CODE, None)
    }


def test_kind_says_what_its_message_is_like(settings, tmp_path):
    folder = tmp_path / "made-up" / "mail"
    folder.mkdir(parents=True)
    (folder / "news_subject.txt").write_text("News from {{ workshop }}")
    (folder / "news.txt").write_text("{{ what }}, see {{ contact_link }}")
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path]}]

    @dataclass(frozen=True, kw_only=True)
    class News(Kind):
        name = "made-up/news"
        label = "news"
        is_secret = True
        what: str

    del KINDS[News.name]
    message = send(News(what="Rain"), to="a@example.org", workshop=WorkshopFactory(title="T"))

    contact = f"{settings.SITE_URL}{message.workshop.get_absolute_url()}#contact"
    assert (message.subject, message.text) == ("News from T", f"Rain, see {contact}")
    assert (message.kind, message.is_secret) == ("made-up/news", True)


def test_name_of_a_kind_is_given_once():
    taken = next(iter(KINDS))

    with pytest.raises(TypeError, match=taken):
        type("Another", (Kind,), {"name": taken})
