"""Registering on the public form, and proving the e-mail address."""

import re
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.tests.factories import UserFactory
from foundation.core.tests.at_once import THREADS, at_once
from foundation.mail.deliver import deliver_letters
from foundation.mail.models import Message
from foundation.series.models import Contact
from registration.actions import registering, submitting
from registration.actions.submitting import MOST_WAITING
from registration.forms import RegistrationForm
from registration.models import (
    Participant,
    SensitiveDetails,
    Status,
    Submission,
)
from registration.tests.factories import (
    AffiliationFactory,
    OrganisationFactory,
    ParticipantFactory,
    SubmissionFactory,
)
from registration.tests.forms import (
    address,
    answers,
    kinds,
    link_in,
    proved,
    send,
    texts_of,
    workshop_with_texts,
)

# Different at every request, and nothing's fault.
NOISE = re.compile(r'nonce[-=]"?[\w+/=-]+')
PASSING = ("Content-Length", "Expires", "X-Request-ID")


@pytest.fixture
def workshop(db):
    return workshop_with_texts()


def details_of(workshop, **changes):
    form = RegistrationForm(answers(workshop, **changes), workshop=workshop)
    assert form.is_valid(), form.errors
    return form.details()


class TestForm:
    def test_stores_everything_that_was_told(self, client, workshop):
        member = AffiliationFactory(workshop=workshop)
        house = OrganisationFactory(workshop=workshop)

        response = send(
            client,
            workshop,
            email="Ada@Example.org",
            organisation=house.pk,
            other_organisation="",
            affiliations=[member.pk],
            dietary="No nuts",
            access="A ramp",
        )

        assert response.url == address("sent", workshop)
        assert not Participant.objects.exists()  # nobody's yet, so no organiser counts them
        made = proved()
        assert (made.status, made.user.email) == (Status.PENDING, "ada@example.org")
        assert (made.badge_name, made.organisation, made.job_title, made.country) == (
            "Ada Example",
            house,
            "Director",
            "KH",
        )
        assert [each.on for each in made.attendances.all()] == workshop.dates[:2]
        assert made.participant_affiliations.get().verified_at is None
        assert (made.sensitive_details.dietary, made.sensitive_details.access) == (
            "No nuts",
            "A ramp",
        )
        assert {(each.version.kind, each.version.text) for each in made.consents.all()} == {
            ("code-of-conduct", "Be *kind*."),
            ("data", "Used for this alone."),
        }

    def test_no_sensitive_row_where_nothing_was_told(self, client, workshop):
        send(client, workshop)

        assert proved()
        assert not SensitiveDetails.objects.exists()

    def test_mistake_stands_beside_its_field_and_all_that_was_typed_is_kept(self, client, workshop):
        page = send(
            client, workshop, country="", dietary="No <nuts>", days=[], agrees_to_conduct=None
        ).content.decode()

        assert not Submission.objects.exists()
        assert 'href="#id_country"' in page
        assert 'href="#id_days_0"' in page
        assert 'id="id_country_error"' in page
        select = re.search(r'<select[^>]*name="country"[^>]*>', page)[0]
        assert re.search(r'aria-describedby="[^"]*id_country_error', select)
        assert "Tick at least one day." in page
        for typed in ("Ada Example", "ada@example.org", "Example House", "No &lt;nuts&gt;"):
            assert typed in page
        assert re.search(r'name="agrees_to_data_use"[^>]*checked', page)

    @pytest.mark.parametrize(
        ("listed", "typed", "field"),
        [(False, "", "organisation"), (True, "Another", "other_organisation")],
    )
    def test_organisation_is_from_the_list_or_typed(self, client, workshop, listed, typed, field):
        house = OrganisationFactory(workshop=workshop)

        page = send(
            client, workshop, organisation=house.pk if listed else "", other_organisation=typed
        ).content.decode()

        assert f'id="id_{field}_error"' in page
        assert not Submission.objects.exists()

    @pytest.mark.parametrize("field", ["organisation", "affiliations", "days"])
    def test_knows_nothing_of_another_workshop(self, client, workshop, field):
        elsewhere = workshop_with_texts(starts_on=workshop.starts_on + timedelta(days=60))
        foreign = {
            "organisation": OrganisationFactory(workshop=elsewhere, name="Foreign house").pk,
            "affiliations": [AffiliationFactory(workshop=elsewhere, name="Foreign club").pk],
            "days": [elsewhere.dates[0].isoformat()],
        }

        page = send(
            client, workshop, **{"other_organisation": "", field: foreign[field]}
        ).content.decode()

        assert not Submission.objects.exists()
        assert "Foreign" not in page

    def test_texts_are_shown_in_full_and_one_that_is_missing_is_not_asked(self, client, workshop):
        page = client.get(address("register", workshop)).content.decode()
        assert "Be <em>kind</em>." in page
        assert "Used for this alone." in page

        bare = workshop_with_texts(code_of_conduct="")
        send(client, bare, agrees_to_conduct=None)
        consents = proved().consents.all()
        assert [each.version.kind for each in consents] == ["data"]

    def test_says_when_it_opens_or_closed_and_whom_to_write_to(self, client, workshop):
        Contact.objects.create(workshop=workshop, role="Travel", email="travel@example.org")
        for moved, word in [(timedelta(days=400), "opens on"), (-timedelta(days=400), "closed on")]:
            workshop.registration_opens_at += moved
            workshop.registration_closes_at += moved
            workshop.save()

            page = client.get(address("register", workshop)).content.decode()
            answer = send(client, workshop)

            assert word in page
            assert "Asia/Bangkok" in page
            assert "travel@example.org" in page
            assert answer.content.decode() == page
            workshop.registration_opens_at -= moved
            workshop.registration_closes_at -= moved
        assert not Submission.objects.exists()

    @pytest.mark.parametrize(
        ("status", "code"), [(Status.PENDING, 302), (Status.CANCELLED, 200), (None, 200)]
    )
    def test_somebody_registered_is_sent_to_their_page(self, client, workshop, status, code):
        user = UserFactory()
        if status:
            ParticipantFactory(workshop=workshop, user=user, status=status)
        client.force_login(user)

        response = client.get(address("register", workshop))

        assert response.status_code == code
        if code == 302:
            assert response.url == address("workshop:me", workshop)
        else:
            assert user.email in response.content.decode()


class TestSameAnswer:
    def answer(self, workshop, email):
        claimed = [affiliation.pk for affiliation in workshop.affiliations.all()]
        with CaptureQueriesContext(connection) as queries:
            client = Client()
            answer = send(client, workshop, email=email, affiliations=claimed, dietary="Rice")
            page = client.get(answer.url)
        headers = [
            sorted(name for name in response.headers.items() if name[0] not in PASSING)
            for response in (answer, page)
        ]
        text = NOISE.sub("", f"{page.content.decode()} {headers}".replace(email, "@"))
        return (answer.status_code, answer.content, page.status_code, text), queries

    def test_page_and_work_are_the_same_for_known_and_unknown(self, workshop):
        AffiliationFactory.create_batch(3, workshop=workshop)
        known = ParticipantFactory(workshop=workshop).user.email
        elsewhere = ParticipantFactory().user.email

        unknown_answer = self.answer(workshop, "unknown@example.org")
        known_answer = self.answer(workshop, known)
        elsewhere_answer = self.answer(workshop, elsewhere)

        assert known_answer[0] == unknown_answer[0] == elsewhere_answer[0]
        writes = [
            sum(q["sql"].startswith(("INSERT", "UPDATE")) for q in queries)
            for _told, queries in (unknown_answer, known_answer, elsewhere_answer)
        ]
        assert writes[0] == writes[1]
        assert writes[0] - writes[2] == 1  # the user is there
        assert abs(len(unknown_answer[1]) - len(known_answer[1])) <= 1

    @pytest.mark.parametrize("times", [1, 2])
    @pytest.mark.parametrize("before", ["cancelled", "form waits", "full of forms", "protected"])
    def test_page_is_the_same_whatever_there_is_of_an_address(self, workshop, before, times):
        user = UserFactory()
        if before in ("cancelled", "protected"):
            status = Status.CANCELLED if before == "cancelled" else Status.CONFIRMED
            ParticipantFactory(
                workshop=workshop,
                user=user,
                status=status,
                is_protected=before == "protected",
                alias="Alias",
            )
        else:
            number = 1 if before == "form waits" else MOST_WAITING
            SubmissionFactory.create_batch(number, workshop=workshop, user=user)

        for _n in range(times):
            told, _queries = self.answer(workshop, user.email)
            unknown, _queries = self.answer(workshop, "unknown@example.org")

        assert told == unknown

    def test_known_address_changes_nothing_and_is_told_by_mail(self, client, workshop):
        known = ParticipantFactory(workshop=workshop, badge_name="Proved", job_title="Old")
        before = (User.objects.count(), Participant.objects.count(), Participant.history.count())

        send(client, workshop, email=known.user.email.upper(), dietary="Poison")

        known.refresh_from_db()
        assert (known.badge_name, known.job_title) == ("Proved", "Old")
        assert (
            User.objects.count(),
            Participant.objects.count(),
            Participant.history.count(),
        ) == before
        assert not SensitiveDetails.objects.exists()
        assert kinds() == ["already_registered"]
        assert "/accounts/login/" in Message.objects.get().text

    @pytest.mark.parametrize("status", sorted({*Status} - registering.MAY_REGISTER))
    def test_no_proved_registration_is_touched(self, client, workshop, status):
        known = ParticipantFactory(workshop=workshop, status=status)

        send(client, workshop, email=known.user.email)

        known.refresh_from_db()
        assert (known.status, known.badge_name) == (status, str(known))
        assert kinds() == ["already_registered"]


class TestSent:
    def test_page_can_be_read_again_without_sending_again(self, client, workshop):
        page = client.get(send(client, workshop).url)

        again = client.get(address("sent", workshop))

        html = " ".join(page.content.decode().split())
        assert "ada@example.org" in html
        assert "The link is good for 3 days. If nobody uses it" in html
        assert "no-store" in page["Cache-Control"]
        assert again.content == page.content
        assert kinds() == ["verify"]

    def test_page_tells_nobody_else_the_address(self, client, workshop):
        send(client, workshop)
        elsewhere = workshop_with_texts()

        assert Client().get(address("sent", workshop)).url == address("register", workshop)
        assert client.get(address("sent", elsewhere)).url == address("register", elsewhere)

    def test_address_is_remembered_as_long_as_the_link_is_good(self, client, workshop, settings):
        send(client, workshop)

        left = client.session.get_expiry_age() / settings.VERIFY_LINK_GOOD_FOR.total_seconds()
        assert 0.99 < left <= 1

    def test_form_sent_twice_by_a_double_click_sends_one_mail(self, client, workshop):
        answers = [send(client, workshop).url for _n in range(2)]

        assert answers == [address("sent", workshop)] * 2
        assert kinds() == ["verify"]
        assert Submission.objects.count() == 1

    def test_known_address_is_told_once_by_a_double_click(self, client, workshop):
        known = ParticipantFactory(workshop=workshop).user.email

        for _n in range(2):
            send(client, workshop, email=known)

        assert kinds() == ["already_registered"]

    def test_same_form_sent_later_is_mailed_again_and_both_links_work(self, client, workshop):
        send(client, workshop)
        with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
            send(client, workshop)

        first, second = (link_in(each) for each in Message.objects.order_by("pk"))
        assert "Ada Example" in client.get(second).content.decode()
        assert client.post(first).status_code == 302
        assert Participant.objects.count() == 1


@pytest.mark.django_db
class TestMails:
    def test_carry_nothing_that_was_typed_and_escape_nothing(self, client):
        workshop = workshop_with_texts(title="Safe & “sound” <2024>")
        typed = {"dietary": "Secret-diet", "access": "Secret-access", "badge_name": "Secret Name"}

        send(client, workshop, **typed)
        client.post(link_in(Message.objects.get()))
        send(client, workshop, **typed)

        assert kinds() == ["verify", "received", "already_registered"]
        for email in Message.objects.all():
            assert "Secret" not in email.subject + email.text
            assert "Safe & “sound” <2024>" in email.subject
            assert "Safe & “sound” <2024>" in email.text
            assert "&amp;" not in email.subject + email.text

    def test_link_is_shown_to_no_organiser_and_scrubbed_on_delivery(self, client, workshop):
        send(client, workshop)

        deliver_letters()

        assert Message.objects.get().is_secret
        assert Message.objects.get().text == ""


class TestThrottle:
    def test_too_many_forms_for_an_address_are_refused_and_keep_what_was_typed(
        self, client, workshop
    ):
        known = ParticipantFactory(workshop=workshop).user.email
        for email in (known, "unknown@example.org"):
            codes = [
                send(client, workshop, email=email, job_title=f"Title {n}").status_code
                for n in range(6)
            ]
            assert codes == [302] * 5 + [429]

        page = send(client, workshop, email=known.upper(), dietary="No nuts").content.decode()

        assert "Too many attempts." in page
        assert "No nuts" in page
        assert kinds() == ["already_registered"] + ["verify"] * 5

    def test_forms_that_a_stranger_sends_leave_room_for_the_owners(self, client, workshop):
        stranger = Client(REMOTE_ADDR="198.51.100.7")
        for _n in range(6):
            last = send(stranger, workshop, email="ada@example.org")

        assert last.status_code == 429
        assert send(client, workshop, email="ada@example.org").status_code == 302

    def test_too_many_forms_from_one_place_are_refused(self, client, workshop):
        codes = [
            send(client, workshop, email=f"person-{n}@example.org").status_code for n in range(21)
        ]

        assert codes == [302] * 20 + [429]


@pytest.fixture
def open_workshop(transactional_db):
    cache.clear()  # a table that no test's end empties
    yield workshop_with_texts()
    cache.clear()


def submit_at_once(workshop) -> list:
    details, texts = details_of(workshop), texts_of(workshop)
    return at_once(
        lambda n: registering.register(
            workshop=workshop, email="ada@example.org", details=details, agreed_to=texts
        )
    )


def test_one_form_sent_many_times_at_once_is_kept_and_mailed_once(open_workshop):
    told = submit_at_once(open_workshop)

    assert told == [None] * THREADS
    assert Submission.objects.count() == 1
    assert kinds() == ["verify"]


def test_without_the_lock_it_is_kept_and_mailed_several_times(open_workshop, monkeypatch):
    user = UserFactory(email="ada@example.org")
    all_looked = Barrier(THREADS, timeout=5)
    look = submitting._is_repeated

    def look_together(*args):
        found = look(*args)
        with suppress(BrokenBarrierError):
            all_looked.wait()
        return found

    monkeypatch.setattr(registering, "locked_user", lambda email: user)
    monkeypatch.setattr(submitting, "_is_repeated", look_together)

    submit_at_once(open_workshop)

    assert Submission.objects.count() > 1


def test_one_form_pressed_twice_at_once_is_no_error(open_workshop):
    codes = at_once(lambda n: send(Client(), open_workshop).status_code, count=4)

    assert set(codes) <= {302, 429}
    assert Submission.objects.count() == 1
