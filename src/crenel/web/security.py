"""Who may ask: whoever has this start's token, from this machine, and from a page that this server itself gave.

A server on a person's own machine is in reach of every page that their browser shows. So: it listens on the loopback
address alone, and asks for the token of its start (once in the address, then in a cookie that scripts cannot read and
other sites cannot send), for a host name that is this machine's (which a name that was re-pointed at it is not), and
for the origin of anything that changes something.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY: Final = 4_000_000
"""Bytes of a request, at most: a scenario has two million."""

_SAFE: Final = frozenset(("GET", "HEAD"))
_PAGE: Final = "/"

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "worker-src 'self' blob:",
        "connect-src 'self' data: blob:",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""What a page of ours may load: nothing from anywhere else, and no script that stands in it."""

_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Door:
    """One start of the server: its token, its port, and the host names that it answers to beside this machine's."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    names: tuple[str, ...] = ()

    @property
    def cookie(self) -> str:
        """The cookie's name: servers on two ports do not take each other's."""
        return f"crenel-{self.port}"

    def knows_host(self, host: str) -> bool:
        """Whether a Host header names this machine, whatever the port."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name == "localhost" or name in self.names:
            return True
        try:
            return ip_address(name).is_loopback
        except ValueError:
            return False

    def opens(self, token: str) -> bool:
        """Whether a token is this start's."""
        return secrets.compare_digest(token.encode(), self.token.encode())


class Guard:
    """Around the whole server: refuses what must not come in, and puts the policy on all that goes out."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no socket is ever opened here
        headers = Headers(scope=scope)

        async def with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in _HEADERS.items()),
                ]
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, with_policy)
            return
        await self._app(scope, receive, with_policy)

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        door = self._door
        if not door.knows_host(headers.get("host", "")):
            return PlainTextResponse("This server answers to the name of this machine only.\n", 403)
        if scope["method"] not in _SAFE and not self._is_our_page(headers):
            return PlainTextResponse("This request comes from another site.\n", 403)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if given and scope["path"] == _PAGE and door.opens(given):
            answer = RedirectResponse(_PAGE, 303, headers={"cache-control": "no-store"})
            answer.set_cookie(door.cookie, door.token, httponly=True, samesite="strict", path="/")
            return answer
        held = cookie_parser(headers.get("cookie", "")).get(door.cookie, "")
        if not door.opens(held):
            return PlainTextResponse(
                "Open the address that `crenel serve` printed: it has a token after the question mark.\n", 401
            )
        if int(headers.get("content-length") or 0) > MAX_BODY if headers.get("content-length", "0").isdigit() else True:
            return PlainTextResponse("That is more than any scenario holds.\n", 413)
        return None

    def _is_our_page(self, headers: Headers) -> bool:
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        if origin is None:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.netloc == headers.get("host", "") and parts.scheme in ("http", "https")
