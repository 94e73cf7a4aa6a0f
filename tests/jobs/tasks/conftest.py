from tests.jobs.tasks.provider import job  # noqa: F401
