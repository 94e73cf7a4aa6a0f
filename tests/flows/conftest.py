from tests.work import clock, replicate  # noqa: F401
