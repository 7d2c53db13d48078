"""What the page says of its own hearing: one state in all places, soon, and nothing of hosts that it cannot know."""

import csv
import datetime
import os
import re
import signal
import threading

import pytest
from crowd import crowd, lone  # noqa: F401
from host_page import until
from playwright.sync_api import expect

# Looks at every place that speaks of the link in each frame, and keeps each combination once, with its time.
WITNESS = """() => {
    const text = (selector) => document.querySelector(selector)?.textContent ?? "";
    const state = (selector, name) => document.querySelector(selector)?.dataset[name] ?? "";
    const isShown = (selector) => Boolean(document.querySelector(selector)?.checkVisibility());
    window.seen = [];
    window.lastWord = 0;
    const look = () => {
        const seen = {
            top: state(".connection", "state"), word: text(".connection span"),
            banner: isShown(".banner") ? state(".banner", "kind") : "",
            foot: text('[data-readout="pipeline-link"]'),
            title: document.title.startsWith("(not live)"),
            host: isShown("header.host") ? state("header.host", "state") : "",
            bar: isShown(".time-bar") ? text(".time-bar .mode") : "",
            cards: isShown(".fleet") ? [...new Set([...document.querySelectorAll("[data-host]")].map((card) => card.dataset.state ?? ""))].sort().join() : "",
            alarms: text("header .alarms"),
        };
        const last = window.seen.at(-1);
        if (!last || JSON.stringify({ ...last, at: 0, lastWord: 0 }) !== JSON.stringify({ ...seen, at: 0, lastWord: 0 })) {
            window.seen.push({ ...seen, at: Date.now(), lastWord: window.lastWord });
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""
# When the last word of the server came, whatever it was.
HEAR = """
    const Original = window.WebSocket;
    window.WebSocket = class extends Original {
        constructor(...given) {
            super(...given);
            this.addEventListener("message", () => { window.lastWord = Date.now(); });
        }
    };
"""


@pytest.fixture
def listen(request, open_page, start):
    """A daemon on a crowd's Redis and a page on it, all live, with the witness looking."""

    def listening(host=None, crowd=None):  # noqa: F811
        crowd = crowd or request.getfixturevalue("crowd")
        daemon = start("serve", "--port", "0", "--redis", crowd.url)
        page = open_page(f"{daemon.url}/#host={host}" if host else daemon.url)
        page.context.add_init_script(HEAR)
        page.reload()
        live(page)
        cards = page.locator('[data-host][data-state="live"]')
        expect(cards if host is None else page.locator('header.host[data-state="live"]')).to_have_count(
            1 if host else len(crowd.names))
        # A rule that calls every silence an alarm at once, so that a short one does not go unseen.
        page.keyboard.press("a")
        page.locator('[name="stale-below"]').fill("0")
        page.locator('[name="stale-above"]').fill("1")
        page.locator('[name="stale-above"]').press("Tab")
        page.keyboard.press("Escape")
        page.evaluate(WITNESS)
        return daemon, page

    return listening


def live(page):
    expect(page.locator(".connection")).to_have_attribute("data-state", "live")
    expect(page.locator(".banner")).to_be_hidden()


def seen(page):
    return page.evaluate("window.seen")


def is_one_state(moment):
    """Whether all places say the same."""
    word = moment["word"]
    says = [moment["foot"] == word, (moment["banner"] == "") == (word == "Live")]
    if moment["bar"]:
        says.append(moment["bar"] == word)
    if word == "Server not responding":
        says += [moment["banner"] == "doubtful", moment["title"], moment["host"] in ("", "unheard"), moment["cards"] in ("", "unheard")]
    if word == "Live":
        says += [not moment["title"], "unheard" not in moment["host"] + moment["cards"]]
    return all(says)


def check(page, states):
    """All that the witness saw: these states in this order, each in all places at once, no alarm, no silent host."""
    moments = seen(page)
    words = [moment["word"] for moment in moments]
    print("word, when, ms since the last word of the server:", [(moment["word"], moment["at"], moment["at"] - moment["lastWord"]) for moment in moments])
    assert [word for place, word in enumerate(words) if place == 0 or word != words[place - 1]] == states, moments
    assert [moment for moment in moments if not is_one_state(moment)] == []
    assert {moment["alarms"] for moment in moments} == {"Alarms"}
    assert [moment for moment in moments if "stale" in moment["cards"] + moment["host"]] == []


@pytest.mark.parametrize("host", [None, "host-3"], ids=["fleet", "host"])
def test_a_stopped_daemon_is_doubted_within_three_seconds_and_no_host_is(listen, host):
    daemon, page = listen(host)
    delays = []
    for _ in range(3):
        os.kill(daemon.process.pid, signal.SIGSTOP)
        try:
            expect(page.locator(".banner")).to_have_attribute("data-kind", "doubtful")
            expect(page.locator(".banner")).to_contain_text(re.compile(r"Server not responding\..*since \d\d:\d\d:\d\d"))
            if len(delays) == 2:
                # Long enough for each of the hosts to be called silent, were it judged by this.
                page.wait_for_timeout(8000)
        finally:
            os.kill(daemon.process.pid, signal.SIGCONT)
        doubt = next(moment for moment in reversed(seen(page)) if moment["word"] != "Live")
        delays.append(doubt["at"] - doubt["lastWord"])
        live(page)
        # It goes on as it was for longer than a host may be silent.
        page.wait_for_timeout(4500)
    print("ms from the last word to the doubt:", delays)
    assert min(delays) <= 3000
    assert all(delay >= 2000 for delay in delays)
    check(page, ["Live"] + 3 * ["Server not responding", "Live"])


def test_all_hosts_quiet_while_the_server_beats_are_one_fault_not_many(listen, crowd):  # noqa: F811
    _, page = listen()
    crowd.silent.update(crowd.names)
    expect(page.locator(".banner")).to_have_attribute("data-kind", "quiet")
    expect(page.locator(".banner")).to_contain_text("All hosts went silent at once.")
    expect(page.locator('[data-host="host-1"]')).to_have_attribute("data-state", "stale")
    page.wait_for_timeout(4000)
    expect(page.locator("header .alarms")).to_have_text("Alarms")
    crowd.silent.clear()
    live(page)
    expect(page.locator('[data-host][data-state="live"]')).to_have_count(len(crowd.names))
    assert {moment["alarms"] for moment in seen(page)} == {"Alarms"}
    assert {moment["word"] for moment in seen(page)} == {"Live", "All hosts silent"}


def test_a_redis_that_hangs_is_the_fault_of_redis_and_of_no_host(listen, crowd):  # noqa: F811
    _, page = listen()
    os.kill(crowd.server.pid, signal.SIGSTOP)
    try:
        expect(page.locator(".banner")).to_have_attribute("data-kind", "stalled")
        expect(page.locator('[data-host="host-1"]')).to_have_attribute("data-state", "unheard")
    finally:
        os.kill(crowd.server.pid, signal.SIGCONT)
    live(page)
    expect(page.locator('[data-host][data-state="live"]')).to_have_count(len(crowd.names))
    page.wait_for_timeout(4500)
    assert {moment["alarms"] for moment in seen(page)} == {"Alarms"}
    assert "Server not responding" not in {moment["word"] for moment in seen(page)}


def test_a_lone_host_on_a_redis_that_hangs_raises_no_alarm(listen, lone):  # noqa: F811
    _, page = listen("host-0", lone)
    os.kill(lone.server.pid, signal.SIGSTOP)
    try:
        expect(page.locator(".banner")).to_have_attribute("data-kind", "stalled")
    finally:
        os.kill(lone.server.pid, signal.SIGCONT)
    live(page)
    expect(page.locator("header.host")).to_have_attribute("data-state", "live")
    page.wait_for_timeout(4500)
    assert {moment["alarms"] for moment in seen(page)} == {"Alarms"}


def test_a_paused_page_says_that_the_link_is_in_doubt(listen):
    daemon, page = listen()
    banner, cards = page.locator(".banner"), page.locator("[data-host]")
    page.locator(".top .pause").click()
    expect(banner).to_have_attribute("data-kind", "paused")
    os.kill(daemon.process.pid, signal.SIGSTOP)
    try:
        expect(banner).to_have_attribute("data-kind", "doubtful")
        expect(banner).to_contain_text(re.compile(r"Server not responding\..*Paused at \d\d:\d\d:\d\d"))
        expect(page.locator('[data-host][data-state="unheard"]')).to_have_count(cards.count())
    finally:
        os.kill(daemon.process.pid, signal.SIGCONT)
    expect(banner).to_have_attribute("data-kind", "paused")
    expect(banner).not_to_contain_text("not responding")
    expect(page.locator('[data-host][data-state="live"]')).to_have_count(cards.count())
    page.locator('[data-host="host-3"] a').click()
    expect(page.locator(".time-bar")).to_have_attribute("data-mode", "paused")
    os.kill(daemon.process.pid, signal.SIGSTOP)
    try:
        expect(page.locator(".time-bar")).to_contain_text(re.compile(r"Paused at .*Server not responding"))
    finally:
        os.kill(daemon.process.pid, signal.SIGCONT)
    expect(page.locator(".time-bar")).not_to_contain_text("not responding")


def test_one_host_quiet_among_others_is_that_hosts_alarm(listen, crowd):  # noqa: F811
    _, page = listen()
    crowd.silent.add("host-5")
    expect(page.locator("header .alarms")).to_have_text("Alarms 1")
    expect(page.locator('[data-host="host-5"]')).to_have_attribute("data-state", "stale")
    assert {moment["word"] for moment in seen(page)} == {"Live"}


@pytest.mark.parametrize("host", [None, "host-3"], ids=["fleet", "host"])
def test_a_page_that_was_asleep_wakes_without_an_alarm(browser, listen, crowd, host):  # noqa: F811
    _, page = listen(host)
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [process["id"] for process in processes if process["type"] == "renderer"]
    assert renderers
    for seconds in (4, 20):
        before = page.evaluate("window.lastWord")
        for pid in renderers:
            os.kill(pid, signal.SIGSTOP)
        threading.Event().wait(seconds)
        for pid in renderers:
            os.kill(pid, signal.SIGCONT)
        until(page, lambda: page.evaluate("window.lastWord") > before + 1000 * seconds, "words after the sleep")
        page.wait_for_timeout(4000)
    check(page, ["Live"])
    if host:
        drawn = times_of_chart(page, "cpu")
        slept = [taken for taken in crowd.times.values() if before < taken < before + 20_000]
        assert len(slept) >= 10 and set(slept) <= drawn, "samples taken during the sleep are missing in the chart"


def times_of_chart(page, panel):
    """When the samples that a chart shows were taken, epoch ms, by the file that it is saved as."""
    page.locator(f'[data-panel="{panel}"] .menu summary').click()
    with page.expect_download() as saved:
        page.locator(f'[data-panel="{panel}"] .menu').get_by_role("button", name="Save CSV").click()
    with open(saved.value.path(), newline="") as file:
        return {round(datetime.datetime.fromisoformat(row["time"]).timestamp() * 1000) for row in csv.DictReader(file)}


def test_a_page_frozen_in_the_background_wakes_without_an_alarm(listen):
    _, page = listen()
    session = page.context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    threading.Event().wait(6)
    session.send("Page.setWebLifecycleState", {"state": "active"})
    page.wait_for_timeout(4000)
    check(page, ["Live"])


# As a tab behind another one: for the page, and without the throttling of timers, which Tests/Web/tabTitle.test.mjs has.
HIDE = """() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_the_title_of_a_hidden_tab_tells_that_the_link_is_lost_that_its_host_is_silent_and_that_all_is_well(listen, crowd):  # noqa: F811
    daemon, page = listen("host-3")
    expect(page).to_have_title("host-3 · StreamAssembler")
    page.evaluate(HIDE)
    for _ in range(2):
        os.kill(daemon.process.pid, signal.SIGSTOP)
        try:
            expect(page).to_have_title("(not live) host-3 · StreamAssembler")
        finally:
            os.kill(daemon.process.pid, signal.SIGCONT)
        expect(page).to_have_title("host-3 · StreamAssembler")
    crowd.silent.add("host-3")
    expect(page).to_have_title("(silent) host-3 · StreamAssembler")
    crowd.silent.clear()
    expect(page).to_have_title("host-3 · StreamAssembler")
    crowd.silent.update(crowd.names)
    expect(page).to_have_title("(all hosts silent) host-3 · StreamAssembler")
