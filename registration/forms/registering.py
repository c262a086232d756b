"""The forms with which somebody is registered: what was told, and what is agreed to."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import User
from foundation.series.models import TextVersion, Workshop
from registration.fields import AffiliationChoice, Agreement, field_of
from registration.forms.details import DetailsForm
from registration.forms.own_address import CONTACTS_ADDRESS
from registration.models import Invitation

AGREEMENTS = {
    TextVersion.Kind.CODE_OF_CONDUCT: "agrees_to_conduct",
    TextVersion.Kind.DATA: "agrees_to_data_use",
}
# Of each agreement, where a contact gives it: the label, and what is said where it isn't ticked.
AGREEMENTS_FOR_OTHER = {
    "agrees_to_conduct": (
        gettext_lazy("They have read the code of conduct and will keep to it"),
        gettext_lazy("Only those who agree to the code of conduct can take part."),
    ),
    "agrees_to_data_use": (
        gettext_lazy("They have read how their data are used and agree"),
        gettext_lazy("Without their agreement we may not keep the registration."),
    ),
}


class AgreedForm(DetailsForm):
    """Those details, with what a participant agrees to; a text that doesn't exist isn't asked.

    Each tick names the wording that was shown beside it. Where a text was changed before the form
    came back, it is shown once more with the new one, unticked.
    """

    agrees_to_conduct = Agreement(
        label=gettext_lazy("I have read the code of conduct and will keep to it"),
        error_messages={
            "required": gettext_lazy("Only those who agree to the code of conduct can take part.")
        },
    )
    agrees_to_data_use = Agreement(
        label=gettext_lazy("I have read how my data are used and agree"),
        error_messages={
            "required": gettext_lazy("Without your agreement we may not keep your registration.")
        },
    )

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, workshop=workshop, **kwargs)
        self.shown = {each.kind: each for each in TextVersion.objects.current(workshop)}
        for kind, name in AGREEMENTS.items():
            if kind in self.shown:
                cast(Agreement, self.fields[name]).ask_for(self.shown[kind].digest)
            else:
                del self.fields[name]

    def agreed_to(self) -> list[TextVersion]:
        """Return the texts that a valid form showed."""
        return list(self.shown.values())


class RegistrationForm(AgreedForm):
    """The public form."""

    email = field_of(
        User,
        "email",
        label=gettext_lazy("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy(
            "We send you a link to it, and you sign in with it. Use one that is yours alone."
        ),
    )
    field_order = ["badge_name", "email"]


class RegistrationForOtherForm(AgreedForm):
    """The form on which a contact who is signed in registers somebody else."""

    is_for_other = True
    own_email = field_of(
        User,
        "email",
        required=False,
        label=gettext_lazy("Their own e-mail (optional)"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "With it they can sign in and read messages themselves. We write to it first; nothing "
            "changes until they open the link. Without it, we write to you."
        ),
    )
    field_order = ["badge_name", "own_email"]

    def __init__(self, *args: Any, contact: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        for name, (label, refused) in AGREEMENTS_FOR_OTHER.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].error_messages["required"] = refused

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        contact = cleaned.get("contact_email") or self.contact
        if contact and cleaned.get("own_email") == contact:
            self.add_error("own_email", CONTACTS_ADDRESS)
        return cleaned


class PublicForOtherForm(RegistrationForOtherForm):
    """The same form for everybody: the link that proves the address goes to the contact."""

    contact_email = field_of(
        User,
        "email",
        label=gettext_lazy("Your e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy(
            "We send you a link to it. With it you sign in, and look after this registration."
        ),
    )
    field_order = ["contact_email", "badge_name", "own_email"]


class InvitedForm(AgreedForm):
    """The form behind an invitation: the address is fixed, what it verifies isn't asked."""

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        organisation = invitation.organisation
        kwargs["initial"] = {
            "badge_name": invitation.name,
            "organisation": organisation,
            "country": organisation.country if organisation else None,
        }
        super().__init__(*args, workshop=invitation.workshop, **kwargs)
        self.verified = list(invitation.affiliations.all())
        choice = cast(AffiliationChoice, self.fields["affiliations"])
        verified = [each.pk for each in self.verified]
        choice.queryset = self.workshop.affiliations.claimable().exclude(pk__in=verified)
        if self.verified:
            choice.label = _("Do you belong to any other group?")
