"""Who sees what in the admin: superusers all, other staff what belongs to clients that they are members of."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest

from brands.models import Client


class ClientScopedAdmin(admin.options.BaseModelAdmin):
    """Mix into every ModelAdmin and inline whose rows belong to a client, before Django's class.

    Rows of other clients do not exist: not in lists, not by address, not among the choices of a foreign key.
    """

    client_path: ClassVar[str] = "client"
    """The look-up from a row to its client."""

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["admin/studio.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        own = self.model._default_manager.filter(**{f"{self.client_path}__in": Client.objects.of(request.user)})
        return rows.filter(pk__in=own.values("pk"))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        kwargs.setdefault("queryset", visible(self.admin_site, db_field.remote_field.model, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SuperuserAdmin(admin.ModelAdmin):
    """Rows that are about every client at once, such as models, prices and budgets: for superusers."""

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["admin/studio.css"]}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser and super().has_delete_permission(request, obj)


class ScopedFilter(RelatedFieldListFilter):
    """Django's filter by a related row, without the names of rows that this person may not see."""

    def field_choices(self, field: Field, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        rows = visible(model_admin.admin_site, field.remote_field.model, request)
        return [(row.pk, str(row)) for row in rows]


def visible(site: admin.AdminSite, model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    """The rows of `model` that its own admin would show; none to staff when it has no admin."""
    if site.is_registered(model):
        return site.get_model_admin(model).get_queryset(request)
    rows = model._default_manager.all()
    return rows if request.user.is_superuser else rows.none()


def reserve_for_superusers(site: admin.AdminSite, app_label: str) -> None:
    """Give the registered admins of another package's app to superusers only."""
    for model in apps.get_app_config(app_label).get_models():
        if site.is_registered(model):
            theirs = type(site.get_model_admin(model))
            site.unregister(model)
            site.register(model, type(theirs.__name__, (SuperuserAdmin, theirs), {}))
