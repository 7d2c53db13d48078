"""The page by keyboard: what the Tab key comes to, what each key does where, menus, and what is copied."""

import re

import pytest
from conftest import SCREENSHOTS
from host_page import FIGURE, minute, mode, rows, table, until  # noqa: F401 (fixtures)
from playwright.sync_api import expect


def focused(page):
    return page.evaluate("document.activeElement.closest('[data-host]')?.dataset.host ?? document.activeElement.className")


def test_the_first_card_is_three_tabs_away_and_a_link_skips_to_it(fleet, demo):
    expect(fleet.locator("[data-host]").first).to_be_visible()
    first = fleet.locator("[data-host]").first.get_attribute("data-host")
    fleet.keyboard.press("Tab")
    assert focused(fleet) == "skip"
    expect(fleet.locator(".skip")).to_be_in_viewport()
    fleet.screenshot(path=SCREENSHOTS / "skip-link.png")
    fleet.keyboard.press("Tab")
    fleet.keyboard.press("Tab")
    assert focused(fleet) == first
    fleet.keyboard.press("Shift+Tab")
    fleet.keyboard.press("Shift+Tab")
    address = fleet.url
    fleet.keyboard.press("Enter")
    assert focused(fleet) == first
    assert fleet.url == address
    # All controls are reached: those of the head by arrow keys, those of the list after the cards.
    fleet.keyboard.press("Shift+Tab")
    reached = set()
    for _ in range(8):
        reached.add(fleet.evaluate("document.activeElement.className"))
        fleet.keyboard.press("ArrowRight")
    assert {"tool pause", "tool alarms", "tool zone", "tool theme", "tool link", "tool help"} <= reached
    fleet.keyboard.press("Tab")
    fleet.keyboard.press("Tab")
    expect(fleet.get_by_role("button", name="Busy")).to_be_focused()


def test_the_skip_link_of_a_host_leads_to_its_content(dashboard):
    dashboard.keyboard.press("Tab")
    assert focused(dashboard) == "skip"
    dashboard.keyboard.press("Enter")
    expect(dashboard.locator("main")).to_be_focused()
    expect(dashboard.locator(".who h2")).to_have_text(dashboard.host)


def test_space_presses_what_has_the_focus_and_pauses_only_elsewhere(minute):
    menu = table(minute, "processes").locator(".menu")
    expect(rows(minute, "processes").first).to_be_visible()
    menu.locator("summary").focus()
    minute.keyboard.press(" ")
    expect(menu.locator(".menu-body")).to_be_visible()
    box = menu.get_by_label("Parent")
    box.focus()
    minute.keyboard.press(" ")
    expect(box).to_be_checked()
    minute.keyboard.press(" ")
    expect(box).not_to_be_checked()
    minute.keyboard.press("Escape")
    minute.get_by_label("5 minutes").focus()
    minute.keyboard.press(" ")
    expect(minute.get_by_label("5 minutes")).to_be_checked()
    minute.keyboard.press("ArrowLeft")
    expect(minute.get_by_label("1 minute")).to_be_checked()
    minute.locator(".top .zone").focus()
    zone = minute.locator(".top .zone").text_content()
    minute.keyboard.press(" ")
    expect(minute.locator(".top .zone")).not_to_have_text(zone)
    expect(mode(minute)).to_have_attribute("data-mode", "live")
    assert minute.locator('[data-panel="cpu"] g.cursor.shown').count() == 0
    minute.evaluate("document.activeElement.blur()")
    minute.keyboard.press(" ")
    expect(mode(minute)).not_to_have_attribute("data-mode", "live")


def test_each_key_means_one_thing_and_the_help_lists_it(minute):
    expect(rows(minute, "processes").nth(2)).to_be_visible()
    table(minute, "processes").locator(".scroller").focus()
    minute.keyboard.press("Home")
    minute.keyboard.press("ArrowDown")
    key = table(minute, "processes").locator("tr.active").get_attribute("data-key")
    # `p` pauses in a table as everywhere; the star has a key of its own.
    minute.keyboard.press("p")
    expect(mode(minute)).not_to_have_attribute("data-mode", "live")
    expect(table(minute, "processes").locator('.pin-button[aria-pressed="true"]')).to_have_count(0)
    minute.keyboard.press("p")
    expect(mode(minute)).to_have_attribute("data-mode", "live")
    minute.keyboard.press("s")
    expect(minute.locator(f'tr[data-key="{key}"] .pin-button')).to_have_attribute("aria-pressed", "true")
    minute.keyboard.press("?")
    section = lambda name: minute.locator("dialog.helps section").filter(has=minute.get_by_role("heading", name=name))  # noqa: E731
    expect(section("In a table").locator("kbd")).to_have_text(["↑", "↓", "PageUp", "PageDown", "Home", "End", "Enter", "s"])
    listed = [minute.locator("dialog.helps section").nth(i).locator("kbd").all_text_contents()
              for i in range(minute.locator("dialog.helps section").count())]
    for keys in listed:
        assert len(keys) == len(set(keys)), "a key stands once in its place"
    # A letter has one meaning on the whole page.
    letters = [key for keys in listed for key in keys if re.fullmatch(r"[a-z]", key)]
    assert len(letters) == len(set(letters))
    minute.screenshot(path=SCREENSHOTS / "help.png")


@pytest.mark.parametrize("width", [1440, 1100, 700])
def test_the_column_menu_shows_what_is_displayed(minute, width):
    minute.set_viewport_size({"width": width, "height": 900})
    for name in ("processes", "connections"):
        part = table(minute, name)
        part.scroll_into_view_if_needed()
        menu = part.locator(".menu")
        menu.locator("summary").click()

        def displayed():
            return set(part.locator("thead th:visible:not(.pin-cell)").all_text_contents())

        def checked():
            return {label.text_content() for label in menu.locator("label:has(input:checked)").all()}

        assert checked() == displayed()
        # One that the width leaves out is shown when it is asked for.
        label = "Virtual" if name == "processes" else "Inode"
        menu.get_by_label(label, exact=True).check()
        expect(part.locator("thead th").filter(has_text=label)).to_be_visible()
        assert checked() == displayed()
        minute.keyboard.press("Escape")
        minute.screenshot(path=SCREENSHOTS / f"columns-{name}-{width}.png")


def test_copied_figures_carry_plain_spaces(minute):
    expect(rows(minute, "processes").first).to_be_visible()
    minute.keyboard.press("p")
    expect(mode(minute)).to_have_attribute("data-mode", "paused")
    row = rows(minute, "processes").filter(has=minute.locator(".col-rssKiB", has_text="MiB")).first
    cell = row.locator(".col-rssKiB")
    expect(cell).to_have_text(re.compile(r"^\d[\d.]*\u202fMiB$"))
    box = minute.get_by_label("Filter connections")

    def is_copied():
        # Details of the last second may still come.
        shown = cell.text_content()
        cell.evaluate("cell => getSelection().selectAllChildren(cell.closest('tr'))")
        minute.keyboard.press("Control+c")
        minute.evaluate("getSelection().removeAllRanges()")
        box.fill("")
        box.focus()
        minute.keyboard.press("Control+v")
        pasted = box.input_value()
        assert not re.search("[\u00a0\u202f\u2007\u2009]", pasted)
        return shown.replace("\u202f", " ") in pasted

    until(minute, is_copied, "the figure with a plain space")
