"""Users are the operators' alone."""

from django.contrib import admin

from registration.models import User
from workshop.admin_base import OperatorsOnly


@admin.register(User)
class UserAdmin(OperatorsOnly, admin.ModelAdmin):
    list_display = ["email", "name", "is_staff", "is_active", "date_joined"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "is_staff", "is_superuser", "is_active"]
