"""What every page may show."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from jobs.services import outages


def studio(request: HttpRequest) -> dict[str, Any]:
    """`engine_is_local`: films are previews made on this machine, free. `provider_is_away`: paid work has to wait.

    The latter is asked for only where it is shown, as this runs for each part of a page.
    """
    return {
        "engine_is_local": settings.ENGINE == outages.FREE,
        "provider_is_away": lambda: outages.is_open(settings.ENGINE),
    }
