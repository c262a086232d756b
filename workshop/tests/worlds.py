"""Two workshops with a row of everything, one of them marked in every text."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone
from django_countries.fields import CountryField

from agenda import actions
from agenda.models import Day, FormerSessionSlug, SessionRole, Track
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.mail.tests.factories import MessageFactory
from foundation.series.models import (
    AccessRecord,
    Contact,
    FormerSlug,
    Partner,
    Resource,
    Workshop,
)
from foundation.series.tests.factories import (
    RoleFactory,
    TextVersionFactory,
    WorkshopFactory,
    moment,
)
from registration.models import Attendance, Consent, Loss, SensitiveDetails
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
    SubmissionFactory,
)
from workshop.models import LastLoad
from workshop.tests.our_apps import our_labels
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

MARK = "other-workshop-mark"
ZONE = "America/Costa_Rica"  # of the marked workshop alone, so that its name is a mark as well
UNMARKED = {"password", "timezone"}


def build(**about) -> Workshop:
    """A workshop with at least one row of every model that has a screen. A new screen's go here."""
    workshop = WorkshopFactory(**about)
    participant = _people(workshop)
    session = _programme(workshop, participant)
    _cafe(workshop, participant)
    RoleFactory(workshop=workshop)
    FormerSlug.objects.create(workshop=workshop, slug=f"former-{workshop.pk}")
    alliance = Partner.objects.create(workshop=workshop, part="partner", name="Alliance")
    Partner.objects.create(workshop=workshop, part="partner", name="Member", member_of=alliance)
    Contact.objects.create(workshop=workshop, role="Travel", email="travel@example.org")
    Resource.objects.create(workshop=workshop, kind="report", title="Report")
    LastLoad.objects.create(workshop=workshop)
    AccessRecord.objects.create(
        workshop=workshop, user=participant.user, what="Read", about=str(session)
    )
    return workshop


def _people(workshop):
    member = AffiliationFactory(workshop=workshop)
    organisation = OrganisationFactory(workshop=workshop)
    organisation.affiliations.add(member)
    participant = ParticipantFactory(
        workshop=workshop, organisation=organisation, verified=[member], status="pending"
    )
    SensitiveDetails.objects.create(participant=participant, dietary="None", access="None")
    version = TextVersionFactory(workshop=workshop)
    Consent.objects.create(participant=participant, version=version)
    Attendance.objects.create(participant=participant, on=workshop.starts_on)
    InvitationFactory(workshop=workshop, organisation=organisation).affiliations.add(member)
    Loss.objects.create(participant=participant, kind=Loss.Kind.SIGN_UP, what="A seat")
    SubmissionFactory(
        workshop=workshop, participant=participant, answers={}, closed_at=timezone.now()
    )
    MessageFactory(workshop=workshop, to=participant.user.email, about=participant.public_id)
    return ParticipantFactory(workshop=workshop, organisation=organisation, verified=[member])


def _programme(workshop, participant):
    Day.objects.create(workshop=workshop, on=workshop.starts_on, title="Day")
    session = SessionFactory(
        workshop=workshop,
        room=RoomFactory(workshop=workshop),
        track=Track.objects.create(workshop=workshop, name="Track"),
        access="restricted",
        admits=workshop.affiliations.all(),
        invites=[participant],
        seats=5,
    )
    FormerSessionSlug.objects.create(workshop=workshop, session=session, slug="former")
    SessionRole.objects.create(session=session, participant=participant, role="speaker")
    actions.sign_up(session=session, participant=participant)
    return session


def _cafe(workshop, participant):
    at = moment(workshop, day=1, hour=16)
    cafe = CafeFactory(session=SessionFactory(workshop=workshop, kind="world-cafe", starts_at=at))
    ReservationFactory(table=TableFactory(cafe=cafe), host=participant)
    TableFactory(cafe=cafe)


class Worlds:
    """own: where the staff of a test work. other: marked in every text, and never to be changed."""

    def __init__(self):
        self.other = build(timezone=ZONE, starts_on=WorkshopFactory.build().starts_on + FAR)
        mark_everything()
        self._keys = {model: {row.pk for row in everything(model)} for model in tables()}
        self.before = self.dump()
        self.own = build()

    def dump(self) -> dict:
        """Every row of the other workshop, field by field."""
        return {
            model: list(model._base_manager.filter(pk__in=keys).order_by("pk").values_list())
            for model, keys in self._keys.items()
            if keys
        }

    def rows(self, model) -> tuple:
        """A row of `model` at one's own workshop, and one at the other."""
        keys = self._keys.get(model, set())
        found = (
            model._base_manager.exclude(pk__in=keys).first(),
            model._base_manager.filter(pk__in=keys).first(),
        )
        if None in found:
            pytest.fail(
                f"{model._meta.label} has a screen, but no row to try it on: "
                "make one in `build` of workshop/tests/worlds.py."
            )
        return found


FAR = timedelta(days=400)


def tables() -> list:
    """Every table of ours, the joining ones as well."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in our_labels() and not model.__name__.startswith("Historical")
    ]


def everything(model):
    return model._base_manager.all()


def mark_everything() -> None:
    """Put the mark into every text that there is, by `save`: so it is in the history as well."""
    for model in tables():
        for row in everything(model):
            marked = {field.name: _marked(field, row) for field in model._meta.fields}
            marked = {name: text for name, text in marked.items() if text}
            if marked:
                vars(row).update(marked)
                row.save()


def _marked(field, row) -> str:
    is_text = isinstance(field, models.CharField | models.TextField)
    if not is_text or field.choices or field.name in UNMARKED or isinstance(field, CountryField):
        return ""
    if isinstance(field, models.EmailField):
        return f"{MARK}-{row.pk}@example.org"
    if isinstance(field, models.URLField):
        return f"https://{MARK}.example.org/{row.pk}"
    return f"{MARK}-{row.pk}"
