import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_RULES } from "../../web/src/model/alarms/alarmRules.js";
import { Session } from "../../web/src/model/session.js";
import { createPast } from "../../web/src/stream/past.js";
import { createViewState } from "../../web/src/model/view/viewState.js";
import { snapshot, T0, top } from "./samples.mjs";

/** A session whose time stands at `at` until a test moves it, with what it marks in the paint loop. */
function opened(more = {}) {
    const time = { at: 0 };
    const marked = [];
    const clock = { now: () => time.at, mark: (...topics) => marked.push(...topics) };
    const session = new Session({
        view: createViewState(), clock, wallClock: () => T0 + time.at, rules: DEFAULT_RULES, ...more,
    });
    session.link.changed({ name: "live" }, 0, T0);
    return { session, time, marked };
}

test("a session knows which host is shown, and that the reader chose it", () => {
    const { session } = opened();
    session.fleet.append([top("a", 1), top("b", 1)], 0);
    assert.deepEqual([session.shownHost, session.hasChosen], [null, false]);
    session.openHost("b");
    assert.deepEqual([session.shownHost.name, session.hasChosen], ["b", true]);
    session.openHost("unknown");
    assert.equal(session.shownHost, null);
    session.openFleet();
    assert.deepEqual([session.shownHost, session.view.state.page], [null, "fleet"]);
    assert.equal(opened({ hasChosen: true }).session.hasChosen, true);
});

test("a pause knows since when it lasts and how many samples wait, and begins anew", () => {
    const { session, time } = opened();
    assert.deepEqual(session.pause, { at: null, waiting: 0 });
    time.at = 5000;
    session.view.pause(true);
    session.pause.waiting += 3;
    session.view.inZone("utc");
    assert.deepEqual(session.pause, { at: T0 + 5000, waiting: 3 }, "other choices change nothing about it");
    session.view.pause(false);
    session.view.pause(true);
    assert.deepEqual(session.pause, { at: T0 + 5000, waiting: 0 });
});

test("only samples that happen raise alarms, and hosts that are gone end theirs", () => {
    const { session, time, marked } = opened();
    const busy = (seq) => top("a", seq, { cpu: { idle: 1 } });
    session.fleet.replace(snapshot(busy(1)), { now: T0 }, 0);
    assert.deepEqual(session.watch.alarms.entries, [], "a snapshot is of the past");
    for (const seq of [2, 40]) {
        time.at = seq * 1000;
        session.fleet.append([busy(seq)], time.at);
    }
    assert.deepEqual([...session.watch.counts()], [["a", 1]]);
    assert.match(session.announcer.due(time.at), /Alarm on a: CPU busy/);
    session.fleet.drop({ keys: ["sa:{a}:top"] });
    assert.deepEqual([...session.hostsChanged()], []);
    assert.deepEqual([...session.watch.counts()], []);
    assert.deepEqual(marked, ["fleet", "host", "choice", "frame"]);
});

test("while the link is in doubt every host is unheard, and none grows silent", () => {
    const { session, time } = opened();
    session.link.received(0, T0, { isBeat: true });
    session.fleet.append([top("a", 1), top("b", 1)], 0);
    const states = () => session.overview.entries(time.at).map(({ state, stale }) => [state, stale]);
    assert.deepEqual(states(), [["live", false], ["live", false]]);
    for (time.at = 500; time.at <= 60_000; time.at += 500) session.link.check(time.at, T0 + time.at, session.fleet.hosts);
    assert.equal(session.link.state.name, "doubtful");
    assert.deepEqual(states(), [["unheard", false], ["unheard", false]]);
    assert.match(session.overview.notesOn(session.fleet.host("a"), time.at).unheard, /not responding.*The host itself may be fine/);
});

test("figures of a probe that stands still while another goes on are not shown as those of now", () => {
    const { session, time } = opened();
    session.fleet.append([top("a", 1)], 0);
    time.at = 10_000;
    session.fleet.append([{ ...top("a", 9), id: "a:netstat:1:9", probe: "netstat", ifs: { cols: ["name", "rxBps", "txBps"], rows: [["eth0", 5, 7]] } }], time.at);
    const [entry] = session.overview.entries(time.at);
    assert.deepEqual([entry.cpu, entry.top, entry.network, entry.state], [undefined, null, 12, "live"]);
});

test("a server that has no time for a host's past is asked again when it says, while that host is shown", async (t) => {
    const { session } = opened();
    session.fleet.append([top("a", 9)], 0);
    session.openHost("a");
    const answers = [
        new Response("", { status: 429, headers: { "retry-after": "7" } }),
        new Response("", { status: 429, headers: { "retry-after": "9999" } }),
        Response.json({ samples: [top("a", 1)], now: T0 }),
        new Response("", { status: 429 }),
    ];
    t.mock.method(globalThis, "fetch", async () => answers.shift());
    const waits = [];
    const past = createPast(session, { token: { read: () => null }, later: (run, ms) => waits.push([run, ms]) });
    const again = async () => await waits.shift()[0]();
    await past.ask("a");
    assert.equal(waits[0][1], 7000);
    await again();
    assert.equal(waits[0][1], 60_000);
    await again();
    assert.deepEqual(session.fleet.host("a").probe("top").history.points.length, 2);
    await past.ask("a");
    assert.equal(answers.length, 1, "what came is not asked for again");
    await past.ask("b");
    assert.equal(await again(), false, "nobody looks at it any more");
});
