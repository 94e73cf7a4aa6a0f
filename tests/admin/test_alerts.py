import pytest
from django.test import Client as Browser
from django.urls import reverse

from jobs.models import Alert, Severity
from jobs.services.alerts import alert

LIST = reverse("admin:jobs_alert_changelist")


@pytest.fixture(autouse=True)
def two(db: None) -> None:
    alert(Severity.P3, "job_stalled", "A job was taken up again.", minutes=15)
    alert(Severity.P1, "provider_down", "The provider is away.")


def test_operators_read_alerts_newest_first_by_severity(root: Browser) -> None:
    page = root.get(LIST).content.decode()
    assert page.index("The provider is away.") < page.index("A job was taken up again.")
    page = root.get(LIST, {"severity__exact": "p3"}).content.decode()
    assert "A job was taken up again." in page
    assert "The provider is away." not in page


def test_alerts_are_only_read(root: Browser) -> None:
    one = Alert.objects.get(code="job_stalled")
    path = reverse("admin:jobs_alert_change", args=[one.pk])
    assert "&quot;minutes&quot;: 15" in root.get(path).content.decode()
    for url in (path, reverse("admin:jobs_alert_add"), reverse("admin:jobs_alert_delete", args=[one.pk])):
        assert root.post(url, {"message": "Nothing."}).status_code == 403
    assert Alert.objects.count() == 2


def test_alerts_are_for_superusers(staff: Browser) -> None:
    assert staff.get(LIST).status_code == 403
