"""Viewers are made in one way, and an answer is given in one."""

import re

import pytest
from django.conf import settings

from foundation.accounts.tests.entering import enter
from foundation.core.refusals import Refused
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration.access import YES, Decision, Viewer
from registration.models import Status
from registration.tests.factories import ParticipantFactory

ROOMS = ["foundation", "registration", "agenda", "worldcafe", "workshop", "tools"]


def test_viewer_is_made_nowhere_but_in_its_own_ways():
    files = [
        file.relative_to(settings.BASE_DIR)
        for room in ROOMS
        for file in (settings.BASE_DIR / room).rglob("*.py")
        if "tests" not in file.parts
    ]

    making = [file for file in files if re.search(r"\bViewer\(", file.read_text())]

    assert len(files) > 100
    assert making == []


def test_decision_refuses_with_its_code_and_sentence():
    no = Decision("over", "It is over.")

    with pytest.raises(Refused) as refused:
        no.or_refuse()

    assert (refused.value.code, refused.value.sentence) == ("over", "It is over.")
    assert not no


def test_yes_refuses_nothing():
    YES.or_refuse()

    assert YES


def test_no_says_why():
    with pytest.raises(ValueError, match="over"):
        Decision("over")


class TestViewer:
    @pytest.mark.django_db
    @pytest.mark.parametrize("status", Status)
    def test_is_a_participant_only_where_they_are_confirmed(self, status):
        participant = ParticipantFactory(status=status)

        viewer = Viewer.of_participant(participant)

        assert viewer.participant == (participant if status == Status.CONFIRMED else None)
        assert not viewer.reads_all_sessions

    @pytest.mark.django_db
    def test_is_nobody_at_another_workshop(self):
        participant = ParticipantFactory()

        assert Viewer(workshop=WorkshopFactory(), participant=participant).participant is None

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("duty", "gives_factor", "reads_all"),
        [
            (Duty.PROGRAMME, True, True),
            (Duty.PROGRAMME, False, False),
            (Duty.DESK, True, False),
        ],
    )
    def test_reads_all_sessions_by_role_and_second_factor(
        self, client, rf, duty, gives_factor, reads_all
    ):
        role = RoleFactory(duty=duty)
        (enter if gives_factor else type(client).force_login)(client, role.user)
        request = rf.get("/")
        request.user, request.workshop, request.session = role.user, role.workshop, client.session

        first, again = Viewer.of(request), Viewer.of(request)

        assert first.reads_all_sessions == reads_all
        assert again is first
