"""The agenda's addresses, below /<workshop>/agenda/."""

from django.urls import path

from agenda import views

app_name = "agenda"

urlpatterns = [
    path("", views.agenda, name="agenda"),
    path("<slug:session>/", views.session, name="session"),
    path("<slug:session>/signup/", views.sign_up, name="sign_up"),
    path("<slug:session>/withdraw/", views.withdraw, name="withdraw"),
]
