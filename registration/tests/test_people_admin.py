"""The organisers' screens for people: what they show, and that all they do goes by the actions."""

import re
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.urls import reverse
from django.utils import timezone

from foundation.mail.deliver import deliver_letters
from foundation.mail.models import Message, State
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, TextVersionFactory
from registration.actions import deciding, waiting
from registration.models import Invitation, Status
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from registration.tests.staff import act, change_of, errors_of, filled, messages_of, press, write
from registration.waiting_list import entry_of
from workshop.tests.filled import agreed

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:registration_participant_changelist")
INVITATIONS = reverse("admin:registration_invitation_changelist")
SEVERAL = reverse("admin:registration_invitation_several")


class TestList:
    def test_list_tells_affiliations_and_status_in_words(self, desk, bangkok, member):
        expert = AffiliationFactory(workshop=bangkok, name="Expert")
        ParticipantFactory(
            workshop=bangkok,
            verified=[member],
            claimed=[expert],
            other_organisation="Typed <Trust>",
            country="KR",
            status=Status.PENDING,
        )

        html = desk.get(PEOPLE).content.decode()

        assert "ECPAT member ✓ verified, Expert claimed" in html
        assert "Typed &lt;Trust&gt;" in html
        assert "South Korea" in html
        assert "awaiting decision" in html.lower()

    def test_list_begins_with_whoever_has_waited_longest(self, desk, bangkok):
        now = timezone.now()
        for name, status, days in (
            ("Cancelled", Status.CANCELLED, 9),
            ("Confirmed", Status.CONFIRMED, 8),
            ("Late", Status.PENDING, 1),
            ("Early", Status.PENDING, 2),
        ):
            ParticipantFactory(
                workshop=bangkok,
                badge_name=name,
                status=status,
                submitted_at=now - timedelta(days=days),
            )

        listed = [str(row) for row in desk.get(PEOPLE).context["cl"].result_list]

        assert listed == ["Early", "Late", "Confirmed", "Cancelled"]

    def test_list_has_the_waiting_list_in_its_order(self, desk, bangkok):
        first, second = ParticipantFactory.create_batch(2, workshop=bangkok, status=Status.PENDING)
        for person in (second, first):
            deciding.put_on_waiting_list(participant=person, by=None)

        listed = desk.get(PEOPLE, {"status__exact": "waiting"}).context["cl"].result_list

        assert list(listed) == [second, first]

    def test_claims_filter_finds_those_with_something_to_verify(self, desk, bangkok, member):
        claims = ParticipantFactory(workshop=bangkok, claimed=[member])
        verified = ParticipantFactory(workshop=bangkok, verified=[member])
        gone = ParticipantFactory(workshop=bangkok, claimed=[member], status=Status.CANCELLED)

        def found(**query):
            return set(desk.get(PEOPLE, query).context["cl"].result_list)

        assert found(claims="yes") == {claims}
        assert found(claims="no") == {verified, gone}
        assert found(claims="x") == {claims, verified, gone}

    @pytest.mark.parametrize("query", ["Made-up Person", "made-up@example.org", "Trust One", "Two"])
    def test_search_finds_by_name_address_and_organisation(self, desk, bangkok, query):
        home = OrganisationFactory(workshop=bangkok, name="Trust One")
        wanted = ParticipantFactory(
            workshop=bangkok,
            badge_name="Made-up Person",
            organisation=home,
            other_organisation="Two",
            user__email="made-up@example.org",
        )
        ParticipantFactory(workshop=bangkok)

        assert [*desk.get(PEOPLE, {"q": query}).context["cl"].result_list] == [wanted]

    def test_nobody_is_added_or_deleted_by_hand_and_the_list_says_what_to_do(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok)

        html = desk.get(PEOPLE).content.decode()

        assert "nobody is added or deleted here" in html
        assert reverse("admin:registration_invitation_add") in html
        assert desk.get(reverse("admin:registration_participant_add")).status_code == 403
        delete = reverse("admin:registration_participant_delete", args=[person.pk])
        assert desk.post(delete, {"post": "yes"}).status_code == 403


class TestBulk:
    def test_bulk_confirm_says_how_many_and_every_refusal_once(self, desk, bangkok):
        bangkok.seats = 1
        bangkok.save()
        people = ParticipantFactory.create_batch(2, workshop=bangkok, status=Status.PENDING)

        told = messages_of(act(desk, "confirm", *people))

        assert told[0] == "Confirmed: 1. Each gets a mail."
        assert "on the waiting list" in told[1]
        assert bangkok.participants.confirmed().count() == 1

    def test_bulk_verify_and_confirm_is_one_mail_each(self, desk, bangkok, member):
        home = OrganisationFactory(workshop=bangkok, may_hold=[member])
        claiming = {"workshop": bangkok, "organisation": home, "claimed": [member]}
        people = ParticipantFactory.create_batch(2, status=Status.PENDING, **claiming)

        act(desk, "confirm_verified", *people)

        assert bangkok.participants.confirmed().count() == 2
        assert member.participant_affiliations.verified().count() == 2
        assert Message.objects.count() == 2

    @pytest.mark.parametrize(
        ("action", "status"), [("decline", Status.DECLINED), ("cancel", Status.CANCELLED)]
    )
    def test_declining_and_cancelling_ask_first_naming_everybody(
        self, desk, bangkok, action, status
    ):
        people = ParticipantFactory.create_batch(2, workshop=bangkok, status=Status.PENDING)

        asked = act(desk, action, *people)
        question = asked.content.decode()
        before = set(bangkok.participants.values_list("status", flat=True))
        agreed(desk, asked)

        assert all(str(person) in question for person in people)
        assert before == {Status.PENDING}
        assert set(bangkok.participants.values_list("status", flat=True)) == {status}

    def test_bulk_moves_record_who_made_them(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok, status=Status.PENDING)

        act(desk, "put_on_waiting_list", person)

        person.refresh_from_db()
        assert person.status_by == bangkok.roles.get().user
        assert person.history.latest().history_user == person.status_by


class TestForm:
    def test_history_tells_the_moves_that_only_actions_make(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok, status=Status.PENDING)
        act(desk, "put_on_waiting_list", person)

        history = reverse("admin:registration_participant_history", args=[person.pk])
        words = re.sub(r"<[^>]+>|\s", " ", desk.get(history).content.decode())

        assert re.search(r"Status: +pending → waiting", words)

    def test_form_offers_the_moves_that_are_possible_now(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok, status=Status.PENDING)

        def offered():
            html = desk.get(change_of(person)).content.decode()
            return re.findall(r'name="(?:_move|action)"\s+value="(\w+)"', html)

        assert offered() == ["confirm", "put_on_waiting_list", "decline", "cancel"]
        agreed(desk, act(desk, "cancel", person))
        assert offered() == ["restore"]

    def test_move_by_button_saves_what_was_ticked_before_it(self, desk, bangkok, member):
        home = OrganisationFactory(workshop=bangkok, may_hold=[member])
        person = ParticipantFactory(
            workshop=bangkok, organisation=home, status=Status.PENDING, claimed=[member]
        )
        ticked = {"participant_affiliations-0-verified": "on", "badge_name": "New Name"}

        response = press(desk, person, "confirm", **ticked)
        deliver_letters()

        person.refresh_from_db()
        assert response.redirect_chain[-1][0] == change_of(person)
        assert (person.status, person.badge_name) == (Status.CONFIRMED, "New Name")
        assert person.participant_affiliations.verified().exists()
        [sent] = django_mail.outbox
        assert "ECPAT member" in sent.body

    def test_move_that_is_refused_saves_nothing_and_keeps_what_was_typed(self, desk, bangkok):
        bangkok.seats = 1
        bangkok.save()
        ParticipantFactory(workshop=bangkok)
        person = ParticipantFactory(workshop=bangkok, status=Status.PENDING, badge_name="Old")

        response = press(desk, person, "confirm", badge_name="New")

        assert "on the waiting list" in errors_of(response)["__all__"][0]
        assert 'value="New"' in response.content.decode()
        person.refresh_from_db()
        assert (person.status, person.badge_name) == (Status.PENDING, "Old")
        assert not Message.objects.exists()

    def test_crafted_status_is_not_taken(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok, status=Status.PENDING)

        press(desk, person, "cancel", status="confirmed")  # asks first, so not by this way either

        person.refresh_from_db()
        assert person.status == Status.PENDING

    def test_old_state_has_no_page_to_be_written_back_from(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok, status=Status.CONFIRMED)
        agreed(desk, act(desk, "cancel", person))
        history = reverse("admin:registration_participant_history", args=[person.pk])
        earlier = f"{history}{person.history.earliest().history_id}/"

        assert desk.get(history).status_code == 200
        for answer in (
            desk.get(earlier, follow=True),
            desk.post(earlier, filled(desk, person), follow=True),
        ):
            assert answer.redirect_chain[-1][0] == reverse("admin:index")
            assert "doesn’t exist" in messages_of(answer)[0]
        person.refresh_from_db()
        assert person.status == Status.CANCELLED

    def test_unticking_takes_the_affiliation_back(self, desk, bangkok, member):
        person = ParticipantFactory(workshop=bangkok, verified=[member])
        data = filled(desk, person)
        del data["participant_affiliations-0-verified"]

        asked = desk.post(change_of(person), data)
        assert person.participant_affiliations.verified().exists()
        agreed(desk, asked)

        assert not person.participant_affiliations.verified().exists()
        assert person.participant_affiliations.exists()

    def test_affiliation_is_given_by_choosing_it(self, desk, bangkok, member):
        home = OrganisationFactory(workshop=bangkok, may_hold=[member])
        person = ParticipantFactory(workshop=bangkok, organisation=home)
        data = filled(desk, person)

        desk.post(change_of(person), data | {"participant_affiliations-0-affiliation": member.pk})

        assert person.participant_affiliations.verified().get().affiliation == member

    def test_changed_organisation_needs_a_seat_and_replaces_the_typed_one(self, desk, bangkok):
        full = OrganisationFactory(workshop=bangkok, seats=1, name="Full Trust")
        ParticipantFactory(workshop=bangkok, organisation=full)
        person = ParticipantFactory(workshop=bangkok, other_organisation="Typed")

        def choose():
            return desk.post(change_of(person), filled(desk, person, organisation=full.pk))

        assert "All seats of Full Trust" in errors_of(choose())["__all__"][0]
        full.seats = 2
        full.save()
        assert choose().status_code == 302
        person.refresh_from_db()
        assert (person.organisation, person.other_organisation) == (full, "")

    def test_typed_organisation_is_put_on_the_list_by_a_button(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok, other_organisation="Made-up Trust")

        press(desk, person, "list_organisation")

        person.refresh_from_db()
        assert person.organisation.name == "Made-up Trust"

    def test_form_shows_consents_days_and_the_mails_with_their_fate(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok)
        version = TextVersionFactory(workshop=bangkok, text="As it was.")
        person.consents.create(version=version)
        person.attendances.create(on=bangkok.starts_on)
        failed = {"state": State.REFUSED, "last_answer": "550 no such mailbox"}
        write(bangkok, about=person.public_id, **failed)

        html = desk.get(change_of(person)).content.decode()

        assert f"use of personal data ({version.digest[:8]})" in html
        assert f"{bangkok.starts_on:%d}".lstrip("0") in html
        assert "refused: 550 no such mailbox" in html

    def test_form_tells_the_position_the_offer_and_its_end(self, desk, bangkok):
        waits, next_one, never = ParticipantFactory.create_batch(
            3, workshop=bangkok, status=Status.PENDING
        )
        for person in (next_one, waits):
            deciding.put_on_waiting_list(participant=person, by=None)
        bangkok.seats = 1
        bangkok.save()
        waiting.move_up()

        told = {each: desk.get(change_of(each)).content.decode() for each in (waits, never)}
        offered = desk.get(change_of(next_one)).content.decode()

        ends_at = entry_of(next_one).offer_until(bangkok.zone)
        assert "number 1, since " in told[waits]
        assert f"a seat is offered until {ends_at}; in line since " in offered
        assert "not in line" in told[never]

    def test_reader_may_look_and_not_move(self, enter, bangkok, member):
        person = ParticipantFactory(workshop=bangkok, status=Status.PENDING, claimed=[member])
        reader = enter(RoleFactory(workshop=bangkok, duty=Duty.READ_ONLY).user)

        page = reader.get(change_of(person))
        posted = reader.post(change_of(person), {"_move": "confirm"})
        act(reader, "confirm", person)

        assert page.status_code == 200
        assert 'name="_move"' not in page.content.decode()
        assert "Invite somebody" not in reader.get(PEOPLE).content.decode()
        assert posted.status_code == 403
        person.refresh_from_db()
        assert person.status == Status.PENDING


class TestInvitations:
    ADD = reverse("admin:registration_invitation_add")

    def test_saving_an_invitation_sends_it_with_its_affiliations(self, desk, bangkok, member):
        data = {"workshop": bangkok.pk, "email": "New@Example.org", "affiliations": [member.pk]}

        response = desk.post(self.ADD, data, follow=True)
        deliver_letters()

        made = Invitation.objects.get()
        [sent] = django_mail.outbox
        assert (made.email, made.is_good()) == ("new@example.org", True)
        assert "ECPAT member" in sent.body
        assert "on its way" in " ".join(messages_of(response))

    @pytest.mark.parametrize("state", ["invited", "registered"])
    def test_known_address_is_refused_beside_its_field(self, desk, bangkok, state):
        if state == "invited":
            InvitationFactory(workshop=bangkok, email="known@example.org")
        else:
            ParticipantFactory(workshop=bangkok, user__email="known@example.org")
        InvitationFactory(email="elsewhere@example.org")

        data = {"workshop": bangkok.pk, "email": "Known@example.org"}
        refused = desk.post(self.ADD, data)
        elsewhere = desk.post(self.ADD, data | {"email": "elsewhere@example.org"})

        assert f"is {state} already" in errors_of(refused)["email"][0]
        assert elsewhere.status_code == 302

    def test_changed_address_gets_a_new_link_and_another_change_sends_nothing(self, desk, bangkok):
        invitation = InvitationFactory(workshop=bangkok)
        nonce = invitation.nonce

        desk.post(change_of(invitation), filled(desk, invitation, name="Changed"))
        assert not Message.objects.exists()
        desk.post(change_of(invitation), filled(desk, invitation, email="new@example.org"))

        invitation.refresh_from_db()
        assert (invitation.name, invitation.email) == ("Changed", "new@example.org")
        assert invitation.nonce != nonce
        assert Message.objects.get().to == "new@example.org"

    def test_used_invitation_is_only_read(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok)
        used, unused = InvitationFactory.create_batch(2, workshop=bangkok)
        used.participant, used.used_at = person, timezone.now()
        used.save()

        page = desk.get(change_of(used)).content.decode()
        posted = desk.post(change_of(used), {"email": "other@example.org"})
        again = act(desk, "send_again", used, unused)
        act(desk, "delete_selected", used, unused, post="yes")
        deleted = act(desk, "delete_selected", unused, post="yes")

        assert f"used by {person}" in page
        assert "Send again" not in page
        assert posted.status_code == 403
        assert any("has registered" in told for told in messages_of(again))
        assert Message.objects.count() == 1
        assert deleted.status_code == 200
        assert [*Invitation.objects.all()] == [used]

    @pytest.mark.parametrize("state", ["open", "used", "expired"])
    def test_state_filter_lists_what_it_says(self, desk, bangkok, state):
        now = timezone.now()
        made = {
            "open": InvitationFactory(workshop=bangkok),
            "used": InvitationFactory(workshop=bangkok, used_at=now),
            "expired": InvitationFactory(workshop=bangkok, expires_at=now - timedelta(days=1)),
        }

        rows = desk.get(INVITATIONS, {"state": state}).context["cl"].result_list

        assert [*rows] == [made[state]]

    def test_several_are_invited_at_once(self, desk, bangkok, member):
        lines = "One@example.org, Person One\n\n two@example.org\n"

        desk.post(SEVERAL, {"lines": lines, "affiliations": [member.pk]})

        invited = Invitation.objects.order_by("email").values_list("email", "name")
        assert list(invited) == [("one@example.org", "Person One"), ("two@example.org", "")]
        assert Message.objects.count() == 2
        assert member.invitations.count() == 2

    def test_several_tell_every_mistaken_line_and_invite_nobody(self, desk, bangkok):
        InvitationFactory(workshop=bangkok, email="known@example.org")
        lines = (
            "good@example.org, Good\nno address, X\nknown@example.org\n"
            f"GOOD@example.org\nlong@example.org, {'x' * 121}\n=1+1"
        )

        response = desk.post(SEVERAL, {"lines": lines})

        mistakes = errors_of(response)["lines"]
        assert [re.match(r"Line (\d+): ", each)[1] for each in mistakes] == list("23456")
        assert lines.splitlines()[1] in response.content.decode()
        assert Invitation.objects.count() == 1
        assert not Message.objects.exists()

    @pytest.mark.parametrize(
        "lines",
        [
            "Name\tE-mail\nPerson One\tOne@kf.example\nTwo, Person\ttwo@kf.example",
            "e-mail;name\none@kf.example;Person One\ntwo@kf.example;Two, Person;;",
            'Person One <one@kf.example>;\n"Two, Person" <TWO@kf.example>',
            'one@kf.example,Person One\n"Two, Person",two@kf.example,',
        ],
    )
    def test_several_are_read_as_a_clipboard_has_them(self, desk, bangkok, lines):
        desk.post(SEVERAL, {"lines": lines})

        made = bangkok.invitations.order_by("email").values_list("email", "name")
        expected = [("one@kf.example", "Person One"), ("two@kf.example", "Two, Person")]
        assert list(made) == expected

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ("d8@kf.example, d9@kf.example, d10@kf.example", "one address a line"),
            ("d8@kf.example d9@kf.example", "one address a line"),
            ("One <d8@kf.example>; Two <d9@kf.example>", "one address a line"),
            ("a@kf.example,Amina Diallo,Membre,SN", "Too many columns"),
            ("Amina Diallo", "no e-mail address"),
            ("a@kf.example, \u3164---", "Write it with letters"),
            ('"x,mallory@evil.example,y"@kf.example', "one e-mail address only"),
        ],
    )
    def test_several_on_one_line_are_a_mistake_told_with_its_line(self, desk, line, sentence):
        response = desk.post(SEVERAL, {"lines": f"one@kf.example, Person One\n{line}"})

        [mistake] = errors_of(response)["lines"]
        assert mistake.startswith("Line 2: ")
        assert sentence in mistake
        assert not Invitation.objects.exists()
        assert not Message.objects.exists()

    @pytest.mark.parametrize("lines", ["", "\n \n", "\x07", "x" * 5000, "សួស្តី, ‮rtl 🙂", ","])
    def test_several_survive_any_text(self, desk, lines):
        assert errors_of(desk.post(SEVERAL, {"lines": lines}))["lines"]
        assert not Invitation.objects.exists()
