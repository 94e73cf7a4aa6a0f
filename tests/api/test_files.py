"""Films and pictures by byte range, and who may have them."""

from typing import Any

import pytest

from brands.models import Role
from jobs.models import Export, Film, Job
from jobs.models.film import OutputState
from jobs.states import JobState
from tests.factories import make_film, make_job, make_scene, make_storyboard
from videostudio.lib import files

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 4


@pytest.fixture
def job(client_: Any) -> Job:
    """A finished job with one film of 1024 bytes, also as mp4 export."""
    job = make_storyboard(client_, state=JobState.COMPLETED)
    make_film(job, content=CONTENT)
    return job


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_film_comes_whole(call_as: Any, job: Job) -> None:
    answer = call_as(Role.VIEWER).send("get", f"/jobs/{job.pk}/data")
    assert (answer.status_code, answer["Content-Type"], answer["Accept-Ranges"]) == (200, "video/mp4", "bytes")
    assert body(answer) == CONTENT
    assert answer["Content-Length"] == "1024"
    assert "first-swim-1.mp4" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-9", 0, 10), ("bytes=1000-", 1000, 1024), ("bytes=-24", 1000, 1024), ("bytes=1000-9999", 1000, 1024)],
)
def test_range_comes_as_asked(owner: Any, job: Job, asked: str, start: int, stop: int) -> None:
    answer = owner.send("get", f"/jobs/{job.pk}/data", Range=asked)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/1024"
    assert body(answer) == CONTENT[start:stop]


def test_range_beyond_the_end_is_416(owner: Any, job: Job, is_problem: Any) -> None:
    answer = owner.send("get", f"/jobs/{job.pk}/data", Range="bytes=1024-")
    is_problem(answer, 416, "requested_range_not_satisfiable")
    assert answer["Content-Range"] == "bytes */1024"


def test_known_film_is_not_sent_again(owner: Any, job: Job) -> None:
    etag = owner.send("get", f"/jobs/{job.pk}/data")["ETag"]
    answer = owner.send("get", f"/jobs/{job.pk}/data", **{"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_head_tells_the_length_alone(owner: Any, job: Job) -> None:
    answer = owner.send("head", f"/jobs/{job.pk}/data")
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, "1024", b"")


def test_each_variation_and_format_is_its_own_file(owner: Any, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(variations=2)
    film = make_film(job, 2, content=b"second")
    Export.objects.create(
        film=film, format="gif", quality="standard", state=OutputState.READY, key=film.poster_key, bytes=1
    )
    assert body(owner.send("get", f"/jobs/{job.pk}/data?variation=2")) == b"second"
    gif = body(owner.send("get", f"/jobs/{job.pk}/data?variation=2&format=gif"))
    assert gif == files.open_key(film.poster_key).read()


@pytest.mark.parametrize("query", ["variation=2", "format=gif"])
def test_what_was_not_asked_for_is_404(owner: Any, job: Job, is_problem: Any, query: str) -> None:
    is_problem(owner.send("get", f"/jobs/{job.pk}/data?{query}"), 404, "not_found")


@pytest.mark.parametrize("query", ["variation=0", "variation=x", "format=avi", "format=mp4%0a"])
def test_odd_query_names_the_field(owner: Any, job: Job, is_problem: Any, query: str) -> None:
    problem = is_problem(owner.send("get", f"/jobs/{job.pk}/data?{query}"), 422, "invalid_request")
    assert problem["errors"][0]["path"] == query.split("=")[0]


def test_film_that_is_not_made_yet_is_409(owner: Any, client_: Any, is_problem: Any) -> None:
    job = make_storyboard(client_)
    assert is_problem(owner.send("get", f"/jobs/{job.pk}/data"), 409, "wrong_state")["state"] == "storyboard_complete"


@pytest.mark.parametrize("state", [OutputState.WORKING, OutputState.FAILED])
@pytest.mark.parametrize("rows", [Film, Export])
def test_film_that_is_not_ready_is_409(owner: Any, job: Job, is_problem: Any, rows: Any, state: str) -> None:
    rows.objects.update(state=state, error="The disk was full.")
    problem = is_problem(owner.send("get", f"/jobs/{job.pk}/data"), 409, "wrong_state")
    assert ("disk" in problem["detail"]) is (state == OutputState.FAILED)


def test_file_that_is_gone_is_a_problem(owner: Any, job: Job, is_problem: Any) -> None:
    files.delete(Film.objects.get(job=job).key)
    is_problem(owner.send("get", f"/jobs/{job.pk}/data"), 404, "not_found")


def test_thumbnail_is_the_poster(owner: Any, job: Job) -> None:
    answer = owner.send("get", f"/jobs/{job.pk}/thumbnail")
    assert body(answer) == files.open_key(Film.objects.get(job=job).poster_key).read()
    assert answer["Content-Type"] == "image/webp"


def test_thumbnail_before_the_film_is_the_first_frame(owner: Any, client_: Any) -> None:
    job = make_storyboard(client_)
    answer = owner.send("get", f"/jobs/{job.pk}/thumbnail")
    assert body(answer) == files.open_key(job.scenes.get(number=1).take.key).read()


def test_no_picture_yet_is_409(owner: Any, client_: Any, is_problem: Any) -> None:
    job = make_job(client_, state=JobState.GENERATING_STORYBOARD)
    scene = make_scene(job, drawn=False)
    is_problem(owner.send("get", f"/jobs/{job.pk}/thumbnail"), 409, "wrong_state")
    is_problem(owner.send("get", f"/jobs/{job.pk}/scenes/{scene.pk}/frame"), 409, "wrong_state")


def test_frame_is_the_chosen_take(owner: Any, job: Job) -> None:
    scene = job.scenes.get(number=2)
    answer = owner.send("get", f"/jobs/{job.pk}/scenes/{scene.pk}/frame")
    assert body(answer) == files.open_key(scene.take.key).read()
    assert answer["Cache-Control"] == "private, no-cache"


def test_frame_of_another_job_is_404(owner: Any, client_: Any, job: Job, is_problem: Any) -> None:
    other = make_storyboard(client_)
    path = f"/jobs/{job.pk}/scenes/{other.scenes.first().pk}/frame"
    is_problem(owner.send("get", path), 404, "not_found")


@pytest.mark.parametrize("path", ["data", "thumbnail", "scenes/{scene}/frame"])
def test_stranger_gets_no_file(stranger: Any, job: Job, is_problem: Any, path: str) -> None:
    path = path.format(scene=job.scenes.first().pk)
    is_problem(stranger.send("get", f"/jobs/{job.pk}/{path}"), 404, "not_found")
    is_problem(stranger.send("get", f"/jobs/{job.pk}/{path}", Range="bytes=0-1"), 404, "not_found")
