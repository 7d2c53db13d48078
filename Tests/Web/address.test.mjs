import assert from "node:assert/strict";
import { test } from "node:test";
import { bindAddress } from "../../web/src/shell/address.js";
import { createViewState, INITIAL } from "../../web/src/model/view/viewState.js";

const T = 1_763_690_000_000;

/** A browser's history and location: entries, where one is, and Back and Forward as a user presses them. */
function browser(first = "/") {
    const entries = [first];
    let place = 0;
    let at = 0;
    const target = new EventTarget();
    const hashOf = (address) => (address.includes("#") ? address.slice(address.indexOf("#")) : "");
    const location = {
        origin: "http://x", pathname: "/", search: "",
        get hash() { return hashOf(entries[place]); },
    };
    const go = (by) => {
        if (place + by < 0 || place + by >= entries.length) return false;
        place += by;
        target.dispatchEvent(new Event("popstate"));
        return true;
    };
    const history = {
        pushState(_, __, address) {
            entries.splice(place + 1);
            entries.push(address);
            place += 1;
        },
        replaceState(_, __, address) { entries[place] = address; },
        back: () => go(-1),
    };
    const view = createViewState();
    const address = bindAddress(view, { base: INITIAL, location, history, target, now: () => at });
    return {
        view, address, entries, back: () => go(-1), forward: () => go(1),
        /** One gesture, long after the one before. */
        act(change) {
            at += 10_000;
            change(view);
        },
        get here() { return entries[place]; },
    };
}

test("Back and Forward lead through hosts, zooms and pinned moments, and to the same again", () => {
    const one = browser();
    one.act((view) => view.toHost("a"));
    one.act((view) => view.zoom(T, T + 60_000));
    one.act((view) => view.zoom(T + 10_000, T + 30_000));
    one.act((view) => view.pin(T + 20_000, "cpu"));
    one.act((view) => view.pin(T + 25_000, "disks"));
    one.act((view) => view.live());
    one.act((view) => view.toHost("b"));
    const there = [...one.entries];
    assert.equal(there.length, 8);
    const states = [];
    do states.unshift(one.view.state); while (one.back());
    assert.equal(states[0].page, "fleet");
    assert.deepEqual(states.map(({ host, span, pinnedAt, asked }) => [host, span.from ?? null, pinnedAt, asked]).slice(1), [
        ["a", null, null, null], ["a", T, null, null], ["a", T + 10_000, null, null], ["a", T + 10_000, T + 20_000, "cpu"],
        ["a", T + 10_000, T + 25_000, "disks"], ["a", null, null, null], ["b", null, null, null],
    ]);
    while (one.forward());
    assert.equal(one.view.state.host, "b");
    assert.deepEqual(one.entries, there, "going through them makes and loses none");
});

test("what is pointed at, stepped to, typed, sorted or preferred makes no entry", () => {
    const one = browser("/#host=a");
    one.act((view) => view.pin(T, "cpu"));
    for (let i = 1; i < 50; i += 1) {
        one.act((view) => view.point(T + i));
        one.act((view) => view.pin(T + 1000 * i, "cpu", true));
        one.act((view) => view.table("processes", { filter: "x".repeat(i) }));
        one.act((view) => view.inZone(i % 2 ? "utc" : "local"));
        one.act((view) => view.ask(null));
    }
    one.act((view) => view.zoom(T, T + 60_000, true));
    for (let i = 1; i < 50; i += 1) one.act((view) => view.zoom(T + i, T + 60_000 - i, true));
    assert.equal(one.entries.length, 3);
    assert.ok(one.here.includes(`zoom=${T + 49}-`), "the address is of the present all the same");
    one.back();
    assert.deepEqual([one.view.state.span.ms, one.view.state.pinnedAt], [300_000, T + 49_000]);
});

test("a double click that leads out of a zoom is one step", () => {
    const one = browser("/#host=a");
    one.act((view) => view.zoom(T, T + 60_000));
    one.act((view) => {
        view.pin(T + 1000, "cpu");
        view.unzoom();
        view.pin(null);
    });
    assert.equal(one.entries.length, 3);
    one.back();
    assert.deepEqual([one.view.state.span.from, one.view.state.pinnedAt], [T, null]);
});

test("who goes to a host and on at once comes back to each", () => {
    const one = browser();
    one.act((view) => {
        view.toHost("a");
        view.pin(T, "cpu");
        view.toHost("b");
    });
    assert.equal(one.entries.length, 4);
});

test("a double click that changes nothing leaves nothing to go back through", () => {
    const one = browser();
    one.act((view) => view.toHost("a"));
    one.act((view) => {
        view.pin(T, "cpu");
        view.pin(null);
    });
    assert.equal(one.here, "/#host=a");
    one.back();
    assert.equal(one.view.state.page, "fleet");
});

test("a host that opens by itself takes the place of the page that had only its card", () => {
    const one = browser();
    one.address.instead(() => one.view.toHost("only"));
    assert.deepEqual(one.entries, ["/#host=only"]);
    one.act((view) => view.zoom(T, T + 60_000));
    one.back();
    assert.deepEqual([one.view.state.page, one.view.state.host], ["host", "only"]);
    assert.equal(one.back(), false);
});

test("Back keeps the theme and the pause where nothing else changes", () => {
    const one = browser("/#host=a");
    one.act((view) => view.inTheme("light"));
    one.act((view) => view.pin(T));
    one.back();
    assert.equal(one.view.state.theme, "light");
});
