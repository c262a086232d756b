"""What stands before the library's own addresses, under the same names."""

from django.urls import path

from foundation.accounts import views

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("login/code/", views.RequestCodeView.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", views.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("password/set/", views.set_password, name="account_set_password"),
    path("password/change/", views.change_password, name="account_change_password"),
]
