"""Registration's addresses, below /<workshop>/."""

app_name = "registration"

urlpatterns = []
