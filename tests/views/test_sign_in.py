from django.test import Client as Browser

from tests.factories import PASSWORD, make_user


def test_the_right_password_leads_to_the_videos(client: Browser, db: None) -> None:
    make_user("ada")
    response = client.post("/sign-in", {"username": "ada", "password": PASSWORD})
    assert response["Location"] == "/"


def test_a_wrong_password_keeps_the_name(client: Browser, db: None) -> None:
    make_user("ada")
    response = client.post("/sign-in", {"username": "ada", "password": "guess"})
    assert 'value="ada"' in response.text
    assert "do not belong together" in response.text


def test_a_fragment_without_session_takes_the_page_along(client: Browser, db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/videos/new"}
    response = client.get("/sign-in?next=/videos/new/price", headers=headers)
    assert response["HX-Redirect"] == "/sign-in?next=%2Fvideos%2Fnew"


def test_signing_out_needs_a_post(owner: Browser) -> None:
    assert owner.get("/sign-out").status_code == 405
    assert owner.post("/sign-out")["Location"] == "/sign-in"
    assert owner.get("/").status_code == 302
