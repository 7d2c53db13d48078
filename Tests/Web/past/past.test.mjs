import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_RULES } from "../../../web/src/model/alarms/alarmRules.js";
import { Session } from "../../../web/src/model/session.js";
import { createViewState } from "../../../web/src/model/view/viewState.js";
import { momentOf } from "../../../web/src/model/view/shownTime.js";
import { followLooks } from "../../../web/src/stream/looked.js";
import { createMoments } from "../../../web/src/stream/moments.js";
import { createPast } from "../../../web/src/stream/past.js";
import { createReader } from "../../../web/src/stream/reader.js";
import { netstat, T0, top } from "../samples.mjs";

function opened() {
    const time = { at: 0 };
    const clock = { now: () => time.at, mark() {} };
    const session = new Session({ view: createViewState(), clock, wallClock: () => T0 + time.at, rules: DEFAULT_RULES });
    session.held.told({ now: T0 + 600_000, window: { ageMs: 600_000 } });
    return { session, time };
}

const stripped = ({ procs: _, ...sample }) => ({ ...sample, details: ["procs"] });

/** A page that is hidden and shown by a test, and what was said and asked. */
function looking(session) {
    const page = new EventTarget();
    const said = [];
    page.hidden = false;
    const past = { goOn: (host) => said.push(`ask ${host}`) };
    followLooks(session, { look: (host) => said.push(host), past, page });
    const show = (isShown) => {
        page.hidden = !isShown;
        page.dispatchEvent(new Event("visibilitychange"));
        return said.splice(0);
    };
    return { said, show };
}

test("details are wanted of the host that is open, and of none on the fleet's page or while the page is hidden", () => {
    const { session } = opened();
    const { said, show } = looking(session);
    assert.deepEqual(said.splice(0), [null]);
    session.openHost("a");
    session.openHost("b");
    session.view.point(5);
    assert.deepEqual(said.splice(0), ["a", "ask a", "b", "ask b"]);
    assert.deepEqual(show(false), [null]);
    session.openHost("c");
    assert.deepEqual(said, [], "nobody sees it");
    assert.deepEqual(show(true), ["c", "ask c"], "what was missed is asked for");
    session.openFleet();
    assert.deepEqual(said.splice(0), [null]);
    session.openHost("d");
    assert.deepEqual(looking(session).said, ["d"], "a page that opens with a host gets its past with the first snapshot");
});

test("the whole window's trends come in two requests, again where the server is busy, and stop where it knows no columns", async () => {
    const { session } = opened();
    session.fleet.append([stripped(top("a", 600)), netstat("a", 600)], 0);
    const asked = [];
    const answers = [{ ok: false, error: { code: "busy" } }, null];
    const ask = async (event, request) => {
        asked.push([event, request.probes[0], request.from, request.to]);
        return answers.length > 0 && asked.length === 1 ? answers.shift()
            : { ok: true, from: T0, step: request.step, series: [{ host: "a", probe: request.probes[0], to: T0 + 4999, columns: [[50], [0], [500], [1]] }] };
    };
    const past = createPast(session, { token: { read: () => null }, ask, later: (run) => run() });
    const filled = [];
    await past.askTrends((names) => filled.push(...names));
    assert.deepEqual(asked, ["top", "top", "netstat"].map((probe) => ["series", probe, T0, T0 + 600_000]));
    assert.deepEqual(filled, ["a", "a"]);
    assert.deepEqual([...session.fleet.host("a").vitals.top.times.slice(0, 2)], [T0 + 4999, T0 + 600_000]);
    session.fleet.takesFigures = false;
    await past.askTrends(() => assert.fail());
    assert.equal(asked.length, 3);
});

/** A server whose answers to HTTP requests a test gives. */
function serving(t, answer) {
    const urls = [];
    t.mock.method(globalThis, "fetch", async (url) => {
        urls.push(url);
        return answer(new URL(url, "http://x/"));
    });
    return urls;
}

test("a host that is opened gets its last samples whole, and columns for what is older", async (t) => {
    const { session } = opened();
    session.fleet.append([stripped(top("a", 600))], 0);
    session.openHost("a");
    const urls = serving(t, () => Response.json({ samples: [598, 599, 600].map((seq) => ({ ...top("a", seq), details: ["procs"] })), now: T0 + 600_000 }));
    const asked = [];
    const ask = async (event, { probes, paths, from, to, step }) => {
        asked.push([probes[0], from, to, step]);
        return { ok: true, from, step, series: [{ probe: "top", to: T0 + 598_000, columns: paths.map(() => [7, 8]) }] };
    };
    const past = createPast(session, { token: { read: () => null }, ask });
    await past.reach(session.fleet.host("a"), T0 + 300_000);
    assert.deepEqual(urls, ["api/v1/window?host=a&limit=240"]);
    assert.deepEqual(asked, [["top", T0 + 300_000, T0 + 598_000, 1000]]);
    const { ring } = session.fleet.host("a").probe("top").history;
    assert.deepEqual([...ring.times], [300_999, 301_999, 598_000, 599_000, 600_000].map((ms) => T0 + ms));
    assert.equal(ring.at("user", 0), 7);
    await past.reach(session.fleet.host("a"), T0 + 300_500);
    assert.deepEqual([...session.fleet.store.times("a", "top")].length, 3);
    assert.equal(asked.length, 1, "what was asked for is not asked for again");
    await past.reach(session.fleet.host("a"), T0 - 5_000_000);
    assert.deepEqual(asked[1].slice(0, 2), ["top", T0], "no further than the window reaches");
});

test("who comes back to a host gets what came meanwhile", async (t) => {
    const { session } = opened();
    session.fleet.append([top("a", 5)], 0);
    const urls = serving(t, () => Response.json({ samples: [], now: T0 }));
    const past = createPast(session, { token: { read: () => null } });
    await past.ask("a");
    await past.ask("a");
    await past.goOn("a");
    assert.deepEqual(urls, ["api/v1/window?host=a&limit=240", `api/v1/window?host=a&limit=240&since=${T0 + 5000}`]);
});

test("a moment whose tables are not here is asked for once, and shown when it has come", async (t) => {
    const { session } = opened();
    const { fleet } = session;
    fleet.append([stripped(top("a", 8)), stripped(top("a", 9))], 0);
    session.openHost("a");
    session.view.pin(T0 + 8500);
    let give;
    const urls = serving(t, () => new Promise((resolve) => (give = resolve)));
    const moments = createMoments(session, { reader: createReader({ token: { read: () => null } }) });
    const state = () => momentOf(fleet.store, fleet.host("a"), "top", T0 + 8500).state;
    assert.equal(state(), "lost");
    const done = moments.moment("a", T0 + 8500);
    moments.moment("a", T0 + 8500);
    assert.equal(state(), "asked");
    await new Promise(setImmediate);
    give(Response.json({ samples: [top("a", 8)] }));
    await done;
    assert.deepEqual(urls, [`api/v1/at?host=a&t=${T0 + 8500}`]);
    assert.equal(state(), "past");
    assert.equal(moments.filled(), 1);
});

test("of a range some moments are asked for, evenly, and no more when the reader has gone on", async (t) => {
    const { session } = opened();
    session.fleet.append(Array.from({ length: 300 }, (_, i) => stripped(top("a", i))), 0);
    session.openHost("a");
    session.view.zoom(T0, T0 + 299_000);
    const urls = serving(t, (url) => Response.json({ samples: [top("a", (Number(url.searchParams.get("t")) - T0) / 1000)] }));
    const moments = createMoments(session, { reader: createReader({ token: { read: () => null } }) });
    const times = [...session.fleet.host("a").probe("top").history.ring.times];
    await moments.range("a", "top", [T0, T0 + 299_000], times);
    assert.equal(urls.length, 40);
    assert.equal(session.fleet.store.times("a", "top").length, 40);
    session.view.zoom(T0, T0 + 200_000);
    const second = moments.range("a", "top", [T0, T0 + 200_000], times.slice(0, 100));
    session.view.unzoom();
    await second;
    assert.ok(urls.length <= 41);
});

test("an alarm of a host that nobody looks at asks who stands out", async () => {
    const { session } = opened();
    const asked = [];
    session.past.whole = async (...of) => {
        asked.push(of);
        return top("a", 2, { cpu: { idle: 0 }, procs: { cols: ["pid", "comm", "cpuPct"], rows: [[4, "burner", 98]] } });
    };
    session.watch.alarms.setRules(session.watch.alarms.rules.map((rule) => ({ ...rule, forS: 0 })), 0);
    session.fleet.append([stripped(top("a", 2, { cpu: { idle: 0 } }))], 0, T0);
    await new Promise(setImmediate);
    assert.deepEqual(asked, [["a", "top", T0 + 2000]]);
    assert.equal(session.watch.alarms.entries[0].culprit, "burner (4) 98 %");
});
