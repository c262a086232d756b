"""Users are the operators' alone."""

from django.contrib import admin

from foundation.accounts.models import User
from foundation.backoffice.forms import ScopedForm
from foundation.backoffice.scope import OperatorsOnly


class UserForm(ScopedForm):
    decided_together = frozenset({"is_staff", "is_superuser", "is_active"})


@admin.register(User)
class UserAdmin(OperatorsOnly, admin.ModelAdmin):
    form = UserForm
    list_display = ["email", "name", "is_staff", "is_active", "date_joined"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "is_staff", "is_superuser", "is_active"]
