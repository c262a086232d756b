"""A mailed code proves an address as well as the link of a form does."""

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import user_logged_in
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.series.requests import WorkshopRequest
from registration.models import Submission


def proved_address(request: WorkshopRequest) -> str:
    """Return the address of whoever signed in by a code that went there; "" for all others.

    A password or a passkey proves no address.
    """
    return request.user.email if _gave_code(request, request.user) else ""


@receiver(user_logged_in)
def _tell_of_forms(request: HttpRequest, user: User, **kwargs: object) -> None:
    """Say where the forms wait that were sent with the address that has just been proved."""
    if _gave_code(request, user) and Submission.objects.waiting().filter(user=user).exists():
        sentence = _(
            "A registration form was sent with your address. Open “My page” to confirm or erase it."
        )
        messages.info(request, sentence)


def _gave_code(request: HttpRequest, user: User) -> bool:
    if not user.is_authenticated:
        return False
    records = get_authentication_records(request, user)
    codes = [each for each in records if each["method"] == "code"]
    return any(each.get("email") == user.email for each in codes)
