"""The World Café's addresses, below /<workshop>/world-cafe/. `cafe` is its session's slug."""

from django.urls import include, path

from worldcafe import views

app_name = "worldcafe"

table_patterns = [
    path("", views.table, name="table"),
    path("reserve/", views.reserve, name="reserve"),
    path("change/", views.change, name="change"),
    path("move/", views.move, name="move"),
    path("release/", views.release, name="release"),
]

urlpatterns = [
    path("", views.cafes, name="cafes"),
    path("<slug:cafe>/<int:number>/", include(table_patterns)),
]
