"""The participants' forms. They check shape; `registration.actions` does the rest."""

from registration.forms.changing import ChangeForm, ChangeOtherForm
from registration.forms.details import DetailsForm, sensitive_note
from registration.forms.own_address import OwnAddressForm
from registration.forms.registering import (
    InvitedForm,
    PublicForOtherForm,
    RegistrationForm,
    RegistrationForOtherForm,
)

__all__ = [
    "ChangeForm",
    "ChangeOtherForm",
    "DetailsForm",
    "InvitedForm",
    "OwnAddressForm",
    "PublicForOtherForm",
    "RegistrationForOtherForm",
    "RegistrationForm",
    "sensitive_note",
]
