"""Organisers' decisions, one at a time and all at once."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.db import connection

from foundation.accounts.tests.factories import UserFactory
from foundation.core.refusals import Refused
from foundation.core.tests.at_once import THREADS, at_once
from foundation.mail.deliver import deliver_letters
from foundation.mail.models import Message
from foundation.series.tests.factories import WorkshopFactory
from registration.actions import deciding, seats
from registration.actions.details import Details
from registration.actions.listing import list_organisation
from registration.actions.registering import change_details
from registration.models import Organisation, Status
from registration.signals import admission_lost
from registration.status import can_become
from registration.tests.factories import AffiliationFactory, OrganisationFactory, ParticipantFactory

LOST = []
ACTS = {
    Status.CONFIRMED: deciding.confirm,
    Status.WAITING: deciding.put_on_waiting_list,
    Status.DECLINED: deciding.decline,
    Status.CANCELLED: deciding.cancel,
}
# Each row: from; the columns to: x where an organiser can move a registration so.
TABLE = """
           confirmed  waiting  declined  cancelled
pending    x          x        x         x
confirmed  -          -        -         x
waiting    x          -        x         x
declined   x          x        -         x
cancelled  -          -        -         -
"""


def rows():
    header, *lines = TABLE.strip().splitlines()
    for line in lines:
        before, *marks = line.split()
        for after, mark in zip(header.split(), marks, strict=True):
            yield before, Status(after), mark == "x"


def refusal(act, **what) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**what)
    return caught.value


def kinds() -> list[str]:
    names = Message.objects.order_by("pk").values_list("kind", flat=True)
    return [name.removeprefix("registration/") for name in names]


def note_loss(sender, participant, **kwargs):
    LOST.append((participant.pk, participant.status))


@pytest.fixture
def lost():
    """Whose admission was lost, as the receivers of the signal saw them."""
    LOST.clear()
    admission_lost.connect(note_loss)
    yield LOST
    admission_lost.disconnect(note_loss)


@pytest.fixture
def by(db):
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.mark.django_db
class TestMoves:
    @pytest.mark.parametrize(("before", "after", "is_possible"), list(rows()))
    def test_move_follows_the_table_and_says_the_status_where_it_can_not(
        self, by, before, after, is_possible
    ):
        person = ParticipantFactory(status=before, badge_name="Made-up Person")
        label = person.get_status_display()

        if is_possible:
            ACTS[after](participant=person, by=by)
            person.refresh_from_db()
            assert person.status == after
        else:
            refused = refusal(ACTS[after], participant=person, by=by)
            person.refresh_from_db()
            code = f"already-{after}" if before == after else "no-such-move"
            assert (person.status, refused.code) == (before, code)
            assert "Made-up Person" in refused.sentence
            assert f"is now “{label}”" in refused.sentence or f"is “{label}” already" in (
                refused.sentence
            )
        assert can_become(ParticipantFactory(status=before), after) == is_possible

    def test_move_records_who_and_when_and_keeps_history(self, by):
        person = ParticipantFactory(status=Status.PENDING)
        before = person.status_at

        deciding.confirm(participant=person, by=by)

        person.refresh_from_db()
        assert person.status_by == by
        assert person.status_at > before
        history = person.history.order_by("history_id").values_list("status", "status_by")
        assert list(history) == [("pending", None), ("confirmed", by.pk)]

    def test_move_reads_the_registration_as_it_stands_now(self, by):
        person = ParticipantFactory(status=Status.PENDING)
        type(person).objects.filter(pk=person.pk).update(status=Status.CANCELLED)

        assert refusal(deciding.confirm, participant=person, by=by).code == "no-such-move"

    @pytest.mark.parametrize("after", ACTS)
    def test_move_writes_its_mail_to_the_participant(self, by, after):
        person = ParticipantFactory(
            status=Status.PENDING, badge_name="ສົມພອນ <b>& Co</b>", workshop__title="Bangkok & more"
        )

        ACTS[after](participant=person, by=by)
        deliver_letters()

        written = Message.objects.get()
        [sent] = django_mail.outbox
        assert (kinds(), written.about) == ([after], person.public_id)
        assert not written.is_secret
        assert sent.to == [person.user.email]
        assert "Bangkok & more" in sent.subject
        assert sent.body.startswith("Dear ສົມພອນ <b>& Co</b>,\n\n")
        assert "Bangkok & more" in sent.body
        assert f"{settings.SITE_URL}/{person.workshop.slug}/" in sent.body

    def test_move_and_its_mail_are_undone_together(self, by, monkeypatch):
        person = ParticipantFactory(status=Status.PENDING)
        monkeypatch.setattr(deciding, "notify", lambda kind: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            deciding.confirm(participant=person, by=by)

        person.refresh_from_db()
        assert person.status == Status.PENDING
        assert person.history.count() == 1

    def test_cancelling_frees_what_was_held(self, by, lost):
        person = ParticipantFactory()

        deciding.cancel(participant=person, by=person.user)

        assert lost == [(person.pk, Status.CANCELLED)]


@pytest.mark.django_db
class TestPlaces:
    def test_confirm_stops_at_the_workshops_places_and_offers_the_waiting_list(self, by):
        workshop = WorkshopFactory(seats=1)
        ParticipantFactory(workshop=workshop)
        ParticipantFactory()  # of another workshop
        late = ParticipantFactory(workshop=workshop, status=Status.PENDING)

        refused = refusal(deciding.confirm, participant=late, by=by)

        assert refused.code == "workshop-full"
        assert "(1) are taken" in refused.sentence
        assert "on the waiting list" in refused.sentence
        assert kinds() == []

    def test_confirm_stops_at_the_organisations_seats(self, by):
        workshop = WorkshopFactory(seats=50)
        home = OrganisationFactory(workshop=workshop, seats=1, name="Made-up Trust")
        ParticipantFactory(workshop=workshop, organisation=home)
        late = ParticipantFactory(workshop=workshop, organisation=home, status=Status.PENDING)

        refused = refusal(deciding.confirm, participant=late, by=by)

        assert refused.code == "organisation-full"
        assert "Made-up Trust" in refused.sentence

    def test_place_of_one_who_cancels_is_given_again(self, by):
        workshop = WorkshopFactory(seats=1)
        first = ParticipantFactory(workshop=workshop)
        second = ParticipantFactory(workshop=workshop, status=Status.WAITING)

        deciding.cancel(participant=first, by=by)
        deciding.confirm(participant=second, by=by)

        second.refresh_from_db()
        assert second.is_confirmed

    def test_listing_an_organisation_relates_all_who_typed_it(self, by):
        here = {"country": "KH", "other_organisation": "Made-up Trust"}
        first = ParticipantFactory(**here)
        same = ParticipantFactory(
            workshop=first.workshop, country="KH", other_organisation="made-up trust"
        )
        abroad = ParticipantFactory(workshop=first.workshop, **here | {"country": "LA"})
        elsewhere = ParticipantFactory(**here)

        made = list_organisation(participant=first, by=None)

        assert (made.name, made.country.code, made.workshop) == (
            "Made-up Trust",
            "KH",
            first.workshop,
        )
        assert set(made.participants.all()) == {first, same}
        for person, typed in ((first, ""), (same, ""), (abroad, "Made-up Trust")):
            person.refresh_from_db()
            assert person.other_organisation == typed
        elsewhere.refresh_from_db()
        assert elsewhere.organisation is None
        assert first.history.count() == 2

    def test_listing_takes_the_organisation_that_is_there_and_its_seats(self):
        there = OrganisationFactory(name="Made-up Trust", seats=1)
        typed = {"workshop": there.workshop, "other_organisation": "MADE-UP TRUST "}
        person, second = ParticipantFactory.create_batch(2, **typed)

        assert refusal(list_organisation, participant=person, by=None).code == "organisation-full"
        assert not there.participants.exists()
        second.delete()
        assert list_organisation(participant=person, by=None) == there
        assert Organisation.objects.count() == 1

    def test_listing_without_a_typed_name_is_refused(self):
        assert (
            refusal(list_organisation, participant=ParticipantFactory(), by=None).code
            == "nothing-typed"
        )


@pytest.mark.django_db
class TestAffiliations:
    @pytest.fixture
    def member(self):
        return AffiliationFactory(name="ECPAT member")

    def test_verify_records_who_and_tells_those_confirmed(self, by, member):
        person = ParticipantFactory(workshop=member.workshop, claimed=[member])

        deciding.verify(claim=person.participant_affiliations.get(), by=by)
        deliver_letters()

        claim = person.participant_affiliations.get()
        assert claim.verified_by == by
        assert claim.verified_at
        assert claim.history.count() == 2
        assert kinds() == ["affiliation_verified"]
        assert "– ECPAT member" in django_mail.outbox[0].body

    def test_verify_tells_nobody_before_confirmation_whose_mail_names_it(self, by, member):
        person = ParticipantFactory(
            workshop=member.workshop, claimed=[member], status=Status.PENDING
        )

        deciding.verify(claim=person.participant_affiliations.get(), by=by)
        deciding.confirm(participant=person, by=by)
        deliver_letters()

        assert kinds() == ["confirmed"]
        assert "– ECPAT member" in django_mail.outbox[0].body

    def test_verify_and_unverify_refuse_what_is_done(self, by, member):
        person = ParticipantFactory(workshop=member.workshop, claimed=[member])
        claim = person.participant_affiliations.get()

        assert refusal(deciding.unverify, claim=claim, by=by).code == "not-verified"
        deciding.verify(claim=claim, by=by)
        assert refusal(deciding.verify, claim=claim, by=by).code == "already-verified"

    def test_unverify_keeps_the_claim_and_frees_what_was_held(self, by, member, lost):
        person = ParticipantFactory(workshop=member.workshop, verified=[member])

        deciding.unverify(claim=person.participant_affiliations.get(), by=by)

        claim = person.participant_affiliations.get()
        assert claim.verified_at is None
        assert claim.history.latest().history_user == by
        assert lost == [(person.pk, Status.CONFIRMED)]
        assert kinds() == ["affiliation_unverified"]
        assert str(member) in Message.objects.get().text
        loss = person.losses.get()
        assert (loss.ref, str(member) in loss.what) == (claim.pk, True)

    def test_grant_gives_what_was_never_claimed_once(self, by, member):
        person = ParticipantFactory(workshop=member.workshop)

        deciding.grant(participant=person, affiliation=member, by=by)

        assert person.participant_affiliations.verified().get().verified_by == by
        granting = {"participant": person, "affiliation": member, "by": by}
        assert refusal(deciding.grant, **granting).code == "already-verified"

    def test_grant_refuses_an_affiliation_of_another_workshop(self, by, member):
        refused = refusal(
            deciding.grant, participant=ParticipantFactory(), affiliation=member, by=by
        )

        assert refused.code == "other-workshop"

    def test_confirm_verified_does_both_with_one_mail(self, by, member):
        expert = AffiliationFactory(workshop=member.workshop)
        home = OrganisationFactory(workshop=member.workshop, may_hold=[member, expert])
        person = ParticipantFactory(
            workshop=member.workshop,
            organisation=home,
            claimed=[member, expert],
            status=Status.PENDING,
        )

        deciding.confirm_verified(participant=person, by=by)

        person.refresh_from_db()
        assert (person.is_confirmed, person.status_by) == (True, by)
        verified = person.participant_affiliations.verified()
        assert [each.verified_by for each in verified] == [by, by]
        assert kinds() == ["confirmed"]

    def test_confirm_verified_does_both_or_nothing(self, by, member):
        workshop = member.workshop
        workshop.seats = 1
        workshop.save()
        ParticipantFactory(workshop=workshop)
        home = OrganisationFactory(workshop=workshop, may_hold=[member])
        person = ParticipantFactory(
            workshop=workshop, organisation=home, claimed=[member], status=Status.PENDING
        )

        refused = refusal(deciding.confirm_verified, participant=person, by=by)

        assert refused.code == "workshop-full"
        assert not person.participant_affiliations.verified().exists()

    def test_confirm_verified_verifies_new_claims_of_somebody_confirmed(self, by, member):
        home = OrganisationFactory(workshop=member.workshop, may_hold=[member])
        person = ParticipantFactory(workshop=member.workshop, organisation=home, claimed=[member])

        deciding.confirm_verified(participant=person, by=by)

        assert person.participant_affiliations.verified().exists()
        assert kinds() == ["affiliation_verified"]
        assert str(member) in Message.objects.get().text
        refused = refusal(deciding.confirm_verified, participant=person, by=by)
        assert refused.code == "already-confirmed"


def confirm_all_at_once(people, by) -> list[str]:
    """Confirm everybody at once, each on a connection of its own; what each was told."""
    told, start = [], Barrier(len(people))

    def run(person):
        try:
            start.wait()
            deciding.confirm(participant=person, by=by)
            told.append("yes")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.fixture
def crowd(transactional_db):
    workshop = WorkshopFactory(seats=1)
    return ParticipantFactory.create_batch(THREADS, workshop=workshop, status=Status.PENDING)


def confirmed(people) -> int:
    return people[0].workshop.participants.confirmed().count()


def test_last_place_is_given_once(crowd):
    told = confirm_all_at_once(crowd, UserFactory())

    assert told == ["workshop-full"] * (THREADS - 1) + ["yes"]
    assert confirmed(crowd) == 1
    assert kinds() == ["confirmed"]


def test_last_seat_of_an_organisation_is_given_once(crowd):
    home = OrganisationFactory(workshop=crowd[0].workshop, seats=1)
    home.workshop.seats = None
    home.workshop.save()
    home.workshop.participants.update(organisation=home)

    told = confirm_all_at_once(crowd, UserFactory())

    assert told == ["organisation-full"] * (THREADS - 1) + ["yes"]
    assert confirmed(crowd) == 1


def change_all_at_once(people, organisation) -> list[str]:
    """Everybody changes to `organisation` at once; what each was told."""

    def change(n):
        details = details_of(people[n], organisation=organisation, other_organisation="")
        try:
            change_details(participant=people[n], details=details)
        except Refused as refused:
            return refused.code
        return "yes"

    return sorted(at_once(change))


def details_of(person, **changes) -> Details:
    told = {
        "badge_name": person.badge_name,
        "organisation": None,
        "other_organisation": "Example House",
        "job_title": "",
        "country": "KH",
        "affiliations": [],
        "days": [],
        "dietary": "",
        "access": "",
    }
    return Details(**told | changes)


@pytest.fixture
def one_seat(crowd):
    home = OrganisationFactory(workshop=crowd[0].workshop, seats=1)
    home.workshop.participants.update(status=Status.CONFIRMED)
    return home


def test_last_seat_is_given_once_to_those_who_change_to_it(crowd, one_seat):
    told = change_all_at_once(crowd, one_seat)

    assert told == ["organisation-full"] * (THREADS - 1) + ["yes"]
    assert one_seat.participants.confirmed().count() == 1


def test_last_seat_is_given_twice_to_those_who_change_without_the_lock(
    crowd, one_seat, monkeypatch
):
    all_counted = Barrier(THREADS, timeout=5)
    has_seat_for = seats.organisation_has_seat_for

    def count_together(person):
        answer = has_seat_for(person)
        with suppress(BrokenBarrierError):
            all_counted.wait()
        return answer

    monkeypatch.setattr(seats, "organisation_has_seat_for", count_together)
    for actions in (deciding, seats):
        monkeypatch.setattr(actions, "lock", lambda rows, key: rows.get(pk=key))

    change_all_at_once(crowd, one_seat)

    assert one_seat.participants.confirmed().count() > 1


def test_one_person_is_confirmed_once_by_all_at_once(crowd):
    told = confirm_all_at_once([crowd[0]] * THREADS, UserFactory())

    assert told == ["already-confirmed"] * (THREADS - 1) + ["yes"]
    assert kinds() == ["confirmed"]


def test_last_place_is_given_twice_without_the_lock(crowd, monkeypatch):
    all_counted = Barrier(THREADS, timeout=5)
    move = deciding._move

    def move_together(*args):
        with suppress(BrokenBarrierError):  # broken where a lock lets only one come this far
            all_counted.wait()
        return move(*args)

    monkeypatch.setattr(deciding, "_move", move_together)
    monkeypatch.setattr(deciding, "lock", lambda rows, key: rows.get(pk=key))

    confirm_all_at_once(crowd, UserFactory())

    assert confirmed(crowd) > 1
