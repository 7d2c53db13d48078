import assert from "node:assert/strict";
import { test } from "node:test";
import { Fleet } from "../../web/src/model/hosts/fleet.js";
import { cpuPanel } from "../../web/src/model/panels/cpu.js";
import { networkPanel } from "../../web/src/model/panels/network.js";
import { sliceOf } from "../../web/src/model/panels/index.js";
import { csv, fileName, json, ofChart, ofTable } from "../../web/src/model/tables/exports.js";
import { netstat, T0, top } from "./samples.mjs";

for (const harm of ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]) {
    test(`the cell ${JSON.stringify(harm)} is no formula`, () => {
        assert.match(csv({ columns: ["a"], rows: [[harm]] }), /^a\r\n"?'/);
    });
}

test("numbers stay numbers, also below zero; unknown values are empty", () => {
    assert.equal(csv({ columns: ["a", "b", "c"], rows: [[-5, 0.25, null], [NaN, true, undefined]] }), "a,b,c\r\n-5,0.25,\r\n,true,\r\n");
});

test("commas, quotes and line ends are kept inside their cell", () => {
    assert.equal(csv({ columns: ["a"], rows: [['x,"y"\n']] }), 'a\r\n"x,""y""\n"\r\n');
});

test("JSON is one object a row", () => {
    assert.deepEqual(JSON.parse(json({ columns: ["a", "b"], rows: [[1], ["=x", 2]] })), [{ a: 1, b: null }, { a: "=x", b: 2 }]);
});

test("a chart leaves as what it shows between its edges", () => {
    const fleet = new Fleet();
    fleet.append([1, 2, 3, 4].map((seq) => top("a", seq)), 0);
    const domain = [T0 + 2000, T0 + 3000];
    const { columns, rows } = ofChart(cpuPanel(sliceOf(fleet.host("a").probe("top"), domain)), domain);
    assert.deepEqual(columns.slice(0, 3), ["time", "system", "user"]);
    assert.deepEqual(rows.map((row) => row.slice(0, 3)), [2, 3].map((seq) => [new Date(T0 + seq * 1000).toISOString(), 10, 20]));
});

test("a mirrored chart has both ways, and no hidden line", () => {
    const fleet = new Fleet();
    fleet.append([netstat("a", 1)], 0);
    const domain = [T0, T0 + 9000];
    const { columns, rows } = ofChart(networkPanel(sliceOf(fleet.host("a").probe("netstat"), domain)), domain);
    assert.deepEqual(columns, ["time", "eth0 received", "eth0 sent"]);
    assert.deepEqual(rows[0].slice(1), [2048, 1024]);
});

test("a table leaves with the columns shown, without pictures", () => {
    const table = ofTable([{ key: "pid" }, { key: "spark", spark() {} }, { key: "comm" }], [{ pid: 1, comm: "=x", more: 5 }]);
    assert.deepEqual(table, { columns: ["pid", "comm"], rows: [[1, "=x"]] });
});

test("file names carry host and time and nothing a file system takes amiss", () => {
    assert.equal(fileName("web-1", "cpu", Date.UTC(2025, 10, 21, 2, 6, 40), "csv"), "web-1-cpu-20251121-020640.csv");
    assert.equal(fileName("../<a b>/\u0000", "cpu", 0, "png"), "_a_b_-cpu-19700101-000000.png");
    assert.equal(fileName("", "cpu", 0, "png"), "host-cpu-19700101-000000.png");
});
