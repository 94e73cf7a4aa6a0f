"""One run: the studio, its customers and the storm; then the calm, and the count."""

import argparse
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread

import requests

from bench.chaos import facts as gathering
from bench.chaos import people, report
from bench.chaos.audit import Finding, Limit, audit
from bench.chaos.facts import Facts
from bench.chaos.faults import Provider, Storm
from bench.chaos.processes import Studio, end_all, provider
from bench.chaos.scenario import Scenario, plan
from bench.chaos.users import Person, Wish, crowd

IMAGE_SECONDS, VIDEO_SECONDS = 1, 3
LIFETIME_SECONDS = 700
"""Longer than the provider may run anything for us: what hangs there ends when its clock jumps so far."""
FILMS_DECODED = 30
START_SECONDS = 60


def trial(options: argparse.Namespace, folder: Path) -> int:
    """Run it, print the outcome; 0 when nothing is wrong."""
    scenario = plan(
        jobs=options.jobs,
        kills=options.kills,
        seed=options.seed,
        films=options.films,
        seconds=options.seconds,
        quick=options.quick,
    )
    print(
        f"seed {scenario.seed}: {len(scenario.orders)} jobs of {scenario.customers} customers, {len(scenario.kills)}"
        f" kills in {scenario.seconds:.0f} s on {_stack()}; ${scenario.budget} to spend until that is raised",
        flush=True,
    )
    trial = Trial(scenario, folder, options.settle)
    trial.run()
    return trial.tell()


def _stack() -> str:
    return "PostgreSQL, Redis and S3" if os.environ.get("S3_BUCKET") else "SQLite and a folder"


class Trial:
    """A scenario as it is played."""

    def __init__(self, scenario: Scenario, folder: Path, settle: float) -> None:
        self.scenario, self.folder, self.settle = scenario, folder, settle
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.wishes: list[Wish] = []
        self.surprises: list[str] = []
        now = datetime.now(UTC)
        self.limits = [
            Limit(now.date(), now, Decimal(str(scenario.budget))),
            Limit(now.date(), now, Decimal(str(scenario.client_budget)), "client-0"),
        ]
        self.facts = Facts()
        self.left: list[str] = []
        self.calm_seconds = 0.0
        self.tidied = 0

    def run(self) -> None:
        """From the start of the first process to the end of the last one."""
        env = dict(os.environ)
        people.settle_in(self.scenario)
        self.studio = Studio(env, self.logs)
        controls = Provider(env["REPLICATE_API_BASE"])
        self.storm = Storm(self.folder.name, self.scenario, controls, self._raise_budgets)
        with provider(env, self.logs, image_seconds=IMAGE_SECONDS, video_seconds=VIDEO_SECONDS):
            try:
                self._play(env["SITE_URL"], controls)
            finally:
                self.studio.stop()
            records = controls.ask("predictions")
        self.left = [f"{one.pid} {one.command}" for one in end_all(self.folder.name)]
        self.tidied = people.tidy()
        self.facts = gathering.from_database()
        self.facts.runs = [gathering.run_of(record) for record in records]
        self.facts.films = gathering.decoded(self.facts, FILMS_DECODED)

    def _play(self, site: str, controls: Provider) -> None:
        until_true(lambda: _answers(f"{controls.base}/account"), START_SECONDS, "the stand-in did not start")
        self.studio.start()
        until_true(lambda: _answers(f"{site}/health"), START_SECONDS, f"the site did not start: see {self.logs}")
        began = time.monotonic()
        self.began = datetime.now(UTC)
        until = began + self.scenario.seconds + self.settle
        persons, customers = crowd(self.scenario, site, began, until)
        threads = [Thread(target=person.live, daemon=True) for person in persons]
        for thread in threads:
            thread.start()
        self.storm.rage()
        controls.order("behave")
        self._raise_budgets()
        controls.order("advance", seconds=LIFETIME_SECONDS)
        calm = time.monotonic()
        print(f"the storm is over; letting everything settle (at most {self.settle:.0f} s)", flush=True)
        while time.monotonic() < until and not (not any(thread.is_alive() for thread in threads) and is_quiet()):
            time.sleep(1)
        for thread in threads:
            thread.join(30)
        self.calm_seconds = time.monotonic() - calm
        self._remember(persons)
        self.surprises = [surprise for customer in customers for surprise in customer.surprises]

    def _remember(self, persons: list[Person]) -> None:
        self.wishes = [person.wish for person in persons]

    def _raise_budgets(self) -> None:
        moment = datetime.now(UTC)
        people.raise_budgets()
        self.limits += [Limit(moment.date(), moment, None, client) for client in ("", "client-0")]

    def tell(self) -> int:
        """Print the table and what went wrong; 0 when nothing did."""
        findings = audit(self.facts, self.wishes, self.limits)
        findings += [Finding("processes", text) for text in self.left]
        findings += [Finding("surprises", text) for text in self.surprises]
        kills = ", ".join(f"{number} {role}" for role, number in self.storm.kills.most_common())
        ended = ", ".join(f"{kept.name} {dict(kept.ends)}" for kept in self.studio.kept if kept.ends)
        print(f"\nkilled      {sum(self.storm.kills.values())}: {kills}\nrestarted   {ended}")
        print(f"settled in  {self.calm_seconds:.0f} s after the storm, in which {self.storm.runs} runs were made")
        print(f"tidied      {self.tidied} files of dead workers and replaced films")
        print("\n".join(report.lines(self.facts, findings)))
        if findings:
            print("\n".join(["", *report.offences(findings)]))
            wishes = {wish.job: wish for wish in self.wishes}
            jobs = list(dict.fromkeys(finding.job for finding in findings if finding.job))
            for job in jobs[: report.MOST_TIMELINES]:
                told = report.timeline(job, self.facts, wishes.get(job), self.storm.log, self.began)
                print("\n".join(["", *told]))
        return 1 if findings else 0


def is_quiet() -> bool:
    """Nothing will change any more without somebody asking for it."""
    from jobs import models
    from jobs.states import PREDICTION_OPEN, STEP_OPEN, WORKING

    return not (
        models.Job.objects.filter(state__in=WORKING).exists()
        or models.Step.objects.filter(state__in=STEP_OPEN).exists()
        or models.Prediction.objects.filter(state__in=PREDICTION_OPEN).exists()
    )


def until_true(answers: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Wait for it; SystemExit with `otherwise` when it does not come true."""
    until = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > until:
            raise SystemExit(otherwise)
        time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code < 500
    except requests.RequestException:
        return False
