import assert from "node:assert/strict";
import { test } from "node:test";
import { Fleet } from "../../web/src/model/hosts/fleet.js";
import { emptiness, momentOf } from "../../web/src/model/view/shownTime.js";
import { ProcessHistory, sparkSpan } from "../../web/src/model/tables/processHistory.js";
import { KEPT_OTHERS, KEPT_SHOWN, SampleStore } from "../../web/src/model/hosts/sampleStore.js";
import { clock, netstat, T0, top } from "./samples.mjs";

const at = (seq) => T0 + seq * 1000;
const always = () => true;

function fleetOf(seqs, { budget, shown = "a", name = "a" } = {}) {
    const fleet = new Fleet({ store: new SampleStore({ budget }) });
    fleet.store.show(shown);
    fleet.append(seqs.map((seq) => top(name, seq)), 0);
    return fleet;
}
const moment = (fleet, t, name = "a") => momentOf(fleet.store, fleet.host(name), "top", t);

test("the tables show the sample at the moment, or the last before it", () => {
    const fleet = fleetOf([1, 2, 3]);
    assert.equal(moment(fleet, at(2)).sample.seq, 2);
    assert.equal(moment(fleet, at(2) + 999).sample.seq, 2);
    assert.equal(moment(fleet, at(2) - 1).sample.seq, 1);
    assert.equal(moment(fleet, at(2)).state, "past");
    assert.equal(moment(fleet, null).sample.seq, 3);
    assert.equal(moment(fleet, null).state, "live");
});

test("a sample put away as text comes back the same", () => {
    const fleet = fleetOf([1, 2]);
    const before = structuredClone(moment(fleet, at(1)).sample);
    fleet.store.compact(always);
    assert.deepEqual(moment(fleet, at(1)).sample, before);
});

test("before the first sample there is nothing, and that is said", () => {
    const found = moment(fleetOf([5]), at(1));
    assert.deepEqual([found.sample, found.state], [null, "none"]);
    assert.match(emptiness(found), /that old/);
    assert.match(emptiness(found, { count: 0 }), /in this range/);
    assert.equal(emptiness(found, { count: 3 }), "", "the range has some, if not at its end");
});

test("in a hole the last sample before it is shown and marked", () => {
    const found = moment(fleetOf([1, 30]), at(20));
    assert.deepEqual([found.sample.seq, found.state], [1, "gap"]);
});

test("of the shown host more is kept; beyond that the table is lost, and that is said", () => {
    const fleet = fleetOf(Array.from({ length: 700 }, (_, i) => i));
    assert.equal(fleet.store.count, KEPT_SHOWN);
    const other = fleetOf(Array.from({ length: 700 }, (_, i) => i), { shown: "else" });
    assert.equal(other.store.count, KEPT_OTHERS);
    const found = moment(other, at(400));
    assert.deepEqual([found.sample, found.state], [null, "lost"]);
    assert.match(emptiness(found), /no longer kept/);
});

test("a second whose table alone has left is not shown as the one before it", () => {
    const fleet = fleetOf([1, 2, 3]);
    fleet.store.remove("a", "top", "a:top:1:2");
    assert.equal(moment(fleet, at(2)).state, "lost");
    assert.equal(moment(fleet, at(1)).state, "past");
});

test("over all hosts a budget of bytes holds, others leave before the host shown, the oldest first", () => {
    const fleet = fleetOf(Array.from({ length: 300 }, (_, i) => i), { budget: 100_000 });
    assert.equal(moment(fleet, at(10)).state, "lost");
    fleet.store.compact(always);
    const kept = fleet.store.count;
    fleet.append(Array.from({ length: 50 }, (_, i) => top("b", 300 + i)), 0);
    fleet.store.compact(always);
    assert.ok(fleet.store.bytes <= 100_000);
    assert.equal(moment(fleet, at(299)).sample.seq, 299, "the host shown keeps its own");
    assert.ok(fleet.store.count >= kept);
});

test("what is gone is not shown again", () => {
    const fleet = fleetOf([1, 2, 3]);
    fleet.drop({ ids: ["a:top:1:2"] });
    assert.equal(moment(fleet, at(2)).sample.seq, 1);
    fleet.drop({ keys: ["sa:{a}:top"] });
    assert.equal(fleet.store.count, 0);
    assert.equal(fleet.store.bytes, 0);
});

test("a clock set back drops what had not been yet, and is counted; a late sample is not one", () => {
    const fleet = fleetOf([1, 2, 3]);
    fleet.append([top("a", 4, { t: at(1) + 500 })], 0);
    assert.deepEqual([...fleet.host("a").probe("top").history.ring.times], [at(1), at(1) + 500]);
    assert.equal(fleet.host("a").probe("top").latest.seq, 4);
    assert.equal(fleet.faults.clockSteps, 1);
    assert.equal(moment(fleet, at(9)).sample.seq, 4);
    const late = fleetOf([1, 4, 2]);
    assert.equal(late.faults.clockSteps, 0);
});

test("the card of a host whose clock was set back goes on with what it sends now", () => {
    const cpu = (seq, t, idle) => top("a", seq, { t, cpu: { idle } });
    const net = (seq, t, rx) => netstat("a", seq, { t, ifs: { cols: ["name", "rxBps", "txBps"], rows: [["eth0", rx, 1]] } });
    const fleet = new Fleet();
    fleet.append([cpu(1, at(3600), 60), net(1, at(3600), 10), cpu(2, at(3601), 60), net(2, at(3601), 10)], 0);
    fleet.append([cpu(3, at(1), 20), net(3, at(1), 70), cpu(4, at(2), 10), net(4, at(2), 80)], 2000);
    const { now, top: trend, net: trendOfNet } = fleet.host("a").vitals;
    assert.deepEqual([now.cpu, now.rx], [90, 80]);
    assert.deepEqual([...trend.times.slice(0, trend.length)], [at(1), at(2)]);
    assert.equal(trendOfNet.newest, at(2));
});

const ofRun = (run, make, seq, t, fields) => make("a", seq, { id: `a:${make.name}:${run}:${seq}`, t, ...fields });
/** Samples of one run at once, at a second by the page's clock: `[cpu, rx]` as the card has them afterwards. */
function send(fleet, run, { seconds, from = 1, idle, rx, now, flags = [] }) {
    const ifs = { cols: ["name", "rxBps", "txBps"], rows: [["eth0", rx, 1]] };
    for (const [i, second] of seconds.entries()) {
        fleet.append([
            ofRun(run, top, from + i, at(second), { cpu: { idle }, flags }), ofRun(run, netstat, from + i, at(second) + 3, { ifs, flags }),
        ], now + i * 1000);
    }
    const { vitals } = fleet.host("a");
    return [vitals.now.cpu, vitals.now.rx];
}

test("a collector started anew after the clock was set back is followed, wherever its run says it began", () => {
    for (const run of ["0", "2"]) {
        const fleet = new Fleet();
        fleet.store.show("a");
        send(fleet, "1", { seconds: [3600, 3601, 3602], idle: 60, rx: 10, now: 0 });
        // The earlier run is heard no more only after three intervals.
        assert.deepEqual(send(fleet, run, { seconds: [1, 2, 3, 4, 5, 6], idle: 10, rx: 80, now: 4000 }), [90, 80]);
        const host = fleet.host("a");
        assert.deepEqual([host.vitals.top.newest, host.vitals.net.newest], [at(6), at(6) + 3]);
        assert.equal(host.timeAt(9000), at(6) + 3);
        assert.equal(moment(fleet, null).sample.seq, 6);
        assert.equal(fleet.store.times("a", "top").at(-1), at(6));
    }
});

test("two collectors of one name do not wipe out each other's samples, and what waited sets no clock back", () => {
    const fleet = new Fleet();
    for (let second = 1; second <= 30; second += 1) {
        send(fleet, "1", { seconds: [3600 + second], from: second, idle: 60, rx: 10, now: second * 1000 });
        send(fleet, "2", { seconds: [second], from: second, idle: 10, rx: 80, now: second * 1000 + 500 });
    }
    assert.equal(fleet.host("a").probe("top").history.length, 60);
    const late = new Fleet();
    send(late, "2", { seconds: [3600], idle: 60, rx: 10, now: 0 });
    assert.deepEqual(send(late, "1", { seconds: [1, 2, 3], idle: 10, rx: 80, now: 60_000, flags: ["backfill"] }), [40, 10]);
});

test("where the collector takes its samples of the future out of Redis, the card goes on at once", () => {
    const fleet = new Fleet();
    send(fleet, "1", { seconds: Array.from({ length: 200 }, (_, i) => 1000 + i), idle: 60, rx: 10, now: 0 });
    // Two minutes back: what was before that stays.
    const gone = (make) => Array.from({ length: 200 }, (_, i) => i + 1).filter((seq) => seq > 85).map((seq) => `a:${make.name}:1:${seq}`);
    fleet.drop({ ids: [...gone(top), ...gone(netstat)] });
    assert.deepEqual(send(fleet, "2", { seconds: [1090], idle: 10, rx: 80, now: 201_000 }), [90, 80]);
    const { vitals } = fleet.host("a");
    assert.deepEqual([vitals.top.newest, vitals.net.newest], [at(1090), at(1090) + 3]);
});

test("a probe that a new run has no more does not hold the host's time in the future", () => {
    const fleet = new Fleet();
    fleet.append([clock("a", 3600)], 0);
    send(fleet, "1", { seconds: [3600, 3601], idle: 60, rx: 10, now: 0 });
    send(fleet, "2", { seconds: [1, 2, 3, 4, 5], idle: 10, rx: 80, now: 4000 });
    assert.equal(fleet.host("a").timeAt(8000), at(5) + 3);
});

test("a probe that the page does not know follows a clock that was set back, in the same run and in another", () => {
    const own = (run, seq, t) => ({ id: `a:own:${run}:${seq}`, host: "a", probe: "own", t, seq, intervalMs: 1000, flags: [], n: seq });
    const fleet = new Fleet();
    fleet.append([own(1, 1, at(3600)), own(1, 2, at(1))], 0);
    assert.equal(fleet.host("a").probe("own").latest.n, 2);
    fleet.append([own(1, 3, at(7200))], 1000);
    fleet.append([own(2, 9, at(5))], 9000);
    assert.equal(fleet.host("a").probe("own").latest.n, 9);
    assert.deepEqual(fleet.host("a").probe("own").history.points.map(({ t }) => t), [at(1), at(5)]);
});

test("the sparklines of processes forget the time that a clock set back has not come to", () => {
    const fleet = fleetOf([3600, 3601]);
    const history = new ProcessHistory(fleet.store);
    history.show("a");
    history.update();
    fleet.append([top("a", 3602, { t: at(1) })], 0);
    history.update();
    assert.deepEqual([...history.times], [at(1)]);
});

test("ten thousand samples at once leave a bounded page that shows the newest", () => {
    const fleet = fleetOf(Array.from({ length: 10_000 }, (_, i) => i));
    fleet.store.compact(always);
    assert.equal(fleet.host("a").probe("top").history.length, 600);
    assert.equal(fleet.store.count, KEPT_SHOWN);
    assert.equal(moment(fleet, null).sample.seq, 9999);
});

test("what is no sample is counted, and the next one is taken", () => {
    const fleet = new Fleet();
    fleet.append([null, 7, "x", [], { t: "1" }, { t: 1 }, { id: "q", t: -5 }, { id: "a:top:1:1", t: 1e300 }, top("a", 1)], 0);
    fleet.append("nonsense", 0);
    assert.equal(fleet.faults.samples, 9);
    assert.equal(fleet.hosts.length, 1);
});

test("samples whose every field is of a wrong type are taken for what they say, and counted", () => {
    const fleet = new Fleet();
    const wrong = { cpu: 5, cpus: "x", load: { a: 1 }, mem: [1], psi: 7, disks: { cols: 5, rows: [1, "x"] }, procs: "none", flags: 3, intervalMs: {} };
    fleet.append([top("a", 1, wrong)], 0);
    assert.equal(moment(fleet, null).sample.seq, 1);
    assert.equal(fleet.faults.rows, 2);
});

test("each process has its CPU over time, from samples kept before and after it was asked for", () => {
    const procs = (...rows) => ({ procs: { cols: ["pid", "start", "cpuPct"], rows } });
    const fleet = new Fleet();
    fleet.store.show("a");
    fleet.append([top("a", 1, procs([1, 7, 10])), top("a", 2, procs([1, 7, 20], [2, 8, 5]))], 0);
    fleet.store.compact(always);
    const history = new ProcessHistory(fleet.store);
    history.show("a");
    history.update();
    fleet.append([top("a", 3, procs([2, 8, 6]))], 0);
    history.update();
    assert.deepEqual([...history.column("1:7")], [10, 20, NaN]);
    assert.deepEqual([...history.column("2:8")], [NaN, 5, 6]);
    assert.equal(history.column("3:1"), null);
});

test("a tab that is hidden for hours, where nothing is read, keeps no list of samples that left", () => {
    const store = new SampleStore();
    for (let seq = 0; seq < 20_000; seq += 1) {
        const sample = top("a", seq);
        store.keep("a", "top", sample.id, sample.t, sample);
    }
    assert.equal(store.count, KEPT_SHOWN);
    assert.ok(store.waiting <= 2 * KEPT_SHOWN + 1001, `${store.waiting} wait`);
    store.compact(always);
    assert.equal(store.waiting, 0);
    assert.equal(store.at("a", "top", Infinity).sample.seq, 19_999);
});

test("the small lines of processes reach over the time shown, or over what is held of it", () => {
    const minute = 60_000;
    const times = [at(0), at(60), at(120)];
    const to = at(120);
    assert.deepEqual(sparkSpan(times, [to - 2 * minute, to]), { edges: [at(0), to], isWhole: true });
    assert.deepEqual(sparkSpan(times, [to - 10 * minute, to]), { edges: [at(0), to], isWhole: false });
    assert.deepEqual(sparkSpan([at(110)], [to - 10 * minute, to]), { edges: [to - minute, to], isWhole: false });
    assert.deepEqual(sparkSpan([at(110)], [to - 30_000, to]), { edges: [to - 30_000, to], isWhole: true });
    // Nothing of it is held.
    assert.deepEqual(sparkSpan(times, [at(-600), at(-300)]), { edges: [at(-600), at(-300)], isWhole: true });
    assert.deepEqual(sparkSpan([], [at(0), to]), { edges: [at(0), to], isWhole: true });
});

test("a clock that was set back is behind at once, and its samples are not late", () => {
    const fleet = new Fleet();
    const second = (run, seq, t, now, serverNow) => fleet.append([ofRun(run, top, seq, t)], now, serverNow);
    for (let i = 0; i < 30; i += 1) second("1", i, at(3600 + i), 1000 * i, at(3600 + i) + 20);
    second("1", 30, at(30), 30_000, at(3630) + 20);
    const { path } = fleet.host("a");
    assert.equal(path.delayMs(30_000), 0);
    assert.ok(path.skewMs(30_000) >= 3_600_000);
});
