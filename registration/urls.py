"""Registration's addresses, below /<workshop>/."""

from django.urls import path

from registration.views import own, registering, waiting

app_name = "registration"

urlpatterns = [
    path("register/", registering.register, name="register"),
    path("register/sent/", registering.sent, name="sent"),
    path("register/accepted/", registering.invitation_accepted, name="invitation_accepted"),
    path("register/received/", registering.received, name="received"),
    path("register/verify/<str:token>/", registering.verify, name="verify"),
    path("register/<str:token>/", registering.register_invited, name="register_invited"),
    path("me/change/", own.change, name="change"),
    path("me/cancel/", own.cancel, name="cancel"),
    path("me/offer/accept/", waiting.accept, name="accept_offer"),
    path("me/offer/decline/", waiting.decline, name="decline_offer"),
    path("me/waiting/join/", waiting.join, name="join_waiting_list"),
]
