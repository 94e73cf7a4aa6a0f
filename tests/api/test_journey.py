"""From a brief to the film, as an integrator does it."""

import io
from typing import Any

import av
import pytest

from jobs.runner import run_until_quiet
from tests.api.conftest import Caller
from tests.factories import PASSWORD, make_brand, make_campaign, make_client, make_member


@pytest.mark.django_db(transaction=True)
def test_brief_becomes_a_film_that_plays() -> None:
    client = make_client("Alder Rain")
    campaign = make_campaign(make_brand(client))
    make_member(client, username="ada")
    caller = Caller()
    token = caller.send("post", "/auth/token", {"username": "ada", "password": PASSWORD}).json()["access"]
    auth = {"Authorization": f"Bearer {token}"}

    def ask(method: str, path: str, body: Any = None) -> Any:
        return caller.send(method, path, body, **auth)

    brief = {"client": "alder-rain", "campaign": campaign.slug, "prompt": "A swimmer leaves the sea at dawn."}
    options = {"duration": 15, "style_presets": ["draft"], "export_formats": ["gif"]}
    job_id = ask("post", "/generate", brief | options).json()["id"]
    run_until_quiet(job_id)

    job = ask("get", f"/jobs/{job_id}").json()
    assert job["status"] == "storyboard_complete"
    assert ask("post", f"/jobs/{job_id}/render").status_code == 403
    ask("post", f"/jobs/{job_id}/approve", {"hash": job["storyboard"]["hash"], "price_ceiling": "0"})
    assert ask("post", f"/jobs/{job_id}/render").status_code == 202
    run_until_quiet(job_id)

    job = ask("get", f"/jobs/{job_id}").json()
    assert (job["status"], job["progress"]["percentage"], job["actual_cost"]) == ("completed", 100, "0.00")
    film = b"".join(ask("get", f"/jobs/{job_id}/data"))
    with av.open(io.BytesIO(film)) as video:
        assert float(video.duration / av.time_base) == pytest.approx(15, abs=0.1)
    assert b"".join(ask("get", f"/jobs/{job_id}/data?format=gif"))[:6] == b"GIF89a"
    assert ask("get", f"/jobs/{job_id}/thumbnail")["Content-Type"] == "image/webp"
