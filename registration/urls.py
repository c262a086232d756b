"""Registration's addresses, below /<workshop>/."""

from django.urls import path

from registration.views import own, people, proving, registering, waiting

app_name = "registration"

urlpatterns = [
    path("register/", registering.register, name="register"),
    path("register/sent/", registering.sent, name="sent"),
    path("register/accepted/", registering.invitation_accepted, name="invitation_accepted"),
    path("register/received/", registering.received, name="received"),
    path("register/for-somebody-else/", registering.register_other, name="register_other"),
    path("register/own-address/<str:token>/", proving.own_address, name="own_address"),
    path("register/verify/<str:token>/", proving.verify, name="verify"),
    path("register/<str:token>/", registering.register_invited, name="register_invited"),
    path("me/change/", own.change, name="change"),
    path("me/cancel/", own.cancel, name="cancel"),
    path("me/undo/", own.undo, name="undo"),
    path("me/sent/<uuid:public_id>/", proving.sent_form, name="sent_form"),
    path("me/offer/accept/", waiting.accept, name="accept_offer"),
    path("me/offer/decline/", waiting.decline, name="decline_offer"),
    path("me/waiting/join/", waiting.join, name="join_waiting_list"),
    path("people/", people.people, name="people"),
    path("people/register/", people.register_person, name="register_person"),
    path("people/<uuid:public_id>/", people.person, name="person"),
    path("people/<uuid:public_id>/change/", people.change_person, name="change_person"),
    path("people/<uuid:public_id>/cancel/", people.cancel_person, name="cancel_person"),
    path("people/<uuid:public_id>/undo/", people.undo_person, name="undo_person"),
    path("people/<uuid:public_id>/offer/accept/", waiting.accept, name="accept_offer_for"),
    path("people/<uuid:public_id>/offer/decline/", waiting.decline, name="decline_offer_for"),
    path("people/<uuid:public_id>/waiting/join/", waiting.join, name="join_waiting_list_for"),
]
