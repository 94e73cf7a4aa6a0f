"""Clients, people, brands and campaigns for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget, AdminTextareaWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet, TextField
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from brands.admin_scope import ClientScopedAdmin, ScopedFilter, reserve_for_superusers
from brands.forms import BrandForm, CampaignForm
from brands.models import Brand, Campaign, Client, Membership
from brands.swatches import swatches

admin.site.site_title = admin.site.site_header = "Video Studio"
admin.site.index_title = "Administration"


SHORT_TEXT: Any = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}


class MembershipInline(ClientScopedAdmin, admin.TabularInline):
    model = Membership
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("client", "user")


@admin.register(Client)
class ClientAdmin(ClientScopedAdmin, admin.ModelAdmin):
    client_path = "pk"
    list_display = ["name", "slug", "brand_count", "campaign_count", "daily_budget", "is_active", "created_at"]
    list_filter = ["is_active"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        rows = super().get_queryset(request)
        return rows.annotate(
            brand_count=Count("brands", distinct=True), campaign_count=Count("campaigns", distinct=True)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Client | None = None) -> list[str]:
        return [] if request.user.is_superuser else ["daily_budget"]

    @admin.display(description="brands", ordering="brand_count")
    def brand_count(self, client: Client) -> int:
        return client.brand_count

    @admin.display(description="campaigns", ordering="campaign_count")
    def campaign_count(self, client: Client) -> int:
        return client.campaign_count


@admin.register(Membership)
class MembershipAdmin(ClientScopedAdmin, admin.ModelAdmin):
    list_display = ["user", "client", "role"]
    list_select_related = ["user", "client"]
    list_filter = ["role", ("client", ScopedFilter)]
    search_fields = ["user__username", "user__email", "client__name"]


class LogoLink(str):
    """A logo's name, with the address of our own view instead of the storage's."""

    url: str


class LogoInput(AdminFileWidget):
    """Django's file field, whose link goes through the access check of the admin."""

    def is_initial(self, value: Any) -> bool:
        return bool(getattr(value, "name", "") and value.instance.pk)

    def format_value(self, value: Any) -> LogoLink | None:
        if not self.is_initial(value):
            return None
        link = LogoLink(value.name.rsplit("/", 1)[-1])
        link.url = reverse("admin:brands_brand_logo", args=[value.instance.pk])
        return link


class BrandAdminForm(BrandForm):
    class Meta(BrandForm.Meta):
        widgets = {"logo": LogoInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if logo := self.fields.get("logo"):
            logo.widget = LogoInput(attrs={"accept": "image/png,image/webp,image/jpeg"})


@admin.register(Brand)
class BrandAdmin(ClientScopedAdmin, admin.ModelAdmin):
    form = BrandAdminForm
    formfield_overrides = SHORT_TEXT
    list_display = ["name", "client", "palette_list", "updated_at"]
    list_select_related = ["client"]
    list_filter = [("client", ScopedFilter)]
    search_fields = ["name", "tagline", "client__name"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["colours", "logo_preview", "updated_at"]
    fieldsets = [
        (None, {"fields": ["client", "name", "slug", "tagline"]}),
        ("How it looks", {"fields": ["visual_style", "palette", "colours", "logo", "logo_preview"]}),
        ("How it speaks", {"fields": ["voice", "key_messages"]}),
        ("What it never does", {"fields": ["forbidden_elements", "do_not_mention"]}),
        (None, {"fields": ["updated_at"]}),
    ]

    @admin.display(description="palette")
    def palette_list(self, brand: Brand) -> SafeString:
        return swatches(brand.palette)

    @admin.display(description="palette, as saved")
    def colours(self, brand: Brand) -> SafeString:
        return swatches(brand.palette)

    @admin.display(description="logo, as saved")
    def logo_preview(self, brand: Brand) -> SafeString | str:
        if not brand.logo:
            return "–"
        source = reverse("admin:brands_brand_logo", args=[brand.pk])
        return format_html('<img class="logo-preview" src="{}" alt="Logo of {}">', source, brand.name)

    def get_urls(self) -> list[URLPattern]:
        logo = path("<int:brand_id>/logo/", self.admin_site.admin_view(self.logo_view), name="brands_brand_logo")
        return [logo, *super().get_urls()]

    def logo_view(self, request: HttpRequest, brand_id: int) -> FileResponse:
        brand = self.get_object(request, str(brand_id))
        if brand is None or not brand.logo or not self.has_view_permission(request, brand):
            raise Http404
        try:
            return FileResponse(brand.logo.open("rb"))
        except FileNotFoundError:
            raise Http404 from None


@admin.register(Campaign)
class CampaignAdmin(ClientScopedAdmin, admin.ModelAdmin):
    form = CampaignForm
    formfield_overrides = SHORT_TEXT
    list_display = ["name", "client", "brand", "starts_on", "ends_on", "budget"]
    list_select_related = ["client", "brand"]
    list_filter = [("client", ScopedFilter), ("brand", ScopedFilter)]
    search_fields = ["name", "brief", "client__name", "brand__name"]
    date_hierarchy = "starts_on"
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["client", "brand", "name", "slug"]}),
        ("Brief", {"fields": ["brief", "audience", "key_messages", "call_to_action", "do_not_mention"]}),
        ("When and how much", {"fields": [("starts_on", "ends_on"), "budget"]}),
    ]


# Groups hand out permissions, sign-ins are of everybody's people, and a scheduled task may run anything.
for app_label in ("auth", "axes", "django_q"):
    reserve_for_superusers(admin.site, app_label)
admin.site.unregister(User)


@admin.register(User)
class StudioUserAdmin(ClientScopedAdmin, UserAdmin):
    """Superusers manage people; other staff see colleagues. Nobody is deleted: what they did must keep their name."""

    client_path = "memberships__client"
    list_display = ["username", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    inlines = [MembershipInline]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ["username", "first_name", "last_name", "email", "is_active"]})]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
