"""What somebody does who signs in: asks, reads the mail, types the code and their app's digits."""

from allauth.mfa.totp.internal import auth as totp

from foundation.accounts.tests.codes import code_in
from foundation.mail.models import Message

REQUEST, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


def ask_for_code(client, email, **data):
    return client.post(REQUEST, {"email": email, **data}, follow=True)


def mailed_code() -> str:
    return code_in(Message.objects.latest("pk").text)


def sign_in(client, email, **data):
    ask_for_code(client, email, **data)
    return client.post(CONFIRM, {"code": mailed_code(), **data})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def give_app(user) -> str:
    """Set an authenticator app up for `user`; its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_of(secret) -> str:
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counter))
