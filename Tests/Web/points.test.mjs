import assert from "node:assert/strict";
import { test } from "node:test";
import { Faults } from "../../web/src/model/read.js";
import { gapBefore, nearest } from "../../web/src/model/hosts/history.js";
import { clockPoint } from "../../web/src/model/hosts/points/clock.js";
import { netstatPoint } from "../../web/src/model/hosts/points/netstat.js";
import { topPoint } from "../../web/src/model/hosts/points/top.js";
import { sum, tableRows } from "../../web/src/model/read.js";
import { clock, netstat, top } from "./samples.mjs";

test("memory closes to its total: used, buffers, cached, free", () => {
    const point = topPoint(top("a", 1));
    assert.equal(point.cached, 300 + 40 - 30);
    assert.equal(point.used + point.buffers + point.cached + point.free, 1000);
    assert.equal(point.swapUsed, 25);
});

test("busy is what is neither idle nor waiting for a disk", () => {
    assert.equal(topPoint(top("a", 1)).busy, 35);
});

test("a first sample has no rates: every rate is null, never zero", () => {
    const point = topPoint(top("a", 1, { cpu: null, mem: undefined, load: "?" }));
    for (const [name, value] of Object.entries(point)) if (!name.startsWith("core:")) assert.equal(value, null, name);
    const ifs = { cols: ["name", "rxBps", "txBps"], rows: [["eth0", null, null]] };
    const idle = netstatPoint(netstat("a", 1, { tcp: null, ifs }));
    assert.equal(idle.established, null);
    assert.equal(idle.opening, null);
    assert.equal(idle["if:eth0:rx"], null);
    assert.equal(idle.rx, null);
});

test("an interface that is down is left out", () => {
    const rows = [["eth0", 1, 2, true], ["ifb0", 0, 0, false], ["x", 0, 0, null]];
    const ifs = { cols: ["name", "rxBps", "txBps", "up"], rows };
    const point = netstatPoint(netstat("a", 1, { ifs }));
    assert.equal(point["if:eth0:tx"], 2);
    assert.equal("if:x:rx" in point, true);
    assert.equal("if:ifb0:rx" in point, false);
});

test("TCP states are grouped for the chart and kept one by one", () => {
    const point = netstatPoint(netstat("a", 1));
    assert.equal(point.opening, 3);
    assert.equal(point.closing, 2);
    assert.equal(point["tcp:closeWait"], 5);
});

test("a sum is null only when nothing is known", () => {
    assert.equal(sum(null, null), null);
    assert.equal(sum(null, 2), 2);
    assert.equal(sum(), null);
});

test("tables are read by column name in any order, absent columns as null", () => {
    const table = { cols: ["b", "extra", "a"], rows: [[1, 2, 3], "no row", [4]] };
    assert.deepEqual(tableRows(table, ["a", "b", "c"]), [{ a: 3, b: 1, c: null }, { a: null, b: 4, c: null }]);
    assert.deepEqual(tableRows(null, ["a"]), []);
    assert.deepEqual(tableRows({ cols: 5, rows: {} }, ["a"]), []);
});

test("cells that are neither number nor text nor truth read as null", () => {
    const table = { cols: ["a"], rows: [[{}], [[1]], [Infinity], ["x"], [true]] };
    assert.deepEqual(tableRows(table, ["a"]).map((row) => row.a), [null, null, null, "x", true]);
});

test("each CPU, each disk and each pressure has its own number", () => {
    const psi = { cpu: { some: [12, 1, 1], full: [0, 0, 0] }, memory: null, io: { some: "x" } };
    const disks = { cols: ["name", "rdBps", "wrBps", "utilPct"], rows: [["vda", 10, 20, 3], ["vdb", 1, null, 90]] };
    const point = topPoint(top("a", 1, { psi, disks }));
    assert.deepEqual([point["core:0"], point["core:1"]], [35, 35]);
    assert.deepEqual([point["disk:vda:rd"], point["disk:vdb:wr"], point.diskRd, point.diskWr, point.diskUtil], [10, null, 11, 20, 90]);
    assert.deepEqual([point.psiCpuSome, point.psiCpuFull, point.psiMemorySome, point.psiIoSome], [12, 0, null, null]);
});

test("what tells of loss is as it was sent, and unknown where it was not", () => {
    const read = (fields) => {
        const { retrans, listenDrops, udpErrors } = netstatPoint(netstat("a", 1, fields));
        return [retrans, listenDrops, udpErrors];
    };
    const protoErrors = { TcpRetransSegs: 3, TcpExtListenDrops: 0, UdpInErrors: null };
    assert.deepEqual(read({ protoErrors }), [3, 0, null]);
    assert.deepEqual(read({ protoErrors, proto: { TcpRetransSegs: 99, UdpInErrors: 9 } }), [3, 0, null], "also with its details");
    assert.deepEqual(read({ protoErrors: null, proto: null }), [null, null, null]);
    assert.deepEqual(read({ details: ["proto"] }), [null, null, null], "a collector that tells of none apart");
    for (const odd of ["x", 7, [1]]) assert.deepEqual(read({ protoErrors: odd, proto: { TcpRetransSegs: 2 } }), [2, 0, 0]);
    const faults = new Faults();
    netstatPoint(netstat("a", 1, { protoErrors: { TcpRetransSegs: -1, TcpExtListenDrops: "x" } }), faults);
    assert.equal(faults.values, 2);
});

test("counters of an older collector that did not move stand at zero, unless nothing could be read", () => {
    assert.equal(netstatPoint(netstat("a", 1, { proto: { TcpRetransSegs: 3 } })).retrans, 3);
    assert.equal(netstatPoint(netstat("a", 1, { proto: {} })).retrans, 0);
    assert.equal(netstatPoint(netstat("a", 1, { proto: {}, flags: ["first"] })).retrans, null);
    assert.equal(netstatPoint(netstat("a", 1, { proto: undefined })).retrans, null);
});

test("the loopback's bytes are not the machine's, though its drops are", () => {
    const ifs = { cols: ["name", "rxBps", "txBps", "rxDropPerS"], rows: [["lo", 10, 10, 1], ["eth0", 2048, 1024, 2]] };
    const point = netstatPoint(netstat("a", 1, { ifs }));
    assert.deepEqual([point.rx, point.tx, point.ifDrops], [2048, 1024, 3]);
});

for (const bad of [-1, 1e300, "7", {}, [], true, NaN]) {
    test(`a value of ${JSON.stringify(bad) ?? bad} is no reading and is counted`, () => {
        const faults = new Faults();
        const point = topPoint(top("a", 1, { load: [bad, 1, 1], cpu: { user: bad }, mem: { free: bad } }), faults);
        assert.deepEqual([point.load1, point.user, point.free], [null, null, null]);
        assert.equal(faults.values, 3);
        assert.match(faults.words, /3 invalid values/);
    });
}

test("what is missing or null is no fault", () => {
    const faults = new Faults();
    topPoint({ cpu: null, load: [null], psi: undefined }, faults);
    netstatPoint({ ifs: { cols: ["name"], rows: [["eth0"]] } }, faults);
    assert.equal(faults.total, 0);
});

test("a hole in time is one longer than three intervals", () => {
    const times = Float64Array.of(0, 3000, 6001);
    assert.deepEqual([0, 1, 2].map((i) => gapBefore(times, i, 3000)), [false, false, true]);
});

test("the nearest row within reach is found, none beyond it or past the end", () => {
    const times = Float64Array.of(0, 1000, 5000);
    assert.equal(nearest(times, 1400, 1500), 1);
    assert.equal(nearest(times, 700, 1500), 1);
    assert.equal(nearest(times, 3000, 1500), -1);
    assert.equal(nearest(times, 4900, 1500, 2), -1);
    assert.equal(nearest(new Float64Array(0), 5, 10), -1);
});

test("a clock keeps whether it is held as a number, and an offset below zero", () => {
    const { synced, offset, estError, maxError, speed } = clockPoint(clock("a", 1));
    assert.deepEqual([synced, offset, estError, maxError, speed], [1, -1.5, 17, 25_000, -12.5]);
    assert.equal(clockPoint(clock("a", 1, { synchronised: false })).synced, 0);
    const faults = new Faults();
    const odd = clockPoint({ synchronised: "yes", offsetUs: "1", estErrorUs: -1, maxErrorUs: [], freqPpm: {} }, faults);
    assert.ok(Object.values(odd).every((value) => value === null));
    assert.equal(faults.values, 2);
});
