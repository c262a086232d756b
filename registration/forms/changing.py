"""The form that changes what was told."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.old_pages import UndoesNothing
from foundation.series.models.workshop import digest_of
from registration.actions.deciding import lock_with_workshop
from registration.actions.details import verified_lost
from registration.fields import AffiliationChoice, AgreementBox
from registration.forms.details import DetailsForm
from registration.models import Affiliation, Participant, SensitiveDetails


class ChangeForm(UndoesNothing, DetailsForm):
    """Change what one told. What would be verified no longer is told before it is saved.

    Check it in a transaction: it reads again, locked, what it changes.
    """

    accepts_loss = forms.CharField(
        required=False,
        widget=AgreementBox,
        label=gettext_lazy("I have read this and want to change it"),
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        self.participant = participant
        kwargs["initial"] = _answers_of(participant)
        super().__init__(*args, workshop=participant.workshop, **kwargs)
        self._offer_affiliations()
        self.lost: list[Affiliation] = []

    def _offer_affiliations(self) -> None:
        """Those that may be claimed, and those held already, the verified ones marked."""
        choice = cast(AffiliationChoice, self.fields["affiliations"])
        choice.queryset = self.workshop.affiliations.filter(
            Q(can_be_claimed=True) | Q(pk__in=self.initial["affiliations"])
        )
        verified = self.participant.participant_affiliations.verified()
        choice.verified = frozenset(verified.values_list("affiliation_id", flat=True))

    def read_again(self) -> None:
        """Read what the participant, their contact and the organisers made of it meanwhile.

        Locks: the workshop, the participant.
        """
        self.participant = lock_with_workshop(self.participant)
        self.initial.update(_answers_of(self.participant))
        self._offer_affiliations()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            self.lost = verified_lost(self.participant, self.details())
            shown = digest_of("\n".join(sorted(f"{each.pk} {each}" for each in self.lost)))
            if self.lost and cleaned.get("accepts_loss") != shown:
                cast(AgreementBox, self.fields["accepts_loss"].widget).digest = shown
                sentence = _("Nothing is saved yet: tick this if you want to go on.")
                self.add_error("accepts_loss", sentence)
        return cleaned

    def _comparable(self) -> list[str]:
        """All but the tick: it is for the list that stood beside it, and for nothing else."""
        return [name for name in super()._comparable() if name != "accepts_loss"]


class ChangeOtherForm(ChangeForm):
    """The same for a contact, about somebody they look after."""

    is_for_other = True


def _answers_of(participant: Participant) -> dict[str, object]:
    sensitive = SensitiveDetails.objects.filter(participant=participant).first()
    return {
        "badge_name": participant.badge_name,
        "organisation": participant.organisation_id,
        "other_organisation": participant.other_organisation,
        "job_title": participant.job_title,
        "country": participant.country,
        "affiliations": [
            each.affiliation_id for each in participant.participant_affiliations.all()
        ],
        "days": [each.on.isoformat() for each in participant.attendances.all()],
        "dietary": sensitive.dietary if sensitive else "",
        "access": sensitive.access if sensitive else "",
    }
