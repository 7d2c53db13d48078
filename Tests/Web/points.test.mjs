import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest, pointsSince, withGaps } from "../../web/src/model/history.js";
import { netstatPoint, topPoint } from "../../web/src/model/points.js";
import { sum, tableRows } from "../../web/src/model/read.js";
import { netstat, top } from "./samples.mjs";

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
    for (const [name, value] of Object.entries(point)) assert.equal(value, null, name);
    const ifs = { cols: ["name", "rxBps", "txBps"], rows: [["eth0", null, null]] };
    const idle = netstatPoint(netstat("a", 1, { tcp: null, ifs }));
    assert.equal(idle.established, null);
    assert.equal(idle.opening, null);
    assert.deepEqual(idle.interfaces, [{ name: "eth0", rx: null, tx: null }]);
});

test("an interface that is down is left out", () => {
    const rows = [["eth0", 1, 2, true], ["ifb0", 0, 0, false], ["x", 0, 0, null]];
    const ifs = { cols: ["name", "rxBps", "txBps", "up"], rows };
    assert.deepEqual(netstatPoint(netstat("a", 1, { ifs })).interfaces.map(({ name }) => name), ["eth0", "x"]);
});

test("TCP states are grouped for the chart and kept one by one", () => {
    const point = netstatPoint(netstat("a", 1));
    assert.equal(point.opening, 3);
    assert.equal(point.closing, 2);
    assert.equal(point.tcp.closeWait, 5);
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

test("a hole in time gets an empty point, an ordinary step does not", () => {
    const filled = withGaps([{ t: 0, v: 1 }, { t: 3000, v: 2 }, { t: 6001, v: 3 }], 3000);
    assert.deepEqual(filled.map((point) => point.v), [1, 2, undefined, 3]);
});

test("the visible points reach one beyond the left edge", () => {
    const points = [{ t: 1 }, { t: 2 }, { t: 3 }, { t: 4 }];
    assert.deepEqual(pointsSince(points, 3).map(({ t }) => t), [2, 3, 4]);
    assert.deepEqual(pointsSince(points, 9).map(({ t }) => t), [4]);
    assert.deepEqual(pointsSince([], 9), []);
});

test("the nearest point within reach is found, none beyond it", () => {
    const points = [{ t: 0 }, { t: 1000 }, { t: 5000 }];
    assert.equal(nearest(points, 1400, 1500).t, 1000);
    assert.equal(nearest(points, 3000, 1500), null);
});
