"""A web server on this very machine for tests of what fetches: real files, byte ranges, tags, and faults on request."""

import hashlib
import http.server
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

import yaml

Handler = Callable[[bytes], bytes]


@dataclass
class Fault:
    """What goes wrong with one request: `status` is answered, or `n_sent` bytes are sent, or it takes `slow_s`."""

    status: int = 0
    headers: dict = field(default_factory=dict)
    n_sent: int | None = None
    slow_s: float = 0.0
    is_dropped: bool = False
    damages: bool = False


class Server:
    """Serves `files` by path; `faults` are used up one by one; `asked` remembers every request."""

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.posts: dict[str, Handler] = {}
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.asked: list[tuple[str, str, dict]] = []
        self.says_s3 = False
        self.knows_ranges = True
        self.knows_conditions = True
        self.n_bytes_sent = 0
        requests = type("Requests", (_Requests,), {"of": self})
        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), requests)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def address(self):
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def paths(self, method="GET"):
        return [path for asked, path, _ in self.asked if asked == method]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Requests(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    of: Server

    def do_GET(self):
        self.answer(self.of.files.get(unquote(self.path)))

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        handler = self.of.posts.get(self.path)
        self.answer(None if handler is None else handler(body))

    def answer(self, body):
        path = unquote(self.path)
        self.of.asked.append((self.command, path, dict(self.headers.items())))
        fault = self.of.faults[path].pop(0) if self.of.faults[path] else Fault()
        time.sleep(fault.slow_s)
        if fault.is_dropped:
            self.close_connection = True
        elif fault.status:
            self.head(fault.status, {"Content-Length": "0", **fault.headers})
        elif body is None:
            self.head(404, {"Content-Length": "0"})
        else:
            self.give(body, fault)

    def give(self, body, fault):
        tag = f'"{hashlib.md5(body).hexdigest()}"'
        headers = {"ETag": tag, **fault.headers}
        if fault.damages:
            body = body[:-1] + bytes([body[-1] ^ 0xFF])
        if not self.fits("If-Match", tag):
            self.head(412, {"Content-Length": "0"})
            return
        status, part = self.part(body, tag, headers)
        headers["Content-Length"] = str(len(part))
        self.head(status, headers)
        if self.command != "HEAD":
            sent = part if fault.n_sent is None else part[: fault.n_sent]
            self.of.n_bytes_sent += len(sent)
            self.wfile.write(sent)
            self.close_connection = self.close_connection or len(sent) < len(part)

    def fits(self, condition, tag):
        return not self.of.knows_conditions or self.headers.get(condition, tag) == tag

    def part(self, body, tag, headers):
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not (found and self.of.knows_ranges and self.fits("If-Range", tag)):
            return 200, body
        begin = int(found[1])
        end = min(int(found[2]) + 1 if found[2] else len(body), len(body))
        if begin >= len(body):
            headers["Content-Range"] = f"bytes */{len(body)}"
            return 416, b""
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{len(body)}"
        return 206, body[begin:end]

    def head(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def version_string(self):
        return "AmazonS3" if self.of.says_s3 else "test"

    def log_message(self, *_):
        pass


def point_at(address, tmp_path, monkeypatch, **more):
    quick = {"timeout": "2 s", "wait": "0 s", "wait_busy": "0 s", "pause": "0 s", "tries": "3"} | more
    table = {
        key: {"addresses": [f"{address}/{path}"], **quick}
        for key, path in {
            "glo30": "glo30",
            "glo90": "glo90",
            "srtm": "skadi",
            "overture-catalogue": "stac",
            "overture-data": "data",
            "overpass": "api/interpreter",
        }.items()
    }
    path = tmp_path / "endpoints.yaml"
    path.write_text(yaml.safe_dump(table), encoding="utf-8")
    monkeypatch.setenv("CRENEL_ENDPOINTS", str(path))
