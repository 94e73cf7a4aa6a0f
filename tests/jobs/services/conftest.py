from typing import Any

import pytest

from jobs.models import Step
from tests.work import order, play_all, start


@pytest.fixture
def clips(settings: Any) -> list[Step]:
    """Three clips of 5 s at 0.036 a second, ready to be paid."""
    settings.ENGINE = "replicate"
    job, owner = order()
    return list(start(play_all(job), owner).steps.filter(kind="clip"))
