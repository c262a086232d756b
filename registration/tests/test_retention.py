"""Sensitive answers are erased when their time is over, and not a day before."""

from datetime import date, timedelta

import pytest
from django.conf import settings

from foundation.series.models import AccessRecord
from foundation.series.tests.factories import WorkshopFactory
from registration.models import Participant, SensitiveDetails
from registration.retention import erase_sensitive_details
from registration.tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db


def details_of_a_workshop_that_ended(days_ago: int) -> SensitiveDetails:
    ended = date.today() - timedelta(days=days_ago)
    workshop = WorkshopFactory(starts_on=ended - timedelta(days=3), ends_on=ended)
    participant = ParticipantFactory(workshop=workshop)
    return SensitiveDetails.objects.create(participant=participant, dietary="no nuts")


def test_sensitive_details_are_erased_past_their_keeping_and_that_is_on_record():
    old = details_of_a_workshop_that_ended(settings.SENSITIVE_DETAILS_KEPT_DAYS + 2)
    recent = details_of_a_workshop_that_ended(settings.SENSITIVE_DETAILS_KEPT_DAYS - 2)

    erase_sensitive_details()

    record = AccessRecord.objects.get()
    assert SensitiveDetails.objects.get() == recent
    assert Participant.objects.count() == 2
    assert record.workshop == old.participant.workshop
    assert record.about == "participants: 1"
    assert "nuts" not in record.what


def test_erasing_twice_is_recorded_once():
    details_of_a_workshop_that_ended(settings.SENSITIVE_DETAILS_KEPT_DAYS + 2)

    erase_sensitive_details()
    erase_sensitive_details()

    assert AccessRecord.objects.count() == 1
