"""Room for what work makes: refused before it begins, waited for once it has."""

import errno
from collections.abc import Callable
from typing import Any

import pytest

from jobs.errors import StorageFull
from jobs.models import Alert, Approval, Job, JobEvent, Scene, Step
from jobs.services import jobs, reviews, scenes
from jobs.services.retries import retry_job
from tests.factories import make_member, make_storyboard
from tests.storage import MORE_THAN_ANY_DISK, full_database
from tests.work import approve, committed, make_brief, order, play_all

Verb = Callable[[Job, Any], object]

VERBS: dict[str, Verb] = {
    "create": lambda job, owner: jobs.create_job(actor=owner, brief=make_brief(job.client)),
    "approve": approve,
    "render": lambda job, owner: reviews.start_render(job=job, actor=owner),
    "regenerate": lambda job, owner: scenes.regenerate_scene(scene=job.scenes.first(), actor=owner),
    "retry": lambda job, owner: retry_job(job=job, actor=owner),
}


def everything() -> list[Any]:
    found: list[Any] = [list(model.objects.order_by("pk").values()) for model in (Job, Scene, Step, Approval)]
    return [*found, JobEvent.objects.count()]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.django_db
def test_no_work_is_begun_without_room(verb: str, settings: Any) -> None:
    job, owner = order()
    job = play_all(job)
    if verb != "approve":
        approve(job, owner)
    before = everything()
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    for _ in range(2):
        with pytest.raises(StorageFull):
            VERBS[verb](job, owner)
    assert everything() == before
    alert = Alert.objects.get()
    assert (alert.severity, alert.code, alert.count) == ("p1", "storage_full", 2)
    assert "MB left" in alert.facts["short"][0]


@pytest.mark.django_db
def test_words_are_kept_and_work_is_cancelled_without_room(settings: Any) -> None:
    job = make_storyboard()
    owner = make_member(job.client)
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    scenes.edit_scene(scene=job.scenes.first(), actor=owner, changes={"title": "Dawn"})
    assert jobs.cancel_job(job=job, actor=owner).state == "cancelled"
    assert job.scenes.first().title == "Dawn"


@committed
def test_full_database_begins_no_work() -> None:
    job = make_storyboard()
    owner, brief = make_member(job.client), make_brief(job.client, metadata={"note": "long " * 10_000})
    with full_database(), pytest.raises(StorageFull):
        jobs.create_job(actor=owner, brief=brief)
    assert Job.objects.count() == 1


@committed
def test_other_faults_of_a_verb_stay_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    job = make_storyboard()

    def broken(*args: Any, **options: Any) -> None:
        raise OSError(errno.EIO, "a cable")

    monkeypatch.setattr("jobs.services.jobs.record_event", broken)
    with pytest.raises(OSError, match="a cable"):
        jobs.create_job(actor=make_member(job.client), brief=make_brief(job.client))
