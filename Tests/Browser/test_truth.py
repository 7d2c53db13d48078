"""The page says what it knows, since when, and what it does not know."""

import os
import re
import signal
import subprocess
import time

import pytest
from host_page import until
from playwright.sync_api import expect
from test_server import AWAY

TIME = re.compile(r"\d\d:\d\d:\d\d")


def sample(host, number, **fields):
    now = int(time.time() * 1000)
    return {"id": f"{host}:top:{now:x}:{number}", "host": host, "probe": "top", "t": now, "v": 1, "intervalMs": 1000, "flags": [], **fields}


def test_a_silent_host_greys_says_since_when_and_stays_browsable(dashboard, demo):
    demo.pause_collector()
    try:
        expect(dashboard.locator("header.host")).to_have_attribute("data-state", "stale")
        expect(dashboard.locator(".host-state")).to_have_text(re.compile(r"No samples since \d\d:\d\d:\d\d"))
        dashboard.keyboard.press("f")
        card = dashboard.locator(f'[data-host="{demo.host}"]')
        expect(card).to_have_attribute("data-state", "stale")
        expect(card.locator(".age")).to_have_text(re.compile(r"^silent since"))
        card.get_by_role("link").click()
        expect(dashboard.locator('[data-table="processes"] tbody tr').first).to_be_visible()
        expect(dashboard.locator('[data-readout="cpu"]')).to_have_text(re.compile(r"\d"))
    finally:
        demo.resume_collector()
    expect(dashboard.locator("header.host")).to_have_attribute("data-state", "live")


def test_a_lost_server_is_not_a_silent_host_and_the_page_resumes(open_page, demo, start):
    first = start("serve", "--port", "0", "--redis", demo.redis_url)
    page = open_page(f"{first.url}/#host={demo.host}", allow=AWAY)
    expect(page.locator('[data-table="processes"] tbody tr').first).to_be_visible()
    page.evaluate("""() => {
        window.opened = [];
        for (const way of [WebSocket, XMLHttpRequest]) {
            const send = way.prototype.send;
            way.prototype.send = function (data) {
                if (String(data).startsWith("40")) window.opened.push(String(data));
                send.call(this, data);
            };
        }
    }""")
    os.kill(first.process.pid, signal.SIGKILL)
    expect(page.locator(".banner")).to_have_attribute("data-kind", "lost")
    expect(page.locator(".banner")).to_have_text(re.compile(r"Connection lost\..*since \d\d:\d\d:\d\d"))
    expect(page.locator("header.host")).to_have_attribute("data-state", "unheard")
    expect(page.locator(".host-state")).to_contain_text("the connection failed. The host itself may be fine.")
    page.keyboard.press("f")
    expect(page.locator(f'[data-host="{demo.host}"]')).to_have_attribute("data-state", "unheard")
    start("serve", "--port", first.url.rsplit(":", 1)[1], "--redis", demo.redis_url)
    expect(page.locator(".connection")).to_have_text("Live", timeout=30_000)
    expect(page.locator(".banner")).to_be_hidden()
    expect(page.locator(f'[data-host="{demo.host}"]')).to_have_attribute("data-state", "live")
    # It asked to go on where the killed daemon had stopped.
    opened = page.evaluate("window.opened")
    assert opened and all('"since"' in packet for packet in opened), opened


def test_a_lost_redis_says_so(open_page, start, tmp_path):
    socket = tmp_path / "redis.sock"
    redis = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)], stdout=subprocess.DEVNULL)
    try:
        daemon = start("serve", "--port", "0", "--redis", f"unix://{socket}")
        page = open_page(daemon.url)
        expect(page.locator(".connection")).to_have_text("Live")
        redis.kill()
        redis.wait()
        expect(page.locator(".banner")).to_have_attribute("data-kind", "stalled")
        expect(page.locator(".banner")).to_have_text(re.compile(r"No data from Redis\..*since \d\d:\d\d:\d\d"))
    finally:
        redis.kill()
        redis.wait()


def test_pause_freezes_the_fleet_and_goes_on_with_what_came(fleet, demo):
    fleet.locator(".top .pause").click()
    expect(fleet.locator(".banner")).to_have_attribute("data-kind", "paused")
    expect(fleet.locator(".banner")).to_have_text(re.compile(r"Paused at \d\d:\d\d:\d\d\. [1-9]\d* new samples wait"))
    card = fleet.locator(f'[data-host="{demo.host}"]')

    def stands_still():
        # What came just before the pause may be painted after it.
        before, waiting = card.inner_text(), fleet.locator(".banner").inner_text()
        expect(fleet.locator(".banner")).not_to_have_text(waiting)
        return card.inner_text() == before

    until(fleet, stands_still, "samples that change nothing")
    fleet.get_by_role("button", name="Resume").click()
    expect(fleet.locator(".banner")).to_be_hidden()


def test_flags_and_a_skewed_clock_are_named_in_words(fleet, demo, cleanup):
    cleanup("sa:{skewed}:top")
    card = fleet.locator('[data-host="skewed"]')
    for number in range(3):
        late = int(time.time() * 1000) - 90_000
        demo.add("sa:{skewed}:top", sample("skewed", number, t=late + number, flags=["partial", "no-privilege"]))
    expect(card.locator(".remarks")).to_have_text(re.compile(
        r"clock 1.m 3\d.s behind · a source failed · limited rights"))
    expect(fleet.locator('[data-readout="pipeline-clock"]')).to_have_text(re.compile(r"^skewed 1.m 3\d.s behind"))
    card.get_by_role("link").click()
    expect(fleet.locator(".host-state")).to_contain_text("a source failed")


@pytest.mark.parametrize("where", ["fleet", "dashboard"])
def test_the_pipelines_delays_and_the_collectors_cost_are_on_view(where, request):
    page = request.getfixturevalue(where)
    for stretch in ("daemon", "page", "paint"):
        expect(page.locator(f'[data-readout="pipeline-{stretch}"]')).to_have_text(re.compile(r"^\d+(\.\d)?\s?m?s$"))
    expect(page.locator('[data-readout="pipeline-cost"]')).to_have_text(re.compile(r"\d.(ms|µs) · \d+\.\d.%"))


def test_hostile_names_show_as_text_on_every_view(fleet, demo, cleanup):
    cleanup("sa:{evil2}:top")
    # A host's name is its key's, which holds no markup: the daemon rejects others.
    host = "evil2"
    command = "</td><script>window.pwned=2</script>\u001b[31m\"'"
    demo.add("sa:{evil2}:top", sample(
        host, 0, cpu={"idle": 1}, flags=["<b>flag</b>"],
        procs={"cols": ["pid", "start", "user", "cpuPct", "comm", "cmd"], "rows": [[1, 1, command, 500, command, command]]}))
    card = fleet.locator(".card", has_text=host)
    expect(card).to_be_visible()
    expect(card.locator(".worst")).to_contain_text("<script>window.pwned=2</script>")
    expect(card.locator(".remarks")).to_have_text("<b>flag</b>")
    fleet.keyboard.press("g")
    fleet.get_by_role("combobox", name="Go to host").fill(host)
    expect(fleet.locator("#switcher-list li")).to_contain_text(host)
    fleet.keyboard.press("Enter")
    expect(fleet.locator(".who h2")).to_contain_text(host)
    expect(fleet.locator('[data-table="processes"] tbody')).to_contain_text("<script>window.pwned=2</script>")
    assert fleet.locator("#app :is(script, b)").count() == 0
    assert fleet.evaluate("window.pwned") is None
    fleet.reload()
    expect(fleet.locator(".who h2")).to_contain_text(host)
