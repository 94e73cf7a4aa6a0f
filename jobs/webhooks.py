"""What the provider sends us. A webhook is a hint: it is verified, and then the provider is asked."""

from typing import Any

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from standardwebhooks import Webhook

from jobs.services import orphans
from jobs.services.webhook_secret import known_secret
from videostudio.lib.attempts import attempt_in
from videostudio.problems import problem

log = structlog.get_logger(__name__)

REMEMBERED_SECONDS = 900
"""How long a message's id is known; its signature is good for five minutes."""


@csrf_exempt
@login_not_required
@require_POST
def replicate(request: HttpRequest) -> HttpResponse:
    """`POST /api/v2/webhooks/replicate?attempt=…`: a run of ours has started or ended (Standard Webhooks)."""
    secret = known_secret()
    if not secret:
        return problem(503, "not_ready", "The key to check this with is not known yet.", "Send it again in a minute.")
    said = _verified(secret, request)
    if said is None:
        return problem(401, "bad_signature", "This was not signed with our key.", "Only the provider sends these.")
    provider_id = said.get("id")
    if not isinstance(provider_id, str) or not 0 < len(provider_id) <= 200:
        return problem(422, "invalid_request", "There is no prediction in it.", "Send the prediction object.")
    if cache.add(f"webhook:{request.headers['webhook-id'][:100]}", 1, REMEMBERED_SECONDS):
        # Out of the body: the address that it came to is not signed.
        orphans.sighted(attempt_in(said.get("webhook")), provider_id)
    return HttpResponse(status=204)


def _verified(secret: str, request: HttpRequest) -> dict[str, Any] | None:
    """The message, if it was signed with this secret a short while ago."""
    try:
        said = Webhook(secret).verify(request.body, dict(request.headers))
    except Exception as error:  # It raises anything at all over headers that are not as they should be.
        log.warning("a webhook was refused", reason=type(error).__name__)
        return None
    return said if isinstance(said, dict) else None
