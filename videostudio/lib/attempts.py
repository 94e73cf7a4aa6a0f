"""The tag by which a run at a provider is known as one of our attempts: a parameter of the webhook's address."""

from urllib.parse import parse_qs, urlencode, urlsplit

PARAMETER = "attempt"


def tagged(address: str, attempt: str) -> str:
    """`address`, which has no query, with the tag."""
    return f"{address}?{urlencode({PARAMETER: attempt})}"


def attempt_in(address: object) -> str:
    """The attempt that an address names, or an empty string, also for what is no address."""
    query = urlsplit(address).query if isinstance(address, str) else ""
    return parse_qs(query).get(PARAMETER, [""])[0]
