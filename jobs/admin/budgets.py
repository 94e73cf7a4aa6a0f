"""Budgets: how they stand today, and limits for single days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse

from brands.admin_scope import SuperuserAdmin
from brands.models import Campaign, Client
from jobs import spending
from jobs.models import BudgetDay


class BudgetDayForm(forms.ModelForm):
    """A new one: whose budget it is, by name."""

    scope = forms.ChoiceField(label="Budget of")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients = Client.objects.values_list("pk", "name")
        self.fields["scope"].choices = [
            (spending.STUDIO, "The studio, all clients together"),
            *((spending.client_scope(pk), name) for pk, name in clients),
        ]


def _named(rows: QuerySet[Any], kind: str) -> Subquery:
    """The name of the row that a scope such as `client:3` is of."""
    scope = Concat(Value(f"{kind}:"), Cast("pk", CharField()))
    return Subquery(rows.order_by().annotate(key=scope).filter(key=OuterRef("scope")).values("name")[:1])


@admin.register(BudgetDay)
class BudgetDayAdmin(SuperuserAdmin):
    """A row's limit stands before the usual one on its day; paused work goes on by itself when it is raised."""

    change_list_template = "admin/jobs/budgetday/change_list.html"
    list_display = ["day", "of", "limit", "warned"]
    date_hierarchy = "day"

    def get_queryset(self, request: HttpRequest) -> QuerySet[BudgetDay]:
        owner = Case(
            When(Q(scope__startswith="client:"), then=_named(Client.objects.all(), "client")),
            When(Q(scope__startswith="campaign:"), then=_named(Campaign.objects.all(), "campaign")),
            default=Value("The studio"),
        )
        rows: QuerySet[BudgetDay] = super().get_queryset(request)
        return rows.annotate(owner=owner)

    def get_form(self, request: HttpRequest, obj: BudgetDay | None = None, **kwargs: Any) -> Any:
        return super().get_form(request, obj, **{"form": forms.ModelForm if obj else BudgetDayForm} | kwargs)

    def get_fields(self, request: HttpRequest, obj: BudgetDay | None = None) -> list[str]:
        return ["of", "day", "limit", "warned"] if obj else ["scope", "day", "limit"]

    def get_readonly_fields(self, request: HttpRequest, obj: BudgetDay | None = None) -> list[str]:
        return ["of", "day", "warned"] if obj else ["of", "warned"]

    @admin.display(description="budget of", ordering="owner")
    def of(self, row: Any) -> str:
        return row.owner or "removed"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(
            request, (extra_context or {}) | {"budgets": spending.every_budget()}
        )
        return response
