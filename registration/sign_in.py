"""How people sign in: what we change of allauth."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up here: a user comes from a registration, an invitation or an operator."""

    def is_open_for_signup(self, request):
        return False
