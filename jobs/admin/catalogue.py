"""The model catalogue and its prices."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils import timezone

from brands.admin_scope import SuperuserAdmin
from jobs.admin.readonly import dollars
from jobs.models import CatalogueModel, Price


def today() -> date:
    return timezone.now().date()


class PriceForm(forms.ModelForm):
    """A price of the past stays what it was; a new one holds from today or later."""

    class Meta:
        model = Price
        fields = ["amount", "valid_from"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_past:
            for field in self.fields.values():
                field.disabled = True
        elif not self.instance.pk:
            self.fields["valid_from"].initial = today

    @property
    def is_past(self) -> bool:
        return bool(self.instance.pk) and self.initial["valid_from"] < today()

    def clean_valid_from(self) -> date:
        day = self.cleaned_data["valid_from"]
        if day < today() and not self.is_past:
            raise ValidationError("Choose today or a later day: what was valid before is part of past bills.")
        return day


class PriceFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form: PriceForm, index: int | None) -> None:
        super().add_fields(form, index)
        if form.is_past and DELETION_FIELD_NAME in form.fields:
            form.fields[DELETION_FIELD_NAME].disabled = True


class PriceInline(admin.TabularInline):
    model = Price
    form = PriceForm
    formset = PriceFormSet
    extra = 0


HELP = {field.name: field.help_text for field in CatalogueModel._meta.fields}


class ObjectField(forms.JSONField):
    """A JSON object; nothing written is the empty one."""

    widget = forms.Textarea(attrs={"rows": 6, "cols": 80})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False} | kwargs)

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict) else value

    def clean(self, value: Any) -> dict[str, Any]:
        data = super().clean(value) or {}
        if not isinstance(data, dict):
            raise ValidationError('Write a JSON object, such as {"prompt": "$prompt"}.')
        return data


class CatalogueModelForm(forms.ModelForm):
    """Ticking "default" takes the tick from whoever had it: see `CatalogueModelAdmin.save_model`."""

    inputs = ObjectField(help_text=HELP["inputs"])
    files = ObjectField(help_text=HELP["files"])
    limits = ObjectField(help_text=HELP["limits"])

    class Meta:
        model = CatalogueModel
        fields = [
            "name",
            "slug",
            "engine",
            "role",
            "unit",
            "is_default",
            "is_active",
            "fallback",
            "provider_model",
            "version",
            "inputs",
            "files",
            "limits",
            "draws_text",
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_default = cleaned.get("is_default")
        if is_default and not cleaned.get("is_active"):
            self.add_error("is_default", "A model that is switched off cannot be the default of its role.")
        if self.initial.get("is_default") and self.instance.pk and not self._stays_default(cleaned):
            self.add_error(
                "is_default", "Its role would be without a default: tick “default” on the model that takes over."
            )
        return cleaned

    def _stays_default(self, cleaned: dict[str, Any]) -> bool:
        before = (True, self.initial["engine"], self.initial["role"])
        return (cleaned.get("is_default"), cleaned.get("engine"), cleaned.get("role")) == before

    def _get_validation_exclusions(self) -> set[str]:
        # The constraint "one default per role" is met by the swap, which comes after validation.
        return super()._get_validation_exclusions() | {"is_default"}


@admin.register(CatalogueModel)
class CatalogueModelAdmin(SuperuserAdmin):
    form = CatalogueModelForm
    list_display = ["name", "engine", "role", "price_now", "is_default", "is_active"]
    list_filter = ["engine", "role", "is_active", "is_default"]
    search_fields = ["slug", "name", "provider_model"]
    inlines = [PriceInline]
    actions = ["make_default"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "engine", "role", "unit"]}),
        ("Use", {"fields": ["is_default", "is_active", "fallback"]}),
        ("At the provider", {"fields": ["provider_model", "version", "inputs", "files", "limits", "draws_text"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogueModel]:
        return super().get_queryset(request).prefetch_related("prices")

    def has_delete_permission(self, request: HttpRequest, obj: CatalogueModel | None = None) -> bool:
        """Nobody: its prices are part of past bills. A model that is no longer wanted is switched off."""
        return False

    @admin.display(description="price today")
    def price_now(self, model: CatalogueModel) -> str:
        amount = model.price_on()
        return "no price yet" if amount is None else f"{dollars(amount)} / {model.unit}"

    def save_model(self, request: HttpRequest, obj: CatalogueModel, form: forms.ModelForm, change: bool) -> None:
        if obj.is_default:
            self._retire_default(request, obj)
        super().save_model(request, obj, form, change)

    @admin.action(description="Make the default of its role")
    def make_default(self, request: HttpRequest, chosen: QuerySet[CatalogueModel]) -> None:
        model = chosen.first()
        if len(chosen) != 1 or model is None or not model.is_active:
            self.message_user(request, "Choose exactly one model that is switched on.", messages.ERROR)
            return
        with transaction.atomic():
            self._retire_default(request, model)
            model.is_default = True
            model.save(update_fields=["is_default"])
        self.log_change(request, model, "Made the default of its role.")
        self.message_user(request, f"{model} is now the default for {model.get_role_display()}.", messages.SUCCESS)

    def _retire_default(self, request: HttpRequest, successor: CatalogueModel) -> None:
        rivals = CatalogueModel.objects.filter(engine=successor.engine, role=successor.role, is_default=True)
        for rival in rivals.exclude(pk=successor.pk).select_for_update():
            rival.is_default = False
            rival.save(update_fields=["is_default"])
            self.log_change(request, rival, f"{successor} is the default instead.")
            self.message_user(request, f"{rival} is no longer the default.", messages.INFO)
