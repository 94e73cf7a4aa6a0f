"""Budgets by day."""

from django.contrib import admin
from django.http import HttpRequest

from brands.admin_scope import SuperuserAdmin
from jobs.models import BudgetDay


@admin.register(BudgetDay)
class BudgetDayAdmin(SuperuserAdmin):
    """A row's limit raises or lowers the hard budget of one day; paused work goes on by itself when it is raised."""

    list_display = ["day", "scope", "limit", "warned"]
    list_filter = ["scope"]
    date_hierarchy = "day"
    readonly_fields = ["warned"]

    def get_readonly_fields(self, request: HttpRequest, obj: BudgetDay | None = None) -> list[str]:
        return ["scope", "day", "warned"] if obj else ["warned"]
