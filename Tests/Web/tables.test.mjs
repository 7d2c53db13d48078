import assert from "node:assert/strict";
import { test } from "node:test";
import { closingRows, matchingRows, processRows } from "../../web/src/model/tables/processes.js";
import { connectionRows, listenerRows } from "../../web/src/model/tables/sockets.js";
import { flipped, inPlace, sorted } from "../../web/src/model/tables/rowOrder.js";
import { netstat, top } from "./samples.mjs";

const order = (rows, key, descending) => sorted(rows, { key, descending }, (row) => row.id).map((row) => row.id);

test("rows sort both ways, unknown values last in both", () => {
    const rows = [{ id: 1, v: 5 }, { id: 2, v: null }, { id: 3, v: 10 }, { id: 4, v: 1 }];
    assert.deepEqual(order(rows, "v", false), [4, 1, 3, 2]);
    assert.deepEqual(order(rows, "v", true), [3, 1, 4, 2]);
});

test("equal rows keep one order, whichever way they came", () => {
    const rows = [{ id: 3, v: 1 }, { id: 1, v: 1 }, { id: 2, v: 1 }];
    assert.deepEqual(order(rows, "v", true), [1, 2, 3]);
    assert.deepEqual(order([...rows].reverse(), "v", true), [1, 2, 3]);
});

test("text sorts as text, and mixed columns do not fail", () => {
    assert.deepEqual(order([{ id: 1, v: "b" }, { id: 2, v: "a" }, { id: 3, v: 7 }], "v", false), [3, 2, 1]);
});

test("a column starts with the order one wants of it and flips when chosen again", () => {
    const numeric = { key: "cpu", numeric: true };
    const text = { key: "name" };
    assert.deepEqual(flipped({ key: "name", descending: false }, numeric), { key: "cpu", descending: true });
    assert.deepEqual(flipped({ key: "cpu", descending: true }, numeric), { key: "cpu", descending: false });
    assert.deepEqual(flipped({ key: "cpu", descending: true }, text), { key: "name", descending: false });
});

test("processes and their closing rows sum to all CPU and memory", () => {
    const sample = top("a", 1);
    assert.equal(processRows(sample)[0].comm, "init");
    const [others, exited, total] = closingRows(sample);
    assert.deepEqual([others.count, others.cpuPct, others.rssKiB], [9, 1.5, 50]);
    assert.equal(exited.cpuPct, 1);
    assert.deepEqual([total.count, total.cpuPct, total.rssKiB], [10, 5, 150]);
    assert.equal(total.label, "total (max. 200 %)");
});

test("CPU time of no known process has its row and closes the total; older collectors do not tell it", () => {
    const others = { count: 9, cpuPct: 1.5, rssKiB: 50, exitedCpuPct: 1, unattributedCpuPct: 31 };
    const rows = Object.fromEntries(closingRows(top("a", 1, { others })).map((row) => [row.key, row]));
    assert.deepEqual([rows.unattributed.cpuPct, rows.unattributed.rssKiB, rows.total.cpuPct], [31, null, 36]);
    assert.deepEqual(closingRows(top("a", 1, { others: { ...others, unattributedCpuPct: 0 } })).map(({ key }) => key), ["others", "exited", "unattributed", "total"]);
    assert.deepEqual(closingRows(top("a", 1)).map(({ key }) => key), ["others", "exited", "total"]);
});

test("while a filter holds, the sum is of the rows that it keeps", () => {
    const sample = top("a", 1, { procs: {
        cols: ["pid", "cpuPct", "rssKiB", "rdBps", "wrBps"], rows: [[1, 2.5, 100, 10, null], [2, null, 5, null, null], [3, 50, 7, 1, 1]],
    } });
    const [total, ...more] = matchingRows(processRows(sample).slice(0, 2), sample);
    assert.deepEqual(more, []);
    assert.deepEqual([total.count, total.cpuPct, total.rssKiB, total.rdBps, total.wrBps], [2, 2.5, 105, 10, null]);
    assert.equal(total.label, "matching rows (max. 200 %)");
    assert.deepEqual([matchingRows([], sample)[0].count, matchingRows([], sample)[0].cpuPct], [0, 0]);
    assert.deepEqual(matchingRows([], null), []);
});

test("a first sample closes with unknown CPU, not with zero", () => {
    const rows = { cols: ["pid", "cpuPct", "rssKiB"], rows: [[1, null, 5]] };
    const total = closingRows(top("a", 1, { procs: rows, others: {} })).at(-1);
    assert.equal(total.cpuPct, null);
    assert.equal(total.rssKiB, 5);
});

test("connections join address and port, IPv6 in brackets, states in lower case", () => {
    const [row] = connectionRows(netstat("a", 1));
    assert.equal(row.local, "[::1]:80");
    assert.equal(row.remote, "10.0.0.1:5000");
    assert.equal(row.state, "time-wait");
});

for (const [sent, shown] of [
    ["timeWait", "time-wait"], ["TIME_WAIT", "time-wait"], ["finWait1", "fin-wait-1"], ["FIN_WAIT2", "fin-wait-2"],
    ["ESTABLISHED", "established"], ["close", "close"], [null, null], [7, 7],
]) {
    test(`the connection state ${sent} is shown as ${shown}`, () => {
        const conns = { cols: ["state"], rows: [[sent]] };
        assert.equal(connectionRows(netstat("a", 1, { conns }))[0].state, shown);
    });
}

test("tables of a sample that has none, or of no sample, are empty", () => {
    for (const sample of [null, {}, { procs: 5, conns: "x", listen: [] }]) {
        assert.deepEqual(processRows(sample), []);
        assert.deepEqual(connectionRows(sample), []);
        assert.deepEqual(listenerRows(sample), []);
    }
    assert.deepEqual(closingRows(null), []);
});

test("rows that are held keep their places, new ones come last, and what ended stays where it was", () => {
    const identity = (row) => row.id;
    const before = [{ id: 3, v: 9 }, { id: 1, v: 5 }, { id: 2, v: 4 }];
    const now = [{ id: 2, v: 8 }, { id: 4, v: 7 }, { id: 3, v: 1 }];
    const { rows, left } = inPlace(now, before, identity);
    assert.deepEqual(rows, [{ id: 3, v: 1 }, { id: 1, v: 5 }, { id: 2, v: 8 }, { id: 4, v: 7 }]);
    assert.deepEqual([...left], [1]);
    const again = inPlace([{ id: 1, v: 6 }], rows, identity);
    assert.deepEqual(again.rows.map(identity), [3, 1, 2, 4]);
    assert.deepEqual([...again.left], [3, 2, 4]);
});

test("of rows that ended while the order is held only so many stay", () => {
    const before = Array.from({ length: 500 }, (_, id) => ({ id }));
    const { rows, left } = inPlace([{ id: 499 }], before, (row) => row.id);
    assert.equal(left.size, 64);
    assert.deepEqual(rows.at(-1), { id: 499 });
    assert.equal(rows.length, 65);
});
