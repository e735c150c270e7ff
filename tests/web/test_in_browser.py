"""The app in a real browser, from the first view to a page that is opened from a disk."""

import pytest

from browser import needs_browser, opened, served
from shared_pages import parts_of

pytestmark = needs_browser


@pytest.mark.deep
def test_from_the_first_view_to_a_shared_page(tmp_path):
    with served(tmp_path, "moscow-rooftops") as address, opened(address, width=900, height=620) as app:
        page = app.page
        app.ready()
        assert app.state()["units"] == 3
        page.get_by_role("button", name="Night").click()
        assert app.wait(lambda state: state["theme"] == "night")
        assert page.url.endswith("/")  # the token is out of sight
        page.get_by_role("button", name="Edit its text").click()
        page.get_by_label("Text of the scenario").fill("crenel: 1\ntitle: x\n")
        page.get_by_text("has no 'place'").wait_for()
        assert all("422" in told for told in app.wrong)  # a browser notes by itself that a text was refused
        app.wrong.clear()
        page.get_by_role("combobox", name="Scenario", exact=True).select_option(
            label="Example: Rooftop systems in Moscow, January 2023"
        )
        assert not app.faults()

        app.tab("Run")
        page.get_by_label("Raids").fill("64")
        page.get_by_label("What is not published").select_option("0")
        page.get_by_role("button", name="Play it").click()
        app.wait(lambda state: state["answered"], 180.0)
        page.get_by_text("Whatever the missiles do").wait_for()
        assert not app.faults()

        app.tab("Replay")
        page.get_by_role("button", name="The worst").click()
        shown = app.wait(lambda state: state["replay"], 120.0)["replay"]
        page.get_by_label("Next event").click()
        page.get_by_label("Time", exact=True).press("End")
        at_end = app.wait(lambda state: state["flying"] == 0)
        assert at_end["leaked"] == shown["leaks"] > 0
        page.get_by_label("Event before").click()
        assert not app.faults()

        app.tab("Share")
        page.get_by_label("As it is").check()
        page.get_by_role("button", name="Make the page").click()
        page.locator("[data-test=shared]").wait_for(timeout=60_000)
        with page.expect_download() as got:
            page.get_by_role("link", name="Save the page").click()
        got.value.save_as(tmp_path / "shared.html")
        assert not app.faults()
        assert not app.wrong

    html = (tmp_path / "shared.html").read_text("utf-8")
    assert html.index("charset") < 1024
    case, data = parts_of(html)
    with opened((tmp_path / "shared.html").as_uri()) as shared:
        shared.ready()
        assert shared.state()["leak"] == data["summary"]["leak"]["mean"]
        shared.tab("Raid")
        shared.page.get_by_label("Time", exact=True).press("End")
        assert shared.wait(lambda state: state["flying"] == 0)["leaked"] == data["replay"]["leaks"]
        shared.tab("About")
        assert case["summary"]["scenario"]["hash"] in shared.page.locator("[data-test=provenance]").inner_text()
        assert not shared.faults()
        assert not shared.wrong


SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def test_names_of_a_strangers_are_text(tmp_path):
    from crenel import app as use_cases

    text = use_cases.example_text("moscow-rooftops").replace("unit: Defence ministry", f'unit: "{SCRIPT}"')
    (tmp_path / "evil.yaml").write_text(text.replace("title: Rooftop systems", 'title: "<b onmouseover=alert(3)>"  #'))
    with served(tmp_path, "evil.yaml") as address, opened(address, width=360, height=640) as app:
        dialogs = []
        app.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        app.ready()
        app.page.get_by_text("alert(2)").first.wait_for()
        assert not dialogs
        assert not app.wrong
        # On a phone nothing is wider than the screen.
        assert app.page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.deep
@pytest.mark.parametrize("example", ["moscow-rooftops", "cumberland"])
def test_the_whole_walk(example, tmp_path):
    """Coverage with its slider, 2,000 raids, the worst of them, and a public page."""
    with served(tmp_path, example) as address, opened(address, width=1280, height=800) as app:
        page = app.page
        app.ready()
        app.tab("Coverage")
        page.get_by_label("Heights above ground").fill("60 m, 120 m")
        page.get_by_role("button", name="Work it out").click()
        low = app.wait(lambda state: state["cover"] and state["pixels"], 600.0)
        slider = page.get_by_label("Height above ground")
        slider.focus()
        slider.press("End")
        high = app.wait(lambda state: state["cover"]["height_m"] > low["cover"]["height_m"])
        assert high["pixels"] > low["pixels"]
        for show in ("Why it is dark", "Held firmly", "Warning time", "Reach of weapons", "Depth of fire"):
            page.get_by_label("Show", exact=True).select_option(label=show)
            page.wait_for_timeout(300)
        page.mouse.move(800, 400)
        page.locator("[data-test=here]").wait_for()
        assert not app.faults()
        app.tab("Run")
        page.get_by_role("button", name="Play it").click()
        app.wait(lambda state: state["answered"], 600.0)
        app.tab("Replay")
        page.get_by_role("button", name="The worst").click()
        shown = app.wait(lambda state: state["replay"], 300.0)["replay"]
        page.get_by_label("Speed").select_option("60")
        page.get_by_role("button", name="Play", exact=True).click()
        assert app.wait(lambda state: state["flying"] == 0 and state["leaked"], 300.0)["leaked"] == shown["leaks"]
        app.tab("Share")
        page.get_by_role("button", name="Make the page").click()
        page.locator("[data-test=shared]").wait_for(timeout=600_000)
        with page.expect_download() as got:
            page.get_by_role("link", name="Save the page").click()
        got.value.save_as(tmp_path / "shared.html")
        assert not app.wrong
    assert (tmp_path / "shared.html").stat().st_size < 3_000_000 or example != "moscow-rooftops"
    with opened((tmp_path / "shared.html").as_uri()) as shared:
        shared.ready()
        assert not shared.wrong
