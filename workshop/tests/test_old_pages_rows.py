"""No old page undoes work: the tables of rows on organisers' pages."""

import pytest
from django.urls import reverse

from foundation.series.tests.factories import RoleFactory
from registration.actions import deciding
from registration.tests.factories import AffiliationFactory, OrganisationFactory, ParticipantFactory
from workshop.tests.filled import filled
from worldcafe.tests.factories import CafeFactory, TableFactory

pytestmark = pytest.mark.django_db


def address(row) -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


class TestRowsOfATable:
    """Tables on their café's page: rows that others added, changed or deleted."""

    @pytest.fixture
    def cafe(self):
        cafe = CafeFactory()
        for number in (1, 2, 3):
            TableFactory(cafe=cafe, number=number, note=f"Note {number}")
        return cafe

    @pytest.fixture
    def organiser(self, enter, cafe):
        return enter(RoleFactory(workshop=cafe.session.workshop).user)

    def notes(self, cafe) -> dict:
        return dict(cafe.tables.values_list("number", "note"))

    def test_two_rows_changed_by_two_people_both_stand(self, organiser, cafe):
        page = organiser.get(address(cafe))
        cafe.tables.filter(number=1).update(note="Elsewhere")

        organiser.post(address(cafe), filled(page) | {"tables-1-note": "Mine"})

        assert self.notes(cafe) == {1: "Elsewhere", 2: "Mine", 3: "Note 3"}

    def test_one_row_changed_by_two_people_asks_for_a_second_press(self, organiser, cafe):
        page = organiser.get(address(cafe))
        cafe.tables.filter(number=2).update(note="Elsewhere")

        answer = organiser.post(address(cafe), filled(page) | {"tables-1-note": "Mine"})
        kept = self.notes(cafe)
        organiser.post(address(cafe), filled(answer))

        assert "It says now: “Elsewhere”" in answer.content.decode()
        assert kept[2] == "Elsewhere"
        assert self.notes(cafe)[2] == "Mine"

    def test_row_added_by_somebody_else_stays(self, organiser, cafe):
        page = organiser.get(address(cafe))
        TableFactory(cafe=cafe, number=4, note="Added")

        organiser.post(address(cafe), filled(page) | {"tables-1-note": "Mine"})

        assert self.notes(cafe) == {1: "Note 1", 2: "Mine", 3: "Note 3", 4: "Added"}

    def test_row_deleted_by_somebody_else_stays_deleted(self, organiser, cafe):
        page = organiser.get(address(cafe))
        cafe.tables.get(number=1).delete()

        answer = organiser.post(address(cafe), filled(page) | {"tables-1-note": "Mine"})

        assert answer.status_code == 302
        assert self.notes(cafe) == {2: "Mine", 3: "Note 3"}

    def test_changed_row_that_was_deleted_comes_back_as_a_new_one_to_decide(self, organiser, cafe):
        page = organiser.get(address(cafe))
        cafe.tables.get(number=1).delete()

        answer = organiser.post(address(cafe), filled(page) | {"tables-0-note": "Mine"})
        kept = self.notes(cafe)
        organiser.post(address(cafe), filled(answer))

        assert "A row was deleted since you opened this page." in answer.content.decode()
        assert kept == {2: "Note 2", 3: "Note 3"}
        assert self.notes(cafe) == {1: "Mine", 2: "Note 2", 3: "Note 3"}

    def test_box_for_deleting_holds_only_for_the_row_that_was_on_the_page(self, organiser, cafe):
        page = organiser.get(address(cafe))
        cafe.tables.get(number=1).delete()

        organiser.post(address(cafe), filled(page) | {"tables-1-DELETE": "on"})

        assert self.notes(cafe) == {3: "Note 3"}


class TestAffiliationsOfAParticipant:
    """The ticks that admit: whatever changed among them asks for a second press."""

    @pytest.fixture
    def participant(self):
        organisation = OrganisationFactory()
        workshop = organisation.workshop
        return ParticipantFactory(workshop=workshop, organisation=organisation, status="pending")

    @pytest.fixture
    def organiser(self, enter, participant):
        return enter(RoleFactory(workshop=participant.workshop).user)

    def claim(self, participant):
        """Claim what the organisation of the participant may hold."""
        affiliation = AffiliationFactory(workshop=participant.workshop)
        participant.organisation.affiliations.add(affiliation)
        return participant.participant_affiliations.create(affiliation=affiliation)

    def test_claim_made_meanwhile_is_shown_before_a_button_verifies_it(
        self, organiser, participant
    ):
        self.claim(participant)
        page = organiser.get(address(participant))
        unseen = self.claim(participant)

        answer = organiser.post(address(participant), filled(page) | {"_move": "confirm_verified"})
        unverified = participant.participant_affiliations.filter(verified_at=None).count()
        organiser.post(address(participant), filled(answer) | {"_move": "confirm_verified"})

        assert f"“{unseen}” was added since" in answer.content.decode()
        assert unverified == 2
        assert not participant.participant_affiliations.filter(verified_at=None).exists()

    def test_claim_taken_back_meanwhile_is_told(self, organiser, participant):
        taken, _kept = self.claim(participant), self.claim(participant)
        page = organiser.get(address(participant))
        taken.delete()

        answer = organiser.post(address(participant), filled(page) | {"job_title": "Director"})
        second = organiser.post(address(participant), filled(answer))

        assert "A row was deleted since" in answer.content.decode()
        assert second.status_code == 302
        participant.refresh_from_db()
        assert participant.job_title == "Director"

    def test_tick_taken_away_meanwhile_is_not_put_back(self, organiser, participant):
        claim = self.claim(participant)
        colleague = RoleFactory(workshop=participant.workshop).user
        deciding.verify(claim=claim, by=colleague)
        page = organiser.get(address(participant))
        deciding.unverify(claim=claim, by=colleague)

        answer = organiser.post(address(participant), filled(page) | {"job_title": "Director"})
        organiser.post(address(participant), filled(answer))

        claim.refresh_from_db()
        assert answer.status_code == 200
        assert claim.verified_at is None
