"""A real browser for a test, or a loud reason why there is none."""

import json
import os
import shutil
import subprocess
import sys
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest

from crenel.web.server import STATIC

ARGUMENTS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--hide-scrollbars",
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = (
    "no Chromium: on Debian, apt install chromium" if CHROMIUM is None
    else "the app is not built: make app" if not (STATIC / "index.html").exists()
    else ""
)  # fmt: skip

needs_browser = pytest.mark.skipif(bool(MISSING), reason=f"NOT RUN in a browser: {MISSING}")


class Page:
    """A page that notes every request that leaves this machine, and every error."""

    def __init__(self, page, address):
        self.page, self.wrong = page, []
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((address, "data:", "blob:")) else self.wrong.append(asked.url),
        )
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda told: self.wrong.append(told.text) if told.type == "error" else None)

    def state(self):
        return json.loads(self.page.evaluate("JSON.stringify(window.__crenel ? window.__crenel.state() : {})"))

    def wait(self, what, seconds=60.0):
        """Wait until `what(state)` holds: by asking, since the page's policy lets nothing be evaluated in it."""
        until = time.monotonic() + seconds
        while not what(self.state()):
            assert time.monotonic() < until, (self.state(), self.wrong)
            time.sleep(0.05)
        return self.state()

    def ready(self):
        until = time.monotonic() + 90.0
        while not self.page.evaluate("window.__ready === true"):
            assert time.monotonic() < until, self.wrong
            time.sleep(0.05)

    def tab(self, name):
        self.page.get_by_role("tab", name=name).click()

    def faults(self):
        """Serious faults that axe-core finds."""
        source = (Path(__file__).parents[1] / "viewer" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
        self.page.evaluate(f"() => {{ {source} }}")
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            (one["id"], [node["html"][:120] for node in one["nodes"][:3]])
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


@contextmanager
def opened(address, *, width=640, height=480, **context):
    """A page of headless Chromium."""
    os.environ["PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from playwright.sync_api import sync_playwright

        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            try:
                page = Page(
                    browser.new_page(viewport={"width": width, "height": height}, **context), address.partition("?")[0]
                )
                page.page.goto(address)
                yield page
            finally:
                browser.close()


@contextmanager
def served(folder, *arguments):
    """`crenel serve` in a folder: the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "crenel", "serve", *arguments, "--no-browser", "--port", "0"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
