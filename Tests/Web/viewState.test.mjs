import assert from "node:assert/strict";
import { test } from "node:test";
import { createViewState, fromHash, INITIAL, setters, toHash } from "../../web/src/model/view/viewState.js";

const T = 1_763_690_000_000;
const after = (...steps) => steps.reduce((state, [name, ...values]) => setters[name](state, ...values), INITIAL);

const STATES = {
    "the first view": INITIAL,
    "a host": after(["toHost", "web-1"]),
    "the fleet, coming from a host": after(["toHost", "web-1"], ["toFleet"]),
    "a name with every odd sign": after(["toHost", "a&b=c#d %/<script>\u00e9"]),
    "another span": after(["toHost", "a"], ["follow", 60_000]),
    "a zoom": after(["toHost", "a"], ["follow", 600_000], ["zoom", T, T + 20_000]),
    "a rewind with its question": after(["toHost", "a"], ["pin", T, "network"]),
    "zone and theme": after(["inZone", "utc"], ["inTheme", "light"]),
    "tables": after(
        ["toHost", "a"], ["table", "processes", { sort: { key: "rssKiB", descending: true }, filter: "redis 7&" }],
        ["table", "connections", { columns: ["local", "remote"], pins: ["tcp 1:2 [::1]:3 9"], picked: "812:7" }]),
};

for (const [name, state] of Object.entries(STATES)) {
    test(`${name} survives the way through a link`, () => {
        assert.deepEqual(fromHash(`#${toHash(state)}`), state);
    });
}

test("what lasts a moment is not in the link", () => {
    const state = after(["toHost", "a"], ["point", T], ["pause", true]);
    assert.equal(toHash(state), "host=a");
});

for (const bad of [
    null, undefined, 7, "#", "#%%%", "#host=", "#span=x", "#span=-5", "#span=1e99", "#zoom=5-1-2", "#zoom=9-9", "#at=-1",
    "#at=1e400", "#at=99999999999999999999", "#tz=mars", "#theme=pink", "#.sort=a", "#__proto__.sort=a",
    "#processes.sort=%00", "#processes.pins={", "#processes.pins=5", "#processes.pins=[7]", "#processes.columns=,,",
    "#processes.unknown=1", `#host=${"x".repeat(5000)}`, `#processes.picked=${"x".repeat(5000)}`,
]) {
    test(`the link ${JSON.stringify(bad)?.slice(0, 60)} changes nothing that was`, () => {
        const state = fromHash(bad);
        assert.deepEqual({ ...state, page: "fleet", host: null }, INITIAL);
    });
}

test("a link with a flood of tables stays bounded", () => {
    const flood = Array.from({ length: 1000 }, (_, i) => `t${i}.filter=x`).join("&");
    assert.equal(Object.keys(fromHash(flood).tables).length, 16);
});

test("the old link to a host still works", () => {
    assert.equal(fromHash("#host=db-1").host, "db-1");
    assert.equal(fromHash("#host=db-1").page, "host");
});

test("a zoom is put in order, one too short or senseless is refused", () => {
    assert.deepEqual(after(["zoom", T + 9000, T]).span, { from: T, to: T + 9000 });
    for (const [from, to] of [[T, T], [T, T + 100], [NaN, T], [null, T], [T, Infinity], ["1", T]]) {
        assert.equal(setters.zoom(INITIAL, from, to), INITIAL);
    }
});

test("out of a zoom leads back to the span before it", () => {
    assert.deepEqual(after(["follow", 60_000], ["zoom", T, T + 9000], ["unzoom"]).span, { ms: 60_000 });
});

test("live lets go of everything that held the page in the past", () => {
    const state = after(["toHost", "a"], ["zoom", T, T + 9000], ["pin", T, "cpu"], ["point", T], ["pause", true], ["live"]);
    assert.deepEqual(state, after(["toHost", "a"]));
});

test("another host begins in the present, with the tables' ways kept but nothing picked", () => {
    const state = after(
        ["toHost", "a"], ["pin", T, "cpu"], ["table", "processes", { filter: "x", picked: "1:2", pins: ["1:2"] }],
        ["toHost", "b"]);
    assert.equal(state.pinnedAt, null);
    assert.deepEqual(state.tables, { processes: { filter: "x" } });
});

test("a setter that changes nothing gives the same state, and nobody is told", () => {
    const view = createViewState(after(["toHost", "a"], ["table", "processes", { pins: ["1"] }]));
    let told = 0;
    view.subscribe(() => (told += 1));
    const before = view.state;
    view.toHost("a");
    view.follow(300_000);
    view.point(null);
    view.table("processes", { pins: ["1"] });
    view.inZone("mars");
    assert.equal(view.state, before);
    assert.equal(told, 0);
});

test("a listener gets both states, until it is ended", () => {
    const view = createViewState();
    const seen = [];
    const end = view.subscribe((now, before) => seen.push([before.host, now.host]));
    view.toHost("a");
    end();
    view.toHost("b");
    assert.deepEqual(seen, [[null, "a"]]);
});
