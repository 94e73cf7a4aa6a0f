"""Bases for what is only ever looked at in the admin."""

import json
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from brands.admin_scope import ClientScopedAdmin
from videostudio.lib.money import exact


class NoWrites:
    """Nobody adds, changes or deletes, superusers neither."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class RecordAdmin(NoWrites, ClientScopedAdmin, admin.ModelAdmin):
    """A list and a page to read."""

    actions = None


class RecordInline(NoWrites, ClientScopedAdmin, admin.TabularInline):
    """Rows of a job, below it."""

    client_path = "job__client"
    extra = 0
    can_delete = False
    classes = ["collapse"]
    related: list[str] = []

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return list(self.fields)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*self.related)


def dollars(amount: Decimal | None) -> str:
    """`$3.015`: at least cents, more places only where they say something."""
    return f"${exact(amount or Decimal(0))}"


def pretty(data: Any) -> SafeString:
    """JSON to read."""
    if not data:
        return SafeString("–")
    return format_html('<pre class="data">{}</pre>', json.dumps(data, indent=2, ensure_ascii=False))
