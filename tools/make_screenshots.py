"""Pictures of every panel of the app, by day, by night and on a phone, taken from the app itself.

Needs the built app (`make app`), Chromium and the `dev` extra. Writes PNG files to docs/pictures.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
COLOURS = 96


def main(only: str = "") -> None:
    """Walk through the app, and take a picture at each step."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        address, server = serve(folder)
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        try:
            prepare(open_page(browser, address, WIDE, "light"))
            for name, size, theme in (("day", WIDE, "light"), ("night", WIDE, "dark"), ("phone", PHONE, "light")):
                if only in ("", name):
                    walk(open_page(browser, address, size, theme), name)
        finally:
            browser.close()
            server.terminate()


def serve(folder: str) -> tuple[str, "subprocess.Popen[str]"]:
    """The app in an empty folder."""
    command = [sys.executable, "-m", "crenel", "serve", "cumberland", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    return server.stdout.readline().strip(), server


def open_page(browser, address: str, size: dict[str, int], theme: str) -> Page:
    """The app, ready, with a theme of its own."""
    page = browser.new_context(viewport=size, color_scheme=theme).new_page()
    page.goto(address)
    wait(page, lambda: page.evaluate("window.__ready === true"))
    return page


def state(page: Page) -> dict:
    """What the page says of itself."""
    return json.loads(page.evaluate("JSON.stringify(window.__crenel.state())"))


def wait(page: Page, what, seconds: float = 600.0) -> None:
    """Wait for something; the page's policy lets nothing be evaluated inside it."""
    until = time.monotonic() + seconds
    while not what():
        if time.monotonic() > until:
            raise TimeoutError(page.evaluate("JSON.stringify(window.__crenel.state())"))
        page.wait_for_timeout(100)


def prepare(page: Page) -> None:
    """One run, so that there is something to open."""
    page.get_by_role("tab", name="Run").click()
    page.get_by_role("button", name="Play it").click()
    wait(page, lambda: state(page)["answered"])
    page.close()


def walk(page: Page, name: str) -> None:
    """Every panel once."""
    take(page, f"scenario-{name}")
    page.get_by_role("button", name="Edit its text").click()
    take(page, f"text-{name}")
    page.get_by_role("tab", name="Run").click()
    page.locator(".things .thing").first.click()
    wait(page, lambda: state(page)["answered"])
    take(page, f"run-{name}")
    page.get_by_role("tab", name="Replay").click()
    page.get_by_role("button", name="The worst").click()
    wait(page, lambda: state(page)["replay"])
    slider = page.get_by_label("Time", exact=True)
    slider.evaluate(
        "e => { e.value = +e.min + 0.62 * (e.max - e.min); e.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    take(page, f"replay-{name}")
    page.get_by_role("tab", name="Share").click()
    if name == "day":
        page.get_by_role("button", name="Make the page").click()
        page.locator("[data-test=shared]").wait_for(timeout=600_000)
    take(page, f"share-{name}")
    page.get_by_role("tab", name="Coverage").click()
    page.get_by_label("Heights above ground").fill("60 m, 120 m")
    page.get_by_role("button", name="Work it out").click()
    wait(page, lambda: state(page)["cover"])
    if page.viewport_size == WIDE:
        page.mouse.move(700, 330)
    take(page, f"coverage-{name}")
    page.get_by_label("Show", exact=True).select_option(label="Why it is dark")
    take(page, f"why-{name}")


def take(page: Page, name: str) -> None:
    """One picture, as small as few colours make it."""
    from PIL import Image

    page.wait_for_timeout(1500)
    target = PICTURES / f"{name}.png"
    page.screenshot(path=target)
    few = Image.open(target).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(target, optimize=True)
    print(target.relative_to(ROOT))


if __name__ == "__main__":
    main(*sys.argv[1:])
