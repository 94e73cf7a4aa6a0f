"""Alerts, posted to a server on this machine."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone

from jobs.models import Alert, Severity
from jobs.outbox import post_alerts
from jobs.services import alerts
from jobs.services.alerts import alert

pytestmark = pytest.mark.django_db
SECRET = "/services/T000/B000/hush"


class Receiver:
    """Takes what is posted, and answers with `status`."""

    status = 200

    def __init__(self) -> None:
        self.texts: list[str] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.texts.append(body["text"])
                self.send_response(receiver.status)
                if receiver.status == 302:
                    self.send_header("Location", f"{receiver.url}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}{SECRET}"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    one = Receiver()
    thread = threading.Thread(target=one.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    settings.ALERT_WEBHOOK_URL = one.url
    yield one
    one.server.shutdown()
    one.server.server_close()
    thread.join()


def raise_it(message: str = "It is away & <down>.") -> Alert:
    alert(Severity.P1, "provider_down", message, key=message)
    return Alert.objects.latest("pk")


def now_due() -> None:
    Alert.objects.filter(next_try_at__isnull=False).update(next_try_at=timezone.now())


def test_alert_is_posted_once_for_people_to_read(receiver: Receiver) -> None:
    one = raise_it()
    for _ in range(2):
        post_alerts()
    page = f"http://localhost:8000/admin/jobs/alert/{one.pk}/change/"
    assert receiver.texts == [f"[P1] It is away &amp; &lt;down&gt;. (provider_down)\n{page}"]
    one.refresh_from_db()
    assert one.posted_at


@pytest.mark.parametrize("status", [302, 404, 500])
def test_refused_alert_is_tried_again_later_then_given_up(
    status: int, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = status
    one = raise_it()
    post_alerts()
    post_alerts()
    assert len(receiver.texts) == 1
    for _ in range(10):
        now_due()
        post_alerts()
    one.refresh_from_db()
    assert (len(receiver.texts), one.posted_at, one.next_try_at) == (len(alerts.TRY_AGAIN) + 1, None, None)
    assert "given up" in caplog.text
    assert "hush" not in caplog.text


def test_address_nobody_answers_is_not_told_to_the_log(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.ALERT_WEBHOOK_URL = f"http://127.0.0.1:1{SECRET}"
    one = raise_it()
    post_alerts()
    one.refresh_from_db()
    assert (one.tries, one.posted_at) == (1, None)
    assert "ConnectionError" in caplog.text
    assert "hush" not in caplog.text


def test_receiver_in_trouble_is_left_alone_until_the_next_look(receiver: Receiver) -> None:
    receiver.status = 500
    raise_it("one")
    raise_it("two")
    post_alerts()
    assert len(receiver.texts) == 1


def test_alert_that_another_watcher_posts_is_left_to_it(receiver: Receiver) -> None:
    one = raise_it()
    assert alerts.take_to_post(one)
    assert not alerts.take_to_post(one)
    post_alerts()
    assert receiver.texts == []


def test_old_alerts_are_not_posted_when_an_address_is_set(receiver: Receiver) -> None:
    raise_it()
    Alert.objects.update(created_at=timezone.now() - timedelta(days=2))
    post_alerts()
    assert receiver.texts == []


def test_without_an_address_alerts_wait(settings: Any) -> None:
    settings.ALERT_WEBHOOK_URL = ""
    one = raise_it()
    post_alerts()
    assert Alert.objects.get(pk=one.pk).tries == 0
