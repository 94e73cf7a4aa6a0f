from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import reverse

from jobs.models import Orphan

LIST = reverse("admin:jobs_orphan_changelist")


@pytest.fixture
def orphan(db: None) -> Orphan:
    return Orphan.objects.create(provider_id="abc123", engine="replicate", state="booked", charged=Decimal("0.18"))


def test_operators_read_what_nobody_asked_for(root: Browser, orphan: Orphan) -> None:
    page = root.get(LIST).content.decode()
    assert "abc123" in page and "$0.18" in page
    assert root.get(reverse("admin:jobs_orphan_change", args=[orphan.pk])).status_code == 200


def test_orphans_are_only_read_and_by_superusers(root: Browser, staff: Browser, orphan: Orphan) -> None:
    path = reverse("admin:jobs_orphan_change", args=[orphan.pk])
    assert root.post(path, {"state": "found"}).status_code == 403
    assert staff.get(LIST).status_code == 403
