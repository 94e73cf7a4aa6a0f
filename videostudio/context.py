"""What every page may show."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def studio(request: HttpRequest) -> dict[str, Any]:
    """`engine_is_local`: films are previews made on this machine, free."""
    return {"engine_is_local": settings.ENGINE == "local"}
