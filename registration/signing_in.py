"""A mailed code proves an address as well as the link of the registration does."""

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from foundation.accounts.models import User
from registration.actions.registering import prove_address_of


@receiver(user_logged_in)
def _address_is_proved(request: HttpRequest, user: User, **kwargs: object) -> None:
    """Hand over what somebody sent who has just typed a code that went to their address."""
    records = get_authentication_records(request, user)
    codes = [each for each in records if each["method"] == "code"]
    if any(each.get("email") == user.email for each in codes):
        prove_address_of(user=user)
