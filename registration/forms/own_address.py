"""An address of one's own for somebody whom a contact looks after."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from foundation.accounts.models import User
from registration.fields import field_of
from registration.models import Participant

CONTACTS_ADDRESS = gettext_lazy("This is the contact’s address. Write the person’s own.")


class OwnAddressForm(forms.Form):
    """Give `participant` an address to sign in with; its owner has to open a link first."""

    email = field_of(
        User,
        "email",
        label=gettext_lazy("Their own e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "We send a link to it. Once they have opened it, they can sign in, and messages go to "
            "them. You can still read and change their details."
        ),
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.participant = participant

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        contact = self.participant.contact
        if contact and email == contact.email:
            raise forms.ValidationError(CONTACTS_ADDRESS)
        return email
