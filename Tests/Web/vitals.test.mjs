import assert from "node:assert/strict";
import { test } from "node:test";
import { MinuteMinimum, PaintDelay, skewWords, PathDelay } from "../../web/src/model/link/delays.js";
import { flagWords } from "../../web/src/model/hosts/flags.js";
import { Fleet } from "../../web/src/model/hosts/fleet.js";
import { Announcer } from "../../web/src/model/session.js";
import { closingRows } from "../../web/src/model/tables/processes.js";
import { netVitals, topVitals, Trend, Vitals, worstProcess } from "../../web/src/model/hosts/vitals.js";
import { netstat, T0, top } from "./samples.mjs";

test("the least value of the last minute is known, older ones are forgotten", () => {
    const least = new MinuteMinimum();
    assert.equal(least.value(0), null);
    least.put(5, 0);
    least.put(9, 30_000);
    assert.equal(least.value(59_000), 5);
    assert.equal(least.value(70_000), 9);
    assert.equal(least.value(200_000), null);
});

test("a clock ahead or behind is told from a slow path", () => {
    const of = (differences) => {
        const delay = new PathDelay();
        differences.forEach((difference, i) => delay.put(difference, i * 1000));
        return delay;
    };
    const slow = of([12, 400, 30]);
    assert.deepEqual([slow.skewMs(3000), slow.delayMs(3000)], [0, 30]);
    const ahead = of([-4990, -4980]);
    assert.deepEqual([ahead.skewMs(2000), ahead.delayMs(2000)], [-4990, 10]);
    const behind = of([7_200_003, 7_200_053]);
    assert.deepEqual([behind.skewMs(2000), behind.delayMs(2000)], [7_200_003, 50]);
    assert.deepEqual([of([-20, -5]).skewMs(2000), of([-20, -5]).delayMs(2000)], [0, 15], "a few ms are no skew");
    assert.equal(new PathDelay().delayMs(0), null);
    assert.equal(of([NaN, undefined]).delayMs(0), null);
    assert.equal(skewWords(-4990), "clock 5.0\u202fs ahead");
    assert.equal(skewWords(7_200_003), "clock 2\u202fh 00\u202fm behind");
    assert.equal(skewWords(0), "");
});

test("the fleet notes how samples come, but not of those sent late", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 0)], 0, T0 + 40);
    fleet.append([top("a", 1, { flags: ["backfill"] })], 1000, T0 + 90_000);
    assert.equal(fleet.host("a").path.delayMs(1000), 40);
    fleet.append([top("a", 2)], 2000);
    assert.equal(fleet.host("a").path.delayMs(2000), 40);
});

test("painting counts from the first sample that waits", () => {
    const delay = new PaintDelay();
    delay.painted(5);
    assert.equal(delay.lastMs, null);
    delay.arrived(10);
    delay.arrived(20);
    delay.painted(26);
    delay.painted(90);
    assert.equal(delay.lastMs, 16);
});

test("a reader hears at most one message in five seconds, the newest", () => {
    const announcer = new Announcer();
    assert.equal(announcer.due(0), null);
    announcer.say("a");
    assert.equal(announcer.due(0), "a");
    announcer.say("b");
    announcer.say("c");
    assert.equal(announcer.due(4999), null);
    assert.equal(announcer.due(5000), "c");
    assert.equal(announcer.due(99_000), null);
});

test("flags are told in words, unknown ones as they are", () => {
    assert.deepEqual(flagWords({ flags: ["partial", "x<y"] }, { flags: ["partial"] }, null, { flags: 7 }), ["a source failed", "x<y"]);
    assert.deepEqual(flagWords({ flags: ["constructor", 5, ""] }), ["constructor"]);
    assert.deepEqual(flagWords({ flags: ["clock-step"], lost: 3 }, { lost: 2 }, { lost: "x" }, { lost: -1 }), ["clock was set", "5 samples lost"]);
});

test("a trend keeps the newest readings by time, each time once, unknown as NaN", () => {
    const trend = new Trend(["v"]);
    for (const [t, v] of [[3, 30], [1, 10], [2, 20], [3, 99], [5, null]]) trend.put(t, { v });
    assert.deepEqual([...trend.times.slice(0, trend.length)], [1, 2, 3, 5]);
    assert.deepEqual([...trend.values.v.slice(0, trend.length)], [10, 20, 30, NaN]);
    for (let t = 6; t < 1000; t += 1) trend.put(t, { v: t });
    assert.equal(trend.length, 600);
    assert.equal(trend.newest, 999);
    trend.put(900.5, { v: 1 });
    assert.deepEqual([...trend.times.slice(498, 503)], [899, 900, 900.5, 901, 902]);
    trend.put(1, { v: 1 });
    assert.equal(trend.length, 600);
});

test("vitals are a host's newest figures, whatever a late or odd sample says", () => {
    const vitals = new Vitals();
    vitals.take("top", top("a", 2, { tookUs: 5000, load: [2] }), 2000);
    vitals.take("netstat", netstat("a", 2, { tookUs: 1000 }), 2000);
    vitals.take("top", top("a", 1, { load: [9] }), 1000);
    assert.deepEqual([Math.round(vitals.now.cpu), vitals.now.memory, vitals.now.load, vitals.now.cpus], [35, 50, 2, 2]);
    assert.deepEqual([vitals.now.rx, vitals.now.tx], [2048, 1024], "the loopback does not count");
    assert.deepEqual(vitals.cost, { us: 6000, percent: 0.6 });
    vitals.take("top", { cpu: 7, mem: "x", load: {}, cpus: 3 }, 3000);
    assert.equal(vitals.now.cpu, null);
    assert.deepEqual(netVitals({ ifs: { cols: ["name", "rxBps", "txBps", "up"], rows: [["a", -5, 9, true], ["b", 3, 3, false], 7] } }), { rx: null, tx: 9, retrans: null });
});

test("the worst process is the busiest, none where nothing is busy", () => {
    const procs = { cols: ["pid", "comm", "cpuPct"], rows: [[1, "a", 3], [2, "b", 70], [3, null, "x"]] };
    assert.deepEqual(worstProcess({ procs }), { pid: 2, name: "b", cpuPct: 70 });
    assert.equal(worstProcess({ procs: { cols: ["pid"], rows: [[1]] } }), null);
    assert.equal(worstProcess(null), null);
});

test("a fleet's order knows waiting, swap, pressure, disks and what was sent again; what is not told is null", () => {
    const told = topVitals({
        cpu: { idle: 50, iowait: 20 }, mem: { total: 100, available: 50, swapTotal: 200, swapFree: 150 },
        psi: { cpu: { some: [3, 0, 0] }, memory: { some: [1, 0, 0], full: [7.5, 0, 0] }, io: { some: ["x"], full: [-1] } },
        disks: { cols: ["name", "utilPct"], rows: [["a", 12], ["b", 99.5], ["c", null]] },
    });
    assert.deepEqual([told.iowait, told.swap, told.pressure, told.disk], [20, 25, 7.5, 99.5]);
    const nothing = topVitals({ mem: { swapTotal: 0, swapFree: 0 }, psi: 7, disks: [] });
    assert.deepEqual([nothing.iowait, nothing.swap, nothing.pressure, nothing.disk], [null, null, null, null]);
    assert.equal(netVitals({ protoErrors: { TcpRetransSegs: 0.5 } }).retrans, 0.5);
    for (const told of [null, {}, { TcpRetransSegs: null }, { TcpRetransSegs: -1 }]) assert.equal(netVitals({ protoErrors: told }).retrans, null);
    // Of an older collector.
    assert.equal(netVitals({ proto: { TcpRetransSegs: 4 } }).retrans, 4);
    assert.equal(netVitals({ proto: {} }).retrans, 0);
    for (const sample of [{}, { proto: null }, { proto: {}, flags: ["first"] }, { proto: { TcpRetransSegs: "x" } }]) assert.equal(netVitals(sample).retrans, null);
});

test("the CPUs of a host are those online, also where the share of each is a detail", () => {
    const share = [20, 0, 10, 70, 0, 0, 0, 0, 0];
    assert.equal(topVitals(top("a", 1, { cpus: [share, null, share] })).cpus, 2);
    assert.equal(topVitals(top("a", 1, { cpus: undefined, cpusOnline: 64, details: ["cpus", "procs"] })).cpus, 64);
    assert.equal(topVitals(top("a", 1, { cpus: [share, null, share], cpusOnline: 3 })).cpus, 3, "one that came just now has no share yet");
    assert.match(closingRows(top("a", 1, { cpus: [share, null] })).at(-1).label, /max. 100 %/);
});
