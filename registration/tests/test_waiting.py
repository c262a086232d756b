"""The workshop's waiting list: who is next, whose seat it is, and what becomes of an offer."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.db import connection
from django.utils import timezone

from foundation.accounts.tests.factories import UserFactory
from foundation.core.refusals import Refused
from foundation.core.tests.at_once import THREADS, at_once
from foundation.mail.deliver import deliver_letters
from foundation.mail.models import Message
from foundation.offers.actions import position
from foundation.series.tests.factories import WorkshopFactory
from registration import data_export
from registration.actions import deciding, waiting
from registration.actions.seats import hold_seat
from registration.models import Participant, Status, WaitingListEntry
from registration.tests.factories import OrganisationFactory, ParticipantFactory
from registration.tests.lines import let_pass, line_of, states
from registration.waiting_list import WorkshopPool, entry_of


def refusal(act, **what) -> Refused:
    with pytest.raises(Refused) as refused:
        act(**what)
    return refused.value


def kinds(participant) -> list[str]:
    messages = Message.objects.about(participant.public_id).order_by("pk")
    return [kind.removeprefix("registration/") for kind in messages.values_list("kind", flat=True)]


def place(participant) -> int | None:
    return position(pool=WorkshopPool(participant.workshop), participant=participant)


@pytest.fixture
def by(db):
    return UserFactory()


@pytest.fixture
def workshop(db):
    return WorkshopFactory(seats=1)


@pytest.fixture
def seated(workshop):
    """Who has the one seat."""
    return ParticipantFactory(workshop=workshop)


@pytest.fixture
def line(workshop, seated):
    return line_of(workshop)


@pytest.fixture
def offered(line, seated):
    """The one seat is free, and offered to the first of the line."""
    deciding.cancel(participant=seated, by=seated.user)
    return line


def begin(workshop, at):
    """Let the workshop be on the day that it is there then."""
    workshop.starts_on = workshop.ends_on = at.astimezone(workshop.zone).date()
    workshop.save()


class TestFreeing:
    def test_put_on_the_list_joins_at_its_end(self, line):
        assert [place(each) for each in line] == [1, 2, 3]

    def test_seat_of_one_who_cancels_is_offered_to_the_first_who_is_told_until_when(self, offered):
        deliver_letters()

        offer = entry_of(offered[0])
        [sent] = [each for each in django_mail.outbox if "A seat is free" in each.subject]
        assert states(offered) == ["offered", "waiting", "waiting"]
        assert offer.offer_ends_at - offer.offered_at == settings.OFFER_GOOD_FOR
        assert sent.to == [offered[0].user.email]
        assert "(Asia/Bangkok)" in sent.body
        assert f"{settings.SITE_URL}/{offered[0].workshop.slug}/me/" in sent.body
        assert kinds(offered[1]) == ["waiting"]

    def test_seat_of_one_who_cancels_without_anybody_in_line_stays_free(self, workshop, seated):
        deciding.cancel(participant=seated, by=seated.user)

        assert WorkshopPool(workshop).free() == 1

    def test_seat_that_an_organiser_adds_is_offered_by_the_worker(self, workshop, line):
        workshop.seats = 2
        workshop.save()

        waiting.move_up()
        waiting.move_up()

        assert states(line) == ["offered", "waiting", "waiting"]
        assert kinds(line[0]) == ["waiting", "seat_offered"]

    def test_first_whose_organisation_has_a_seat_is_next(self, workshop, seated, line, by):
        full = OrganisationFactory(workshop=workshop, seats=1)
        ParticipantFactory(workshop=workshop, organisation=full)
        Participant.objects.filter(pk=line[0].pk).update(organisation=full)
        workshop.seats = 2
        workshop.save()

        deciding.cancel(participant=seated, by=seated.user)
        before = states(line)
        full.seats = 2
        full.save()
        workshop.seats = 3
        workshop.save()
        waiting.move_up()

        assert before == ["waiting", "offered", "waiting"]
        assert states(line) == ["offered", "offered", "waiting"]

    def test_offer_counts_as_a_seat_of_its_organisation(self, workshop, line):
        home = OrganisationFactory(workshop=workshop, seats=1)
        workshop.participants.filter(status=Status.WAITING).update(organisation=home)
        workshop.seats = 3
        workshop.save()

        waiting.move_up()

        assert states(line) == ["offered", "waiting", "waiting"]

    def test_nothing_is_offered_where_no_seat_is_scarce(self, workshop, line):
        workshop.seats = None
        workshop.save()

        waiting.move_up()

        assert states(line) == ["waiting"] * 3

    def test_offer_ends_when_the_workshop_begins(self, workshop, line, seated):
        begin(workshop, timezone.now() + timedelta(days=1))

        deciding.cancel(participant=seated, by=seated.user)

        ends_at = entry_of(line[0]).offer_ends_at.astimezone(workshop.zone)
        assert (ends_at.date(), ends_at.hour) == (workshop.starts_on, 0)

    def test_nothing_is_offered_once_the_workshop_has_begun(self, workshop, line, seated):
        begin(workshop, timezone.now())

        deciding.cancel(participant=seated, by=seated.user)

        assert states(line)[0] == "waiting"

    def test_other_workshops_are_left_alone(self, line, by):
        elsewhere = ParticipantFactory(workshop=WorkshopFactory(seats=1))

        deciding.cancel(participant=elsewhere, by=by)

        assert states(line) == ["waiting"] * 3


class TestOrganisers:
    @pytest.mark.parametrize("act", [deciding.cancel, deciding.decline])
    def test_whoever_is_let_go_leaves_the_line(self, line, by, act):
        act(participant=line[0], by=by)

        assert states(line) == ["left", "waiting", "waiting"]
        assert place(line[1]) == 1

    def test_offer_of_whoever_is_declined_goes_to_the_next(self, offered, by):
        deciding.decline(participant=offered[0], by=by)

        assert states(offered) == ["left", "offered", "waiting"]

    def test_confirm_takes_the_entry_along(self, workshop, line, by):
        workshop.seats = 2
        workshop.save()

        deciding.confirm(participant=line[2], by=by)

        assert states(line) == ["waiting", "waiting", "accepted"]

    def test_confirm_takes_the_offer_of_its_own(self, offered, by):
        deciding.confirm(participant=offered[0], by=by)

        assert states(offered) == ["accepted", "waiting", "waiting"]

    def test_confirm_takes_no_seat_that_is_offered_to_somebody_else(self, workshop, offered, by):
        late = ParticipantFactory(workshop=workshop, status=Status.PENDING)

        for person in (offered[1], late):
            refused = refusal(deciding.confirm, participant=person, by=by)

            assert refused.code == "seats-offered"
            assert "1 is offered to somebody on the waiting list" in refused.sentence
        assert workshop.participants.confirmed().count() == 0

    def test_confirm_takes_no_seat_of_an_organisation_that_is_offered(self, workshop, offered, by):
        home = OrganisationFactory(workshop=workshop, seats=1)
        workshop.participants.filter(pk__in=[each.pk for each in offered]).update(organisation=home)
        workshop.seats = 5
        workshop.save()

        refused = refusal(deciding.confirm, participant=offered[1], by=by)

        assert refused.code == "organisation-full"

    def test_whoever_has_an_offer_needs_a_seat_of_the_organisation_they_change_to(
        self, workshop, offered
    ):
        full = OrganisationFactory(workshop=workshop, seats=1)
        ParticipantFactory(workshop=workshop, organisation=full)
        told = {}
        for person in offered[:2]:
            person.organisation = full
            try:
                hold_seat(participant=person)
            except Refused as refused:
                told[person.pk] = refused.code

        assert told == {offered[0].pk: "organisation-full"}


class TestAnswering:
    def test_accept_confirms_by_the_person_and_says_so(self, offered):
        person = offered[0]

        waiting.accept_offer(participant=person, by=person.user)

        person.refresh_from_db()
        assert (person.status, person.status_by) == (Status.CONFIRMED, person.user)
        assert states(offered) == ["accepted", "waiting", "waiting"]
        assert kinds(person) == ["waiting", "seat_offered", "confirmed"]

    def test_accept_of_an_offer_holds_though_seats_were_taken_away(self, workshop, offered, by):
        workshop.seats = 2
        workshop.save()
        waiting.move_up()
        workshop.seats = 1
        workshop.save()

        for person in offered[:2]:
            waiting.accept_offer(participant=person, by=person.user)

        assert workshop.participants.confirmed().count() == 2

    def test_accept_without_an_offer_changes_nothing(self, offered):
        person = offered[1]

        refused = refusal(waiting.accept_offer, participant=person, by=person.user)

        person.refresh_from_db()
        assert (refused.code, person.status) == ("no-offer", Status.WAITING)

    def test_decline_cancels_and_passes_the_seat_on(self, offered):
        waiting.decline_offer(participant=offered[0], by=offered[0].user)

        offered[0].refresh_from_db()
        assert offered[0].status == Status.CANCELLED
        assert states(offered) == ["left", "offered", "waiting"]
        assert kinds(offered[0])[-1] == "cancelled"

    def test_decline_cancels_nobody_who_is_not_on_the_list(self, seated):
        refused = refusal(waiting.decline_offer, participant=seated, by=seated.user)

        seated.refresh_from_db()
        assert (refused.code, seated.status) == ("no-offer", Status.CONFIRMED)

    def test_offer_that_ends_is_told_and_goes_to_the_next(self, offered):
        let_pass(offered[0])

        assert waiting.move_up()
        assert not waiting.move_up()

        offered[0].refresh_from_db()
        assert offered[0].status == Status.WAITING
        assert states(offered) == ["expired", "offered", "waiting"]
        assert kinds(offered[0]) == ["waiting", "seat_offered", "offer_ended"]
        assert kinds(offered[1]) == ["waiting", "seat_offered"]

    def test_whoever_let_an_offer_end_joins_again_at_the_end(self, offered):
        let_pass(offered[0])

        waiting.join_again(participant=offered[0])

        assert [place(each) for each in offered] == [2, None, 1]
        assert refusal(waiting.join_again, participant=offered[0]).code == "already-in-line"

    @pytest.mark.parametrize("status", sorted(set(Status) - {Status.WAITING}))
    def test_nobody_joins_whom_no_organiser_put_there(self, workshop, status):
        person = ParticipantFactory(workshop=workshop, status=status)

        assert refusal(waiting.join_again, participant=person).code == "not-on-waiting-list"


class TestData:
    def test_download_holds_the_entries(self, offered):
        [entry] = data_export.of(offered[0])["waiting_list"]

        assert entry["state"] == "offered"
        assert set(entry) == {"state", "joined_at", "offered_at", "offer_ends_at"}

    def test_entries_go_with_the_participant(self, offered):
        key = offered[0].pk

        offered[0].delete()

        assert not WaitingListEntry.objects.filter(participant_id=key).exists()


@pytest.fixture
def crowd(transactional_db):
    """As many in line as there are threads, and one seat that is free but not offered yet."""
    return line_of(WorkshopFactory(seats=1), THREADS)


def told(act) -> str:
    try:
        act()
    except Refused as refused:
        return refused.code
    finally:
        connection.close()
    return "yes"


def test_offered_seat_is_taken_once_by_its_owner_and_by_no_organiser(crowd):
    waiting.move_up()
    by = UserFactory()

    def press(n):
        if n % 2:
            return told(lambda: deciding.confirm(participant=crowd[n], by=by))
        return told(lambda: waiting.accept_offer(participant=crowd[0], by=crowd[0].user))

    answers = at_once(press)

    assert answers.count("yes") == 1
    assert crowd[0].workshop.participants.confirmed().get() == crowd[0]


def test_freed_seat_is_offered_once_by_all_who_come_upon_it(crowd):
    at_once(lambda n: waiting.move_up())

    assert states(crowd) == ["offered"] + ["waiting"] * (THREADS - 1)
    assert kinds(crowd[0]) == ["waiting", "seat_offered"]
