import assert from "node:assert/strict";
import { test } from "node:test";
import { fillTrends, fleetRequests, pointsOf } from "../../../web/src/model/hosts/columns.js";
import { Fleet } from "../../../web/src/model/hosts/fleet.js";
import { History } from "../../../web/src/model/hosts/history.js";
import { figuresOf, hasColumns, pathsOf } from "../../../web/src/model/hosts/pointColumns.js";
import { pointReaders } from "../../../web/src/model/hosts/points/index.js";
import { topVitals } from "../../../web/src/model/hosts/vitals.js";
import { netstat, T0, top } from "../samples.mjs";

const times = (history) => [...history.ring.times];

test("a point stands for a step that ends at its time, and never behind the newest sample", () => {
    const answer = { from: 1000, step: 1000 };
    const entry = { to: 3123, columns: [[1, null, 3], [], [7, null, null]] };
    assert.deepEqual(pointsOf(answer, entry), [{ t: 1999, values: [1, null, 7] }, { t: 3123, values: [3, null, null] }]);
    assert.deepEqual(pointsOf({}, entry), []);
    assert.deepEqual(pointsOf(answer, { columns: "x" }), []);
});

test("the cards of many hosts are asked for with fewer points, in two requests", () => {
    const few = fleetRequests(12, T0, 600_000);
    assert.deepEqual(few.map(({ probes, step, from, to }) => [probes, step, from, to]),
        [[["top"], 5000, T0 - 600_000, T0], [["netstat"], 5000, T0 - 600_000, T0]]);
    assert.equal(fleetRequests(60, T0, 600_000)[0].step, 10_000);
    assert.equal(fleetRequests(1, T0, 20_000)[0].step, 1000, "no shorter than a second");
});

test("columns fill the trends of cards before what came by itself, and no second twice", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 8), netstat("a", 8), top("a", 9)], 0);
    const answer = (probe, columns) => ({ from: T0, step: 1000, series: [{ host: "a", probe, to: T0 + 9000, columns }, { host: "b", probe }] });
    const { paths } = fleetRequests(1, T0, 1000)[0];
    assert.deepEqual(paths, ["cpu.idle", "cpu.iowait", "mem.available", "load.0"]);
    const idle = [10, 20, null, 40, 50, 60, 70, 80, 90, 95];
    assert.deepEqual([...fillTrends(fleet, answer("top", [idle, idle.map(() => 5), idle.map(() => 250), []]))], ["a"]);
    const { top: trend, net } = fleet.host("a").vitals;
    assert.deepEqual([...trend.times.slice(0, trend.length)], [...[0, 1, 2, 3, 4, 5, 6, 7].map((seq) => T0 + seq * 1000 + 999), T0 + 8000, T0 + 9000]);
    assert.deepEqual([...trend.values.cpu.slice(0, 4)], [85, 75, NaN, 55]);
    assert.equal(trend.values.memory[0], 75);
    assert.ok(Number.isNaN(trend.values.load[0]));
    fillTrends(fleet, answer("netstat", [[100], [30], [50], []]));
    assert.deepEqual([net.values.rx[0], net.values.tx[0]], [70, 50], "without the loopback");
    assert.deepEqual(trend.sparse, { until: T0 + 7999, stepMs: 1000 });
    assert.deepEqual([...fillTrends(fleet, null)], []);
});

test("every number that a host's charts need comes back from columns as a sample has it", () => {
    for (const [probe, sample] of [["top", top("a", 3, {
        tookUs: 5, psi: { cpu: { some: [1, 2, 3], full: [4, 5, 6] } },
        disks: { cols: ["name", "rdBps", "wrBps", "utilPct"], rows: [["vda", 1, 2, 3], ['s"d]a', 4, 5, 6]] },
    })], ["netstat", netstat("a", 3, {
        tookUs: 5, protoErrors: { TcpRetransSegs: 3, TcpExtListenDrops: 0, UdpInErrors: null },
        ifs: { cols: ["name", "rxBps", "txBps", "rxErrPerS", "txErrPerS", "rxDropPerS", "txDropPerS", "up"],
            rows: [["lo", 1, 1, 0, 0, 0, 0, true], ["eth0", 7, 8, 1, 2, 3, 4, true]] },
    })]]) {
        const requests = pathsOf(probe, sample);
        assert.ok(requests.every((paths) => paths.length <= 32));
        const answers = requests.map((paths) => ({
            paths, answer: { from: T0, step: 1000, series: [{ probe, to: T0 + 999, columns: paths.map(({ place }) => [read(sample, place)]) }] },
        }));
        const [{ t, sample: made }] = figuresOf(probe, answers);
        assert.equal(t, T0 + 999);
        assert.deepEqual(withoutNulls(pointReaders[probe](made)), withoutNulls(pointReaders[probe](sample)));
        if (probe === "top") assert.deepEqual(topVitals(made), topVitals(sample));
    }
    assert.equal(hasColumns("gpu"), false);
    assert.equal(hasColumns("toString"), false);
});

/** What the server finds at a place of a sample. */
function read(sample, place) {
    const [first, second, column] = place;
    if (typeof second !== "object") return place.reduce((at, part) => at?.[part], sample) ?? null;
    const { cols, rows } = sample[first];
    return rows.find((row) => row[cols.indexOf("name")] === second.row)[cols.indexOf(column)];
}

const withoutNulls = (point) => Object.fromEntries(Object.entries(point).filter(([, value]) => value !== null));

test("paths quote the names of devices, and leave out those that are down", () => {
    const sample = netstat("a", 1, { ifs: { cols: ["name", "up"], rows: [['a"b', true], ["down", false]] } });
    const paths = pathsOf("netstat", sample).flat().map(({ path }) => path);
    assert.ok(paths.includes('ifs[name="a\\"b"].rxBps'));
    assert.ok(!paths.some((path) => path.includes("down")));
    // One that an older collector wrote has it in `proto`.
    for (const path of ["protoErrors.TcpRetransSegs", "proto.TcpRetransSegs"]) assert.ok(paths.includes(path));
});

test("a past of an older and a newer collector is one line", () => {
    const requests = pathsOf("netstat", netstat("a", 3, {})).map((paths) => ({
        paths, answer: { from: T0, step: 1000, series: [{ probe: "netstat", to: T0 + 2999, columns: paths.map(({ path }) =>
            ({ "tcp.established": [4, 4, 4], "proto.TcpRetransSegs": [7, null, null], "protoErrors.TcpRetransSegs": [null, null, 5],
                "protoErrors.TcpExtListenDrops": [null, null, 0] })[path] ?? []) }] },
    }));
    const points = figuresOf("netstat", requests).map(({ sample }) => pointReaders.netstat(sample));
    assert.deepEqual(points.map(({ retrans }) => retrans), [7, 0, 5]);
    assert.deepEqual(points.map(({ listenDrops }) => listenDrops), [0, 0, 0]);
    assert.equal(points[2].udpErrors, null, "a newer one says of each what it knows");
});

test("a history takes points of columns where it has none, and gives them up for their samples", () => {
    const history = new History(5);
    history.put("x", 5000, { v: 5 });
    assert.equal(history.fill(3999, 1000, { v: 3 }), true);
    assert.equal(history.fill(2999, 1000, { v: 2 }), true);
    assert.equal(history.fill(6999, 1000, { v: 5.5 }), true);
    assert.equal(history.fill(5400, 1000, { v: 9 }), false, "a sample stands in that second");
    assert.equal(history.fill(3500, 1000, { v: 9 }), false, "a point of another column does");
    assert.deepEqual(times(history), [2999, 3999, 5000, 6999]);
    assert.equal(history.newestId, null);
    assert.equal(history.put("y", 3850, { v: 3.5 }), true);
    assert.deepEqual(times(history), [2999, 3850, 5000, 6999]);
    assert.equal(history.ring.at("v", 1), 3.5);
    history.settle("z", 2100);
    assert.deepEqual([times(history)[0], history.ring.at("v", 0), history.timeOf("z")], [2100, 2, 2100]);
    history.settle("w", 4000);
    assert.equal(history.length, 4, "of a second without a point nothing is known");
    history.dropAfter(5000);
    assert.deepEqual(times(history), [2100, 3850, 5000]);
    assert.equal(history.remove("y"), true);
    assert.deepEqual(times(history), [2100, 5000]);
});

test("a full history takes no older points, and forgets points and samples alike", () => {
    const history = new History(4);
    for (const t of [1999, 2999]) history.fill(t, 1000, { v: 1 });
    for (const t of [4000, 5000]) history.put(`${t}`, t, { v: 2 });
    assert.equal(history.fill(999, 1000, { v: 1 }), false);
    for (const t of [6000, 7000, 8000]) history.put(`${t}`, t, { v: 2 });
    assert.deepEqual(times(history), [5000, 6000, 7000, 8000]);
    assert.equal(history.timeOf("4000"), undefined);
});

test("a history knows until when it lacks something", () => {
    const history = new History(10);
    assert.equal(history.lackingUntil(0, 3000), null, "without a sample nobody knows the probe");
    for (const seq of [10, 11, 12, 20, 21]) history.put(`${seq}`, seq * 1000, {});
    assert.equal(history.lackingUntil(20_000, 3000), null);
    assert.equal(history.lackingUntil(11_000, 3000), 20_000, "a hole");
    history.put("16", 16_000, {});
    history.put("14", 14_000, {});
    history.put("18", 18_000, {});
    assert.equal(history.lackingUntil(0, 3000), 10_000, "before the first");
    assert.equal(history.lackingUntil(9000, 3000), null);
});
