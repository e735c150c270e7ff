"""The one place in crenel that reaches out: requests with patience, limits and a name of their own.

The standard library's client is enough for a dozen requests one after another, and adds no package to trust; its
handlers for files and FTP are left out, so an address can name nothing but the web. Redirects are followed to https, or
to the very server that was asked.
"""

import errno
import http.client
import json
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

from crenel.core.records import CrenelError
from crenel.places.endpoints import Endpoint, endpoints

T = TypeVar("T")
Reply: TypeAlias = http.client.HTTPResponse
"""An answer that is still open."""

_CHUNK_BYTES: Final = 1 << 16
_MAX_REDIRECTS: Final = 5
_LONGEST_WAIT_S: Final = 300.0
_LATER: Final = "The trouble is on their side: give the same command again later"
_IS_THERE_A_NETWORK: Final = "Is there a network? Give the same command again"
_UNREACHABLE: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


class FetchError(CrenelError):
    """Something could not be fetched."""


class OfflineError(FetchError):
    """Something is not here, and nothing may be fetched."""


class NotThereError(FetchError):
    """The server has no such file."""


class ChangedError(FetchError):
    """The file is another one than when its first part was fetched."""


class Transient(Exception):  # noqa: N818 - no error of the user's: a reason to ask again
    """An attempt that came to nothing, and may come to something."""

    def __init__(
        self, what: str, *, is_busy: bool = False, wait_s: float = 0.0, is_down: bool = False, is_theirs: bool = False
    ) -> None:
        super().__init__(what)
        self.is_theirs = is_theirs
        self.is_busy = is_busy
        self.wait_s = wait_s
        self.is_down = is_down


@dataclass(frozen=True, slots=True)
class News:
    """How far a piece of fetching is; `total` is 0 where nobody knows."""

    title: str
    done: int
    total: int
    unit: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A small answer, whole: its bytes, where it came from, and its headers in lower case."""

    body: bytes
    address: str
    headers: Mapping[str, str]


class Client:
    """Asks endpoints; `listen` hears how far a download is, and `pause` waits."""

    def __init__(
        self,
        *,
        is_offline: bool = False,
        listen: Callable[[News], None] | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.is_offline = is_offline
        self._table: Mapping[str, Endpoint] | None = None
        self._listen = listen
        self._pause = pause
        self._opener: urllib.request.OpenerDirector | None = None
        self._asked_s: dict[str, float] = {}

    def endpoint(self, key: str) -> Endpoint:
        """An entry of the table."""
        if self._table is None:
            self._table = endpoints()
        return self._table[key]

    def tell(self, news: News) -> None:
        """Pass news on to whoever listens."""
        if self._listen is not None:
            self._listen(news)

    def get(self, key: str, path: str, *, check: Callable[[bytes], object], form: bytes | None = None) -> Answer:
        """A whole answer in memory.

        Parameters
        ----------
        key : str
            Of the endpoint.
        path : str
            Appended to the endpoint's address, with its slash.
        check : callable
            Raises `Transient` for a body that is not what it should be: it is then asked for again.
        form : bytes, optional
            Sent by POST.

        Raises
        ------
        FetchError
            No server could be reached, none has it, or it is larger than the endpoint's limit.
        """
        endpoint = self.endpoint(key)

        def whole(answer: Reply, address: str) -> Answer:
            pieces: list[bytes] = []
            read_body(answer, endpoint, pieces.append)
            headers = headers_of(answer)
            body = b"".join(pieces)
            if headers.get("content-encoding", "") == "gzip":
                body = _unpacked(body, endpoint)
            check(body)
            return Answer(body, address, headers)

        return self.ask(key, path, whole, form=form, headers=lambda: {"Accept-Encoding": "gzip"})

    def head(self, key: str, path: str) -> Answer:
        """The headers that a file would come with.

        Raises
        ------
        NotThereError
            The server has no such file.
        FetchError
            No server could be reached.
        """
        return self.ask(key, path, lambda answer, address: Answer(b"", address, headers_of(answer)), method="HEAD")

    def ask(
        self,
        key: str,
        path: str,
        take: Callable[[Reply, str], T],
        *,
        headers: Callable[[], Mapping[str, str]] = dict,
        form: bytes | None = None,
        method: str = "",
    ) -> T:
        """What `take` makes of an answer, however often the question has to be asked.

        `take` gets the open answer and the address asked, and raises `Transient` where the answer breaks off; `headers`
        are asked for anew before each attempt, so that a download can go on where it was.
        """
        endpoint = self.endpoint(key)
        if self.is_offline:
            raise OfflineError(f"{endpoint.addresses[0]}{path} is not here, and --offline fetches nothing.")
        trouble, remedy = "", ""
        for address in endpoint.addresses:
            for n_tried in range(endpoint.n_tries):
                self._be_polite(endpoint)
                try:
                    return self._attempt(endpoint, address, path, take, headers=headers(), form=form, method=method)
                except Transient as reason:
                    trouble = f"{address}{path}: {reason}"
                    remedy = _LATER if reason.is_theirs else _IS_THERE_A_NETWORK
                    if reason.is_down:
                        break
                    last = n_tried + 1 == endpoint.n_tries
                    if last and reason.is_busy:
                        raise FetchError(
                            f"{trouble}. It asks for patience: give the same command again in a few minutes."
                        ) from None
                    if not last:
                        self._pause(_wait_s(endpoint, reason, n_tried))
        raise FetchError(
            f"{trouble}. {remedy}: what is finished is kept. Files fetched by hand are taken with --from DIR."
        )

    def _attempt(
        self,
        endpoint: Endpoint,
        address: str,
        path: str,
        take: Callable[[Reply, str], T],
        *,
        headers: Mapping[str, str],
        form: bytes | None,
        method: str,
    ) -> T:
        request = urllib.request.Request(
            f"{address}{path}",
            data=form,
            headers={"User-Agent": user_agent(), "Accept-Encoding": "identity", **headers},
            method=method or None,
        )
        try:
            with self._opened().open(request, timeout=endpoint.timeout_s) as answer:
                return take(answer, address)
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error, f"{address}{path}") from None
        except urllib.error.URLError as error:
            raise _broken(error.reason, f"{address}{path}") from None
        except (http.client.HTTPException, OSError) as error:
            raise _broken(error, f"{address}{path}") from None

    def _be_polite(self, endpoint: Endpoint) -> None:
        now_s = time.monotonic()
        due_s = self._asked_s.get(endpoint.key, -endpoint.pause_s) + endpoint.pause_s
        if due_s > now_s and endpoint.pause_s > 0.0:
            self._pause(due_s - now_s)
        self._asked_s[endpoint.key] = time.monotonic()

    def _opened(self) -> urllib.request.OpenerDirector:
        if self._opener is None:
            self._opener = urllib.request.OpenerDirector()
            for handler in (
                urllib.request.ProxyHandler(),
                urllib.request.UnknownHandler(),
                urllib.request.HTTPHandler(),
                urllib.request.HTTPSHandler(context=_trusted()),
                urllib.request.HTTPDefaultErrorHandler(),
                urllib.request.HTTPErrorProcessor(),
                Redirects(),
            ):
                self._opener.add_handler(handler)
        return self._opener


def user_agent() -> str:
    """What crenel calls itself."""
    return f"crenel/{version('crenel')} (air-defence simulator; one place at its user's request)"


def headers_of(answer: Reply) -> Mapping[str, str]:
    """Headers by their names in lower case."""
    return MappingProxyType({name.lower(): value for name, value in answer.headers.items()})


def length_of(headers: Mapping[str, str]) -> int | None:
    """How long a body says that it is."""
    text = headers.get("content-length", "")
    return int(text) if re.fullmatch(r"\d{1,15}", text, re.ASCII) else None


def read_body(answer: Reply, endpoint: Endpoint, write: Callable[[bytes], object], *, n_held: int = 0) -> None:
    """Hand a body on piece by piece, within the endpoint's limits.

    Raises
    ------
    Transient
        It breaks off, or takes too long.
    FetchError
        It is too large; `n_held` bytes are here already.
    """
    said = length_of(headers_of(answer))
    if said is not None and said + n_held > endpoint.largest_bytes:
        raise _too_large(answer, endpoint)
    begun_s, n_read = time.monotonic(), 0
    while piece := answer.read1(_CHUNK_BYTES):
        n_read += len(piece)
        if n_read + n_held > endpoint.largest_bytes:
            raise _too_large(answer, endpoint)
        write(piece)
        if time.monotonic() - begun_s > endpoint.longest_s:
            raise Transient(f"took longer than {endpoint.longest_s:g} s")
    if said is not None and n_read < said:
        raise Transient(f"broke off after {n_read:,} of {said:,} bytes")


def json_of(body: bytes) -> Any:
    """What a body says, as JSON; where it is damaged, a reason to ask again."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Transient("sent something that is not JSON") from None


def _unpacked(body: bytes, endpoint: Endpoint) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, endpoint.largest_bytes)
    except zlib.error:
        raise Transient("sent something damaged") from None
    if not unpacker.eof:
        raise Transient("sent something damaged, or far too large")
    return plain


def _too_large(answer: Reply, endpoint: Endpoint) -> FetchError:
    return FetchError(
        f"{answer.url} is larger than {endpoint.largest_bytes / 1e6:,.0f} MB, which no such file is. "
        "Choose a smaller --radius; is the address the right one?"
    )


def _wait_s(endpoint: Endpoint, reason: Transient, n_tried: int) -> float:
    wait_s = endpoint.wait_s * 2.0**n_tried
    if reason.is_busy:
        wait_s = max(wait_s, endpoint.wait_busy_s)
    return min(max(wait_s, reason.wait_s), _LONGEST_WAIT_S)


def _refusal(error: urllib.error.HTTPError, address: str) -> Exception:
    """What a status code means for whoever asked."""
    if error.code in (404, 410):
        return NotThereError(f"{address}: there is no such file (HTTP {error.code}).")
    if error.code == 412:
        return ChangedError(f"{address} has changed since its first part was fetched. Give the same command again.")
    if error.code == 416:
        return ChangedError(f"{address} is shorter than when its first part was fetched. Give the same command again.")
    said = error.headers.get("Retry-After", "") if error.headers else ""
    wait_s = float(said) if re.fullmatch(r"\d{1,5}", said, re.ASCII) else 0.0
    if error.code == 429:
        return Transient("asks for fewer requests (HTTP 429)", is_busy=True, wait_s=wait_s)
    if error.code >= 500 or error.code == 408:
        return Transient(f"the server is in trouble (HTTP {error.code})", wait_s=wait_s, is_theirs=True)
    if 300 <= error.code < 400:
        return FetchError(
            f"{address} leads elsewhere, without encryption (HTTP {error.code}); that is not followed. Is the address "
            "the right one? Files fetched by hand are taken with --from DIR."
        )
    return FetchError(
        f"{address}: refused (HTTP {error.code} {error.reason}). Fetch it by hand and give it with --from DIR."
    )


def _broken(reason: Any, address: str) -> Exception:
    """What a broken connection means: worth another attempt, or not."""
    if isinstance(reason, ssl.SSLCertVerificationError):
        return FetchError(
            f"{address}: the server's certificate is not trusted ({reason.verify_message}). Is the clock right? "
            "Does a proxy stand in between?"
        )
    if isinstance(reason, TimeoutError):
        return Transient("no answer in time")
    if isinstance(reason, socket.gaierror):
        return Transient("the server's name is not known here", is_down=True)
    if isinstance(reason, OSError) and reason.errno in _UNREACHABLE:
        return Transient("the network cannot be reached", is_down=True)
    what = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return Transient(f"the connection broke ({what})")


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to https, or on the server that was asked."""

    max_redirections = _MAX_REDIRECTS

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """The next request, or none."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if new.scheme == "https" or (new.scheme, new.netloc) == (old.scheme, old.netloc):
            return super().redirect_request(req, fp, code, msg, headers, newurl)
        return None  # the answer stays a 3xx, which is refused


def _trusted() -> ssl.SSLContext:
    """Certificates of the system, and those that another package brought where Python finds none there."""
    context = ssl.create_default_context()
    if context.cert_store_stats()["x509_ca"] == 0:
        with suppress(ImportError):
            import certifi

            context.load_verify_locations(certifi.where())
    return context
