"""Runs at the provider that nobody here asked for."""

from django.contrib import admin

from brands.admin_scope import SuperuserAdmin
from jobs.admin.readonly import NoWrites, dollars
from jobs.models import Orphan


@admin.register(Orphan)
class OrphanAdmin(NoWrites, SuperuserAdmin):
    """Found by `manage.py reconcile`, a search or a webhook; used, or ended and booked, by the studio itself."""

    actions = None
    list_display = ["created_at", "state", "provider_id", "model", "cost"]
    list_filter = ["state", "engine"]
    search_fields = ["provider_id", "model"]
    date_hierarchy = "created_at"
    ordering = ["-pk"]
    fields = ["state", "engine", "provider_id", "model", "status", "prediction", "cost", "created_at", "updated_at"]

    @admin.display(description="booked", ordering="charged")
    def cost(self, orphan: Orphan) -> str:
        return dollars(orphan.charged)
