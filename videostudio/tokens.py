"""Who is asking: tokens for programs, the browser's session for the documentation's "Try it out"."""

from typing import Any

from axes.utils import reset
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.security import SessionAuth
from ninja_jwt.authentication import JWTAuth
from ninja_jwt.exceptions import TokenError
from ninja_jwt.tokens import RefreshToken
from pydantic import Field

from videostudio.lib.bodies import Body
from videostudio.lib.hashes import digest
from videostudio.problems import problem

PASSWORD_CLAIM = "pwd"  # noqa: S105
"""Stands for the password that a token was given for: a new password ends the old refresh tokens."""

router = Router(tags=["auth"])


class Bearer(JWTAuth):
    """`Authorization: Bearer <access token>`."""


class BrowserSession(SessionAuth):
    """A signed-in browser, with its CSRF token on everything that changes something."""

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if request.user.is_authenticated else None


class Credentials(Body):
    username: str = Field(max_length=150)
    password: str = Field(max_length=1000)


class Refresh(Body):
    refresh: str = Field(max_length=4000)


class Access(Schema):
    """`access` goes into `Authorization: Bearer …`; it is good for `expires_in` seconds."""

    access: str
    expires_in: int


class Tokens(Access):
    """`refresh` buys further access tokens."""

    refresh: str


@router.post("/token", auth=None, response=Tokens, summary="Sign in")
def token(request: HttpRequest, data: Credentials) -> Tokens | HttpResponse:
    """Exchange a user name and password for a pair of tokens. Too many failures lock the name for a while: 429."""
    user = authenticate(request=request, username=data.username, password=data.password)
    if getattr(request, "axes_locked_out", False):
        request.axes_locked_out = False  # type: ignore[attr-defined]  # else its middleware answers with a page
        return _locked_out()
    if user is None:
        detail = "This user name and password do not match an active account."
        return problem(401, "wrong_credentials", detail, "Check both; after too many failures the name is locked.")
    reset(username=user.get_username(), ip=request.axes_ip_address)  # type: ignore[attr-defined]
    pair = _pair_for(user)
    return Tokens(access=str(pair.access_token), refresh=str(pair), expires_in=_seconds(pair))


@router.post("/refresh", auth=None, response=Access, summary="Renew the access token")
def refresh(request: HttpRequest, data: Refresh) -> Access | HttpResponse:
    """Exchange a refresh token for a new access token. It ends with the account and with the password."""
    try:
        pair = RefreshToken(data.refresh)
        user = get_user_model().objects.get(pk=pair["user_id"], is_active=True)
    except (TokenError, KeyError, get_user_model().DoesNotExist):
        user = None
    if user is None or pair.get(PASSWORD_CLAIM) != _password_mark(user):
        return problem(
            401, "token_not_valid", "This refresh token is not valid any more.", "Sign in again at /api/v2/auth/token."
        )
    return Access(access=str(pair.access_token), expires_in=_seconds(pair))


def _locked_out() -> HttpResponse:
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    detail = "Too many failed attempts with this user name."
    hint = f"Wait {seconds // 60} minutes, then try again with the right password."
    return problem(429, "locked_out", detail, hint, headers={"Retry-After": str(seconds)})


def _pair_for(user: Any) -> Any:
    pair: Any = RefreshToken.for_user(user)  # typed as the class by its package
    pair[PASSWORD_CLAIM] = _password_mark(user)
    return pair


def _password_mark(user: Any) -> str:
    return digest(user.get_session_auth_hash())[:16]


def _seconds(pair: RefreshToken) -> int:
    access = pair.access_token
    return int(access["exp"] - access["iat"])
