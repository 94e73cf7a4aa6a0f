"""What operators were told."""

from django.contrib import admin
from django.utils.safestring import SafeString

from brands.admin_scope import SuperuserAdmin
from jobs.admin.readonly import NoWrites, pretty
from jobs.models import Alert


@admin.register(Alert)
class AlertAdmin(NoWrites, SuperuserAdmin):
    """P0: now, at any hour. P1: now. P2: today. P3: when there is time."""

    actions = None
    list_display = ["created_at", "severity", "message", "count", "posted_at"]
    list_filter = ["severity", "code"]
    search_fields = ["code", "key", "message"]
    date_hierarchy = "created_at"
    ordering = ["-pk"]
    fields = ["severity", "code", "key", "message", "details", "count", "created_at", "last_at", "posted_at", "tries"]

    @admin.display(description="facts")
    def details(self, alert: Alert) -> SafeString:
        return pretty(alert.facts)
