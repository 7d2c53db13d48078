"""Everybody can use it: axe finds nothing serious, every key is told and works, nothing chatters or moves unasked."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

CALM = "() => document.getAnimations().filter(animation => animation.playState === 'running').length"


def serious(page):
    """What axe-core calls serious or critical, as `rule: the first places`."""
    # Through the protocol, which the page's policy does not bind.
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("() => axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{one['id']}: " + "; ".join(f"{node['html'][:160]} {node['any'][0]['message'][:160] if node['any'] else ''}" for node in one["nodes"][:4])
            for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing_serious(open_page, demo, scheme):
    page = open_page(f"{demo.url}/#host={demo.host}", color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator('[data-table="processes"] tbody tr').first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    assert serious(page) == [], "host"
    page.keyboard.press("f")
    expect(page.locator(f'[data-host="{demo.host}"] [data-figure="cpu"]')).to_have_text(re.compile(r"\d"))
    assert serious(page) == [], "fleet"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert serious(page) == [], "help"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("a")
    expect(page.get_by_role("dialog", name="Alarms")).to_be_visible()
    assert serious(page) == [], "alarms"
    assert page.evaluate(CALM) == 0


def test_axe_finds_nothing_serious_where_a_host_is_silent_or_there_is_none(open_page, demo, start):
    demo.pause_collector()
    try:
        page = open_page(f"{demo.url}/#last=x")
        expect(page.locator(f'[data-host="{demo.host}"]')).to_have_attribute("data-state", "stale")
        assert serious(page) == [], "silent"
    finally:
        demo.resume_collector()
    daemon = start("serve", "--port", "0", "--redis", demo.redis_url, "--prefix", "nobody-writes-here")
    page = open_page(daemon.url)
    expect(page.locator(".empty code")).to_contain_text("collector run --redis redis://")
    assert serious(page) == [], "first run"


def test_the_help_lists_every_key_and_closes(fleet):
    fleet.keyboard.press("?")
    help_dialog = fleet.get_by_role("dialog", name="Keyboard shortcuts")
    for key in ("?", "f", "g", "a", "/", "p", "u", "t", "l", "[", "]", "1", "Esc", "Enter", "+"):
        expect(help_dialog.locator("kbd", has_text=re.compile(f"^{re.escape(key)}$")).first).to_be_visible()
    covered = help_dialog.evaluate("""dialog => [...dialog.querySelectorAll("kbd")].filter((key) => {
        const [box, words] = [key, key.closest("div").querySelector("dd")].map((one) => one.getBoundingClientRect());
        const next = key.nextElementSibling?.getBoundingClientRect();
        return box.right > words.left || (next && next.top === box.top && next.left < box.right);
    }).map((key) => key.textContent)""")
    assert covered == [], "keys stand on each other or on the words"
    fleet.keyboard.press("Escape")
    expect(help_dialog).to_be_hidden()


def test_the_keyboard_alone_reaches_every_control_with_its_focus_seen(fleet):
    seen = []
    # The controls in the head are one stop, and arrows go on in it.
    for key in ["Tab"] * 2 + ["ArrowRight"] * 12 + ["Tab"] * 48:
        fleet.keyboard.press(key)
        seen.append(fleet.evaluate("""() => {
            const { activeElement: node } = document;
            // Past the last control the browser itself has the focus.
            if (node === document.body) return ["", true];
            return [node.textContent.trim() || node.getAttribute("aria-label"), getComputedStyle(node).outlineStyle !== "none"];
        }"""))
    names = [name for name, _ in seen]
    for name in ("Pause", "Alarms", "Auto", "Link", "?", "Busy", "Filter hosts"):
        assert any((found or "").startswith(name) for found in names), f"{name} not among {names}"
    assert all(outlined for name, outlined in seen if name), seen


def test_themes_and_zones_are_switched_and_kept(fleet):
    root = fleet.locator("html")
    ground = lambda: fleet.evaluate("getComputedStyle(document.body).backgroundColor")  # noqa: E731
    fleet.locator(".theme").click()
    expect(root).to_have_attribute("data-theme", "dark")
    dark = ground()
    fleet.locator(".theme").click()
    expect(root).to_have_attribute("data-theme", "light")
    assert ground() != dark
    fleet.keyboard.press("u")
    expect(fleet.locator(".zone")).to_have_text("UTC")
    fleet.goto(fleet.url.split("#")[0])
    expect(root).to_have_attribute("data-theme", "light")
    expect(fleet.locator(".zone")).to_have_text("UTC")


def test_keys_typed_into_a_field_stay_there(fleet):
    box = fleet.get_by_label("Filter hosts")
    fleet.keyboard.press("/")
    expect(box).to_be_focused()
    fleet.keyboard.type("ag?p")
    expect(box).to_have_value("ag?p")
    expect(fleet.get_by_role("dialog")).to_have_count(0)


def test_live_regions_do_not_chatter(fleet, demo):
    fleet.evaluate("""() => {
        window.said = [];
        for (const region of document.querySelectorAll('[role="status"], [aria-live="polite"]')) {
            new MutationObserver(() => window.said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
        }
    }""")
    first = fleet.locator('[data-readout="pipeline-paint"]')
    for _ in range(3):
        before = first.text_content()
        expect(first).not_to_have_text(before)
    assert len(fleet.evaluate("window.said")) <= 2


def test_the_fleet_fits_a_phone(open_page, demo):
    page = open_page(f"{demo.url}/#last=x", viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True)
    card = page.locator(f'[data-host="{demo.host}"]')
    expect(card).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    card.tap()
    expect(page.locator(".who h2")).to_have_text(demo.host)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
