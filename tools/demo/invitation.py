"""The demo's own invitation: a personal link to try, always one that nobody has used."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from foundation.series.models import Workshop
from registration.actions.inviting import invite_again, invite_several
from registration.models import Invitation
from tools.demo.cast import SPECIMENS


def _ours(workshop: Workshop) -> QuerySet[Invitation]:
    return workshop.invitations.filter(email__startswith="invited-", email__endswith="@example.org")


def create_missing_invitation(workshop: Workshop) -> bool:
    """Make sure of one personal link that nobody has used; the tester's own are left alone."""
    if good_invitation(workshop):
        return False
    if unused := _ours(workshop).filter(used_at=None).first():
        invite_again(invitation=unused)
        return True
    number = 1
    while workshop.invitations.filter(email=f"invited-{number}@example.org").exists():
        number += 1
    invite_several(
        workshop=workshop,
        people=[(f"invited-{number}@example.org", f"Demo Invited {number} · {SPECIMENS['KR']}")],
        organisation=workshop.organisations.filter(name="ECPAT member in South Korea").first(),
        affiliations=workshop.affiliations.filter(slug="ecpat-member"),
        by=None,
    )
    return True


def good_invitation(workshop: Workshop) -> Invitation | None:
    """Return the demo's own invitation whose link still works, and will tomorrow."""
    lasting = timezone.now() + timedelta(days=1)
    return _ours(workshop).filter(used_at=None, expires_at__gt=lasting).first()
