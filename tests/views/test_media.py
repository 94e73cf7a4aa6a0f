from collections.abc import Iterable

import pytest
from django.test import Client as Browser

from brands.models import Client
from jobs.models import Film
from tests.factories import make_brand, make_film, make_storyboard

CONTENT = bytes(range(256)) * 4


@pytest.fixture
def film(tenant: Client) -> Film:
    return make_film(make_storyboard(tenant, name="First swim"), content=CONTENT)


def body(chunks: Iterable[bytes]) -> bytes:
    return b"".join(chunks)


def test_a_film_comes_whole(owner: Browser, film: Film) -> None:
    response = owner.get(f"/media/films/{film.pk}.mp4")
    assert body(response.streaming_content) == CONTENT
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["Accept-Ranges"] == "bytes"
    assert "private" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-9", 0, 10), ("bytes=1000-", 1000, 1024), ("bytes=-24", 1000, 1024), ("bytes=1020-9999", 1020, 1024)],
)
def test_a_part_of_a_film_comes_alone(owner: Browser, film: Film, asked: str, start: int, stop: int) -> None:
    response = owner.get(f"/media/films/{film.pk}.mp4", headers={"Range": asked})
    assert response.status_code == 206
    assert body(response.streaming_content) == CONTENT[start:stop]
    assert response["Content-Range"] == f"bytes {start}-{stop - 1}/1024"
    assert response["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused(owner: Browser, film: Film, asked: str) -> None:
    response = owner.get(f"/media/films/{film.pk}.mp4", headers={"Range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize("asked", ["bytes=9-1", "bytes=-", "lines=1-2", "bytes=0-1,4-5", "nonsense"])
def test_what_is_no_single_range_means_all(owner: Browser, film: Film, asked: str) -> None:
    response = owner.get(f"/media/films/{film.pk}.mp4", headers={"Range": asked})
    assert (response.status_code, body(response.streaming_content)) == (200, CONTENT)


def test_what_the_caller_has_is_not_sent_again(owner: Browser, film: Film) -> None:
    tag = owner.head(f"/media/films/{film.pk}.mp4")["ETag"]
    assert tag == f'"{film.sha256}"'
    assert owner.get(f"/media/films/{film.pk}.mp4", headers={"If-None-Match": tag}).status_code == 304


def test_a_range_of_another_version_means_all(owner: Browser, film: Film) -> None:
    headers = {"Range": "bytes=0-9", "If-Range": '"older"'}
    assert owner.get(f"/media/films/{film.pk}.mp4", headers=headers).status_code == 200


def test_an_export_is_kept_under_the_videos_name(owner: Browser, film: Film) -> None:
    response = owner.get(f"/media/exports/{film.exports.get().pk}")
    assert response["Content-Disposition"] == 'attachment; filename="first-swim-1-standard.mp4"'
    assert body(response.streaming_content) == CONTENT


@pytest.mark.parametrize("size", ["320", "640", "full"])
def test_a_frame_comes_in_its_sizes(owner: Browser, film: Film, size: str) -> None:
    take = film.job.scenes.first().take
    response = owner.get(f"/media/takes/{take.pk}/{size}.webp")
    assert response["Content-Type"] == ("image/png" if size == "full" else "image/webp")
    assert body(response.streaming_content)


def test_a_file_that_is_gone_is_not_found(owner: Browser, film: Film) -> None:
    Film.objects.update(key="videos/gone.mp4")
    assert owner.get(f"/media/films/{film.pk}.mp4").status_code == 404
    Film.objects.update(key="")
    assert owner.get(f"/media/films/{film.pk}.mp4").status_code == 404


def test_a_logo_is_for_members_only(owner: Browser, stranger: Browser, tenant: Client, film: Film) -> None:
    brand = make_brand(tenant, logo=film.poster_key)
    assert owner.get(f"/media/brands/{brand.pk}/logo").status_code == 200
    assert stranger.get(f"/media/brands/{brand.pk}/logo").status_code == 404
