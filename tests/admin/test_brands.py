import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from brands.models import Brand, Campaign

BRAND = {"name": "Acme brand", "slug": "brand", "palette": "#112233", "key_messages": "", "do_not_mention": ""}


@pytest.fixture
def brand(acme) -> Brand:
    return acme.brands.get()


@pytest.fixture
def files(settings, tmp_path: Path) -> None:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": local}


def save(root, brand: Brand, **changes: Any):
    return root.post(reverse("admin:brands_brand_change", args=[brand.pk]), BRAND | changes)


def test_list_shows_palette_as_swatches(root, brand) -> None:
    page = root.get(reverse("admin:brands_brand_changelist")).content.decode()
    assert 'fill="#112233"' in page
    assert "admin/studio.css" in page


def test_palette_is_edited_one_line_each(root, brand) -> None:
    assert save(root, brand, palette="#AABBCC\r\n#001122\r\n").status_code == 302
    brand.refresh_from_db()
    assert brand.palette == ["#aabbcc", "#001122"]


def test_wrong_colour_is_explained(root, brand) -> None:
    page = save(root, brand, palette="#112233\nblue").content.decode()
    assert "Line 2, “blue”: Write a colour as #rrggbb." in page


def test_brand_stays_with_its_client(root, brand, rival) -> None:
    save(root, brand, client=rival.pk)
    brand.refresh_from_db()
    assert brand.client.name == "Acme"


def test_slug_taken_is_a_form_error(root, brand) -> None:
    Brand.objects.create(client=brand.client, name="Twin", slug="twin")
    assert "already exists" in save(root, brand, slug="twin").content.decode()


def test_logo_is_stored_and_shown(root, brand, files) -> None:
    sink = io.BytesIO()
    Image.new("RGBA", (30, 30), "#112233").save(sink, "PNG")
    assert save(root, brand, logo=SimpleUploadedFile("mine.png", sink.getvalue())).status_code == 302
    address = reverse("admin:brands_brand_logo", args=[brand.pk])
    page = root.get(reverse("admin:brands_brand_change", args=[brand.pk])).content.decode()
    assert f'src="{address}"' in page and f'<a href="{address}">' in page
    answer = root.get(address)
    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).size == (30, 30)


def test_logo_survives_another_save_and_can_be_cleared(root, brand, files) -> None:
    Brand.objects.filter(pk=brand.pk).update(logo="uploads/logos/a.png")
    save(root, brand, tagline="New")
    brand.refresh_from_db()
    assert (brand.tagline, brand.logo.name) == ("New", "uploads/logos/a.png")
    save(root, brand, **{"logo-clear": "on"})
    brand.refresh_from_db()
    assert not brand.logo


def test_client_list_counts_brands_and_campaigns(root, acme, rival) -> None:
    Brand.objects.create(client=acme, name="Second", slug="second")
    rows = {row.name: row for row in root.get(reverse("admin:brands_client_changelist")).context["cl"].result_list}
    assert (rows["Acme"].brand_count, rows["Acme"].campaign_count) == (2, 1)


def test_campaign_wants_a_brand_of_its_client(root, acme, rival) -> None:
    data = {"client": acme.pk, "brand": rival.brands.get().pk, "name": "Mixed", "slug": "mixed"}
    page = root.post(reverse("admin:brands_campaign_add"), data)
    assert "This brand belongs to another client." in page.content.decode()
    assert not Campaign.objects.filter(slug="mixed").exists()


def test_campaign_cannot_end_before_it_starts(root, acme) -> None:
    data = {"client": acme.pk, "brand": acme.brands.get().pk, "name": "N", "slug": "n"}
    page = root.post(reverse("admin:brands_campaign_add"), data | {"starts_on": "2026-05-02", "ends_on": "2026-05-01"})
    assert "ends on or after the day" in page.content.decode()


@pytest.mark.parametrize("name", ["client", "brand", "campaign", "membership"])
def test_lists_need_few_queries(root, acme, name, django_assert_max_num_queries) -> None:
    for number in range(10):
        row = Brand.objects.create(client=acme, name=f"B{number}", slug=f"b{number}")
        Campaign.objects.create(client=acme, brand=row, name=f"C{number}", slug=f"c{number}")
    with django_assert_max_num_queries(12):
        root.get(reverse(f"admin:brands_{name}_changelist"))
