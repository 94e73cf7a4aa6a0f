"""What people see of money before they approve, and of what moved."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from brands.models import Client, Role
from jobs import selectors
from jobs.models import Approval, BudgetDay, Job, Price
from jobs.services import reviews
from jobs.services.scenes import edit_scene
from jobs.spending import today
from tests.factories import join, make_brand, make_campaign, make_client, make_member, make_storyboard, make_user
from tests.work import approve, play_all, start


@pytest.fixture
def board(tenant: Client) -> Job:
    """A complete storyboard whose render costs $0.54, of a campaign."""
    campaign = make_campaign(make_brand(tenant), name="First swim")
    return make_storyboard(tenant, engine="replicate", campaign=campaign)


def page_of(browser: Browser, job: Job) -> str:
    """The page's words, without markup."""
    html = browser.get(f"/videos/{job.pk}").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def spent_by_others(amount: str) -> None:
    """Leaves that much of today's $150."""
    BudgetDay.objects.update_or_create(scope="all", day=today(), defaults={"limit": Decimal(amount)})


def test_clients_budget_is_named(owner: Browser, board: Job) -> None:
    Client.objects.update(daily_budget=Decimal("20"))
    assert "Leaves $19.46 of Tern &amp; Tide's budget of $20.00 for today." in page_of(owner, board).replace(
        "&#x27;", "'"
    )


def test_campaigns_budget_is_named(owner: Browser, board: Job) -> None:
    Client.objects.update(daily_budget=Decimal("20"))
    board.campaign.budget = Decimal("4")
    board.campaign.save()
    assert "Leaves $3.46 of the budget of $4.00 for First swim." in page_of(owner, board)


def test_what_would_wait_is_said_before(owner: Browser, board: Job) -> None:
    spent_by_others("0.30")
    page = page_of(owner, board)
    assert "Part of it would wait until tomorrow. $0.30 is left" in page
    assert "Approve and render" in page
    spent_by_others("0")
    assert "It would wait until tomorrow. $0.00 is left" in page_of(owner, board)


def test_campaign_that_is_spent_promises_no_tomorrow(owner: Browser, board: Job) -> None:
    board.campaign.budget = Decimal(0)
    board.campaign.save()
    page = page_of(owner, board)
    assert "It would wait. $0.00 is left of the budget of $0.00 for First swim." in page
    assert "tomorrow" not in page


def test_free_films_speak_of_no_budget(owner: Browser, tenant: Client) -> None:
    page = page_of(owner, make_storyboard(tenant))
    assert "Leaves" not in page and "would wait" not in page


def test_superuser_sees_the_studios_limit(sign_in: Any, board: Job) -> None:
    root = sign_in(join(make_user(is_superuser=True), board.client))
    assert "of the studio's $150.00 for today" in page_of(root, board).replace("&#x27;", "'")


def test_paused_page_names_the_budget(owner: Browser, board: Job) -> None:
    Client.objects.update(daily_budget=Decimal("0"))
    Job.objects.update(state="rendering", paused_reason="budget")
    page = page_of(owner, board).replace("&#x27;", "'")
    assert "There is no room in Tern &amp; Tide's budget of $0.00 for today. It goes on by itself tomorrow" in page


def test_home_shows_only_what_is_ones_own(owner: Browser, sign_in: Any, settings: Any) -> None:
    settings.ENGINE = "replicate"
    other = make_client("Other")
    job = make_storyboard(other, engine="replicate")
    play_all(start(job, make_member(other)))
    own, root = owner.get("/").text, sign_in(make_user(is_superuser=True)).get("/").text
    assert "<strong>$0.00</strong> spent" in own and "$150" not in own
    assert "<strong>$0.54</strong> of $150 spent" in root


def test_refused_approval_says_what_moved(owner: Browser, board: Job) -> None:
    form = {"hash": selectors.content_hash(board), "price": "0.54"}
    reviews.approve(job=board, actor=make_member(board.client), content_hash=form["hash"])
    edit_scene(scene=board.scenes.get(number=2), actor=None, changes={"title": "Another"})
    answer = owner.post(f"/videos/{board.pk}/approve", form, headers={"HX-Request": "true"}).text
    assert "Changed after you looked at it: the words of scene 2." in answer
    assert Job.objects.get().state == "storyboard_complete"
    assert selectors.content_hash(board) in answer, "the page can approve what is there now"


def test_approval_that_a_new_price_outdates_is_shown(owner: Browser, editor: Browser, board: Job) -> None:
    approve(board, make_member(board.client, Role.APPROVER, "cleo"))
    assert "Approved by cleo" in page_of(owner, board)
    Price.objects.filter(model=board.video_model).update(amount=Decimal("0.04"))
    page = page_of(owner, board)
    assert "cleo approved it" in page and "Changed since: the price." in page
    assert "Approve and render $0.60" in page
    assert editor.post(f"/videos/{board.pk}/approve", {"hash": "x"}).status_code == 403


def failed_for_its_ceiling(job: Job, person: Any, state: str) -> Job:
    """Its second clip is missing, and nothing of what was approved is left for it."""
    job = start(job, person)
    job = play_all(job, broken=lambda step: step.kind == "clip" and step.scene.number == 2)
    Approval.objects.update(price_ceiling=Decimal("0.36"))
    Job.objects.update(state=state)
    return Job.objects.get()


@pytest.mark.parametrize("state", ["failed", "partially_completed"])
def test_film_that_costs_more_is_approved_again(owner: Browser, editor: Browser, board: Job, state: str) -> None:
    job = failed_for_its_ceiling(board, make_member(board.client), state)
    page = page_of(owner, job)
    assert "Approve the rest" in page and "Approve and go on $0.18" in page
    assert "Try again" not in page and "Make what is missing" not in page
    assert "Ask an approver" in page_of(editor, job)
    owner.post(f"/videos/{job.pk}/approve", {"hash": selectors.content_hash(job), "price": "0.18"})
    job.refresh_from_db()
    assert job.state == "rendering"
    assert Approval.objects.get(voided_at=None).price_ceiling == Decimal("0.18")
    assert play_all(job).state == "completed"


def test_retry_of_a_render_carries_its_price(owner: Browser, board: Job) -> None:
    job = start(board, make_member(board.client))
    play_all(job, broken=lambda step: step.kind == "clip" and step.scene.number == 2)
    assert "Try again $0.18" in page_of(owner, job)
    owner.post(f"/videos/{job.pk}/retry")
    assert Job.objects.get().state == "rendering"


def test_new_video_says_what_is_left_for_its_place(owner: Browser, tenant: Client, settings: Any) -> None:
    settings.ENGINE = "replicate"
    campaign = make_campaign(make_brand(tenant), name="First swim", budget=Decimal("4"))
    page = owner.get(f"/videos/new?place=campaign-{campaign.pk}").text
    assert "$4.00 of the budget of $4.00 for First swim is left." in page
