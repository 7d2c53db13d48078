"""A page of many hosts gets figures, columns of the past, and the tables of the host that is looked at: nothing more."""

import json
import re
import time

from host_page import click_chart, mode, rows, until
from playwright.sync_api import expect
from simulated import DEAD, NAMES, PAST_S, frames, simulated  # noqa: F401

# Bytes of a sample's figures, with what the server says besides where it sends it alone; a whole sample has 10,000.
FIGURES = 1400
# Of its tables, with a hundred processes or connections.
DETAILS = 14_000
# Where the painted part of a card's second chart, the memory, begins and ends, as shares of its width.
PAINTED = """(canvas) => {
    const { width, height } = canvas;
    const pixels = canvas.getContext("2d").getImageData(0, height / 4, width, height / 4 - 5).data;
    const isPainted = (x) => { for (let i = x * 4 + 3; i < pixels.length; i += width * 4) if (pixels[i] > 0) return true; return false; };
    const columns = Array.from({ length: width }, (_, x) => isPainted(x));
    return [columns.indexOf(true) / width, columns.lastIndexOf(true) / width];
}"""


def mean_size(texts, event):
    """Bytes of a sample in the events of that name."""
    events = [text for text in texts if text.startswith(f'42["{event}"')]
    return sum(map(len, events)) / sum(len(json.loads(text[2:])[1]) for text in events)


def card(page, name):
    return page.locator(f'[data-host="{name}"]')


def listed(page):
    return rows(page, "processes")


def test_after_a_reload_the_cards_show_the_whole_window(open_page, simulated, start):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", simulated.url)
    page = open_page(daemon.url)
    for _ in range(2):
        expect(card(page, NAMES[0])).to_be_visible()
        for name in NAMES[:3]:
            until(page, lambda: card(page, name).locator("canvas").evaluate(PAINTED)[1] > 0.97, f"{name} up to now")
            until(page, lambda: abs(card(page, name).locator("canvas").evaluate(PAINTED)[0] - (1 - PAST_S / 600)) < 0.06, f"{name} from its first sample")
        page.reload()


def test_a_host_that_died_minutes_ago_opens_with_its_last_processes(open_page, simulated, start):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", simulated.url)
    page = open_page(daemon.url)
    card(page, DEAD).get_by_role("link").click()
    expect(page.locator(".who h2")).to_have_text(DEAD)
    expect(listed(page).first.locator(".col-command")).to_have_text(re.compile(r"\S"))
    expect(page.locator('[data-table="connections"] header .note').first).to_have_text(re.compile(r"^\d+ of \d+"))
    page.reload()
    expect(listed(page).first.locator(".col-command")).to_have_text(re.compile(r"\S"))


def test_the_page_says_from_when_data_is_there_and_a_second_before_it_was_opened_has_its_tables(open_page, simulated, start):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", simulated.url)
    simulated.live()
    page = open_page(f"{daemon.url}/#host={NAMES[0]}&span=600")
    begin = page.evaluate("t => new Date(t).toTimeString().slice(0, 7)", simulated.died)
    expect(mode(page).locator(".when")).to_have_text(re.compile(rf"^Drag to zoom in\. .* · data from {begin}"))
    # Soon after the first sample: the page has columns of it, and asks for the rest.
    share = 1 - (time.time() - simulated.died / 1000 - 15) / 600
    with page.expect_response(lambda response: "/api/v1/at?" in response.url) as asked:
        click_chart(page, "cpu", share)
    assert asked.value.status == 200
    expect(page.locator(".culprits")).to_be_visible()
    expect(page.locator('[data-table="processes"] header .note').first).to_have_text(re.compile(r"at \d\d:\d\d:\d\d$"))
    expect(listed(page).first.locator(".col-command")).to_have_text(re.compile(r"\S"))
    expect(page.locator(".culprits")).to_contain_text("minute before")


def test_the_lines_of_processes_reach_over_what_is_held_and_say_so(open_page, simulated, start):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", simulated.url)
    simulated.live()
    page = open_page(f"{daemon.url}/#host={NAMES[0]}&span=600")
    head = page.locator('[data-table="processes"] th.col-spark')
    expect(head).to_have_text(re.compile(r"^CPU over [1-9] min$"))
    page.get_by_label("1 minute").check(force=True)
    expect(head).to_have_text("CPU over time")


def test_a_page_offers_no_span_beyond_what_the_server_holds(open_page, simulated, start):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", simulated.url, "--window-samples", "1000")
    page = open_page(f"{daemon.url}/#host={NAMES[0]}&span=600")
    span = lambda name: page.get_by_label(name)  # noqa: E731
    # The one that is chosen stays, whatever is held; the charts say from when there is data.
    expect(span("5 minutes")).to_be_disabled()
    expect(span("10 minutes")).to_be_enabled()
    expect(mode(page)).to_contain_text("data from")
    span("1 minute").check(force=True)
    expect(span("10 minutes")).to_be_disabled()
    expect(page.locator(".range label", has=span("10 minutes"))).to_have_attribute("title", "The server holds no data that old")
    expect(span("1 minute")).to_be_checked()


def test_a_server_that_holds_all_it_was_told_to_offers_every_span(open_page, simulated, start):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", simulated.url)
    page = open_page(f"{daemon.url}/#host={NAMES[0]}&span=60")
    expect(listed(page).first).to_be_visible()
    for name in ("1 minute", "5 minutes", "10 minutes"):
        expect(page.get_by_label(name)).to_be_enabled()


def test_a_page_gets_figures_of_all_hosts_and_details_of_the_one_in_view(open_page, simulated, start, frames):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", simulated.url)
    simulated.live()
    page = open_page(daemon.url)
    counted = frames(page)
    page.reload()
    expect(card(page, NAMES[0])).to_be_visible()
    until(page, lambda: sum('"series":[' in text for _, text in counted.frames) >= 2, "the past of both probes")
    texts = counted.over(page, 5)
    assert not [text for text in texts if text.startswith('42["details"') or '"procs":{' in text]
    size = mean_size(texts, "dUpdates")
    assert size <= FIGURES, size
    card(page, NAMES[1]).get_by_role("link").click()
    expect(listed(page).first).to_be_visible()
    texts = counted.over(page, 5)
    details = [json.loads(text[2:])[1] for text in texts if text.startswith('42["details"')]
    assert {entry["key"].split("{")[1].split("}")[0] for event in details for entry in event} == {NAMES[1]}
    assert mean_size(texts, "dUpdates") <= FIGURES
    assert mean_size(texts, "details") <= DETAILS
    print(f"bytes of a sample: figures {size:.0f}, details {mean_size(texts, 'details'):.0f}")


def test_a_hidden_page_gets_no_details_and_its_tables_go_on_when_it_shows(open_page, simulated, start, frames):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", simulated.url)
    simulated.live()
    page = open_page(f"{daemon.url}/#host={NAMES[0]}")
    counted = frames(page)
    page.reload()
    expect(listed(page).first).to_be_visible()
    show = """(isHidden) => {
        Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(show, True)
    # The answer to "nobody's".
    until(page, lambda: any(re.match(r'43\d+\[\{"ok":true,"keys":\[\]\}\]$', text) for _, text in counted.frames), "the server has heard it")
    texts = counted.over(page, 4)
    assert [text for text in texts if text.startswith('42["dUpdates"')]
    assert not [text for text in texts if text.startswith('42["details"')]
    heard = len(counted.frames)
    page.evaluate(show, False)
    until(page, lambda: any(text.startswith('42["details"') for _, text in counted.frames[heard:]), "details again")
    expect(listed(page).first).to_be_visible()


class OldServer:
    """Makes of the server one that knows neither figures nor details, as those before them were."""

    def __init__(self, page):
        self.asked = []
        page.route_web_socket(re.compile("/socket.io/"), self._meet)

    def _meet(self, route):
        server = route.connect_to_server()

        def said(text):
            asks = re.match(r'42(\d+)\["(details|series)"', text) if isinstance(text, str) else None
            if asks:
                self.asked.append(asks[2])
                return route.send(f'43{asks[1]}[{{"ok":false,"error":{{"code":"unknown-event","message":"no event"}}}}]')
            server.send(text.replace(',"figures":true', "") if isinstance(text, str) else text)

        route.on_message(said)


def test_a_server_that_knows_no_figures_still_fills_the_page(open_page, simulated, start):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", simulated.url)
    simulated.live()
    page = open_page(daemon.url)
    old = OldServer(page)
    page.goto("about:blank")
    page.goto(daemon.url)
    expect(page.locator(".connection")).to_have_text("Live")
    until(page, lambda: old.asked, "it was asked")
    first = card(page, NAMES[0]).locator("canvas")
    until(page, lambda: 0 < first.evaluate(PAINTED)[0] < 0.97, "a past of its own")
    card(page, NAMES[0]).get_by_role("link").click()
    expect(listed(page).first.locator(".col-command")).to_have_text(re.compile(r"\S"))
    assert "details" in old.asked
