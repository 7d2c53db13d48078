import assert from "node:assert/strict";
import { test } from "node:test";
import { Fleet } from "../../web/src/model/hosts/fleet.js";
import { networkPanel } from "../../web/src/model/panels/network.js";
import { PANELS, sliceOf, visiblePoints } from "../../web/src/model/panels/index.js";
import { valueAt } from "../../web/src/model/panels/series.js";
import { byteTicks } from "../../web/src/model/panels/ticks.js";
import { clock, netstat, top } from "./samples.mjs";

const FOREVER = [0, 9e15];

function sliced(probeName, ...samples) {
    const fleet = new Fleet();
    fleet.append(samples, 0);
    return sliceOf(fleet.host("a").probe(probeName), FOREVER);
}

function described(id, ...samples) {
    const { probe, describe } = PANELS.find((panel) => panel.id === id);
    return describe(sliced(probe, ...samples));
}

const columnsOf = ({ up, down, values }) => (up ? [up, down] : [values]);

const network = (seq, ...rows) => netstat("a", seq, { ifs: { cols: ["name", "rxBps", "txBps"], rows } });

for (const { id } of PANELS) {
    test(`the ${id} panel is drawn from samples without a single reading`, () => {
        const nothing = { cpu: null, cpus: null, mem: null, load: null, tcp: null, ifs: null, psi: null, disks: null };
        const panel = described(id, top("a", 1, nothing), netstat("a", 1, nothing));
        assert.ok(panel.domain[1] > panel.domain[0]);
        assert.equal(typeof panel.headline(0), "string");
        const series = [...panel.series, ...(panel.legend ?? [])];
        for (const one of series) for (const values of columnsOf(one)) assert.equal(valueAt(values, 0), null);
    });

    test(`the ${id} panel is drawn without any sample at all`, () => {
        const { describe } = PANELS.find((panel) => panel.id === id);
        const panel = describe(sliceOf(null, FOREVER));
        assert.equal(typeof panel.headline(-1), "string");
        assert.ok(panel.domain[1] > panel.domain[0]);
    });
}

test("the CPU modes but idle are stacked, and the CPUs are counted", () => {
    const panel = described("cpu", top("a", 1));
    const stacked = panel.series.reduce((total, series) => total + series.values[0], 0);
    assert.equal(stacked, 40);
    assert.equal(panel.cores, 2);
    assert.match(panel.headline(0), /^35\.0/);
});

test("memory reaches to the total", () => {
    const panel = described("memory", top("a", 1));
    assert.deepEqual(panel.domain, [0, 1000]);
    assert.deepEqual(panel.overlay.map(({ key }) => key), ["swap"]);
});

test("a host without swap has no swap line", () => {
    const panel = described("memory", top("a", 1, { mem: { total: 10, free: 5, swapTotal: 0, swapFree: 0 } }));
    assert.deepEqual(panel.overlay, []);
});

test("the five busiest interfaces are shown by name, the rest as one", () => {
    const rows = Array.from({ length: 8 }, (_, i) => [`veth${i}`, 1000 * (i + 1), 1]);
    const panel = described("network", network(1, ...rows));
    assert.deepEqual(panel.series.map(({ label }) => label), ["veth3", "veth4", "veth5", "veth6", "veth7", "3 others"]);
    assert.equal(panel.series.at(-1).up[0], 1000 + 2000 + 3000);
});

test("received goes up, sent goes down", () => {
    const panel = described("network", network(1, ["eth0", 20_480, 10_240]));
    const [eth0] = panel.series;
    assert.equal(eth0.up[0], 20_480);
    assert.equal(eth0.down[0], 10_240);
    assert.ok(panel.domain[0] < -10_240 && panel.domain[1] > 20_480);
    assert.match(panel.headline(0), /↓ 20\.0\sKiB\/s {2}↑ 10\.0\sKiB\/s/);
});

test("a hidden interface is in the legend, but neither drawn nor summed; the loopback is one at first", () => {
    const slice = sliced("netstat", network(1, ["lo", 1e9, 1e9], ["eth0", 2048, 1024]));
    const off = (panel) => panel.legend.map((one) => [one.label, one.off]);
    const first = networkPanel(slice);
    assert.deepEqual(off(first), [["eth0", false], ["lo", true]]);
    assert.ok(first.domain[1] < 10_000);
    assert.match(first.headline(0), /↓ 2\.0\sKiB/);
    const second = networkPanel(slice, new Set(["if:eth0"]));
    assert.deepEqual(off(second), [["eth0", true], ["lo", false]]);
    assert.ok(second.domain[1] > 1e9);
});

test("the load chart shows the number of CPUs as a level", () => {
    assert.deepEqual(described("load", top("a", 1)).marks, [{ at: 2, label: "2 CPUs" }]);
});

test("disks are mirrored by device, with the busiest one's share of time", () => {
    const disks = { cols: ["name", "rdBps", "wrBps", "utilPct"], rows: [["vda", 4096, 2048, 40], ["vdb", 0, 0, 7]] };
    const panel = described("disks", top("a", 1, { disks }));
    assert.deepEqual(panel.series.map(({ label }) => label), ["vda", "vdb"]);
    assert.match(panel.note, /^40% busy/);
});

test("pressure says so where the kernel has none", () => {
    assert.equal(described("pressure", top("a", 1, { psi: null })).note, "not supported by this kernel");
});

test("a slice reaches one row beyond each edge, and never past the moment the page was frozen at", () => {
    const fleet = new Fleet();
    fleet.append([1, 2, 3, 4, 5, 6].map((seq) => top("a", seq)), 0);
    const probe = fleet.host("a").probe("top");
    const [t] = probe.history.ring.times;
    const edges = ({ first, end }) => [first, end];
    assert.deepEqual(edges(sliceOf(probe, [t + 1500, t + 2500])), [1, 4]);
    assert.deepEqual(edges(sliceOf(probe, [t + 1500, t + 9e6])), [1, 6]);
    assert.deepEqual(edges(sliceOf(probe, [t + 1500, t + 9e6], t + 3000)), [1, 4]);
    assert.deepEqual(edges(sliceOf(probe, [t - 900, t - 800])), [0, 1]);
});

test("points for small pictures have an empty one in each hole", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 1), top("a", 2), top("a", 30)], 0);
    assert.deepEqual(visiblePoints(fleet.host("a").probe("top"), 0).map(({ busy }) => busy), [35, 35, undefined, 35]);
});

test("ticks of byte values are round in their binary unit", () => {
    assert.deepEqual(byteTicks(0, 1024 ** 2 * 10, 4).map((value) => value / 1024 ** 2), [0, 5, 10]);
    assert.deepEqual(byteTicks(0, 900, 3), [0, 500]);
    assert.deepEqual(byteTicks(0, 0, 4), [0]);
    assert.deepEqual(byteTicks(-1030, 2000, 3).map((value) => value / 1024), [-1, 0, 1]);
});

test("a clock's panel says in words whether it is held, and what to do where it is not", () => {
    const told = (...samples) => {
        const panel = described("clock", ...samples);
        return [panel.headline(samples.length - 1), panel.note];
    };
    assert.deepEqual(told(clock("a", 1)), ["synchronised", ""]);
    assert.deepEqual(told(clock("a", 1, { synchronised: false })), ["not synchronised", "check NTP"]);
    assert.deepEqual(told(clock("a", 1, { synchronised: null })), ["not known", ""]);
    assert.deepEqual(told(clock("a", 1, { leap: "insert" })), ["synchronised", "leap second today"]);
    assert.deepEqual(told(clock("a", 1, { leap: "constructor" })), ["synchronised", ""]);
    // Each moment has its own word.
    const panel = described("clock", clock("a", 1, { synchronised: false }), clock("a", 2));
    assert.deepEqual([0, 1, -1].map(panel.headline), ["not synchronised", "synchronised", "not known"]);
});

test("a clock's offset is drawn on either side of zero, with its unit", () => {
    const panel = described("clock", clock("a", 1, { offsetUs: -4000 }), clock("a", 2, { offsetUs: 2_500_000 }));
    assert.ok(panel.domain[0] < -4000 && panel.domain[1] > 2_500_000);
    assert.deepEqual([-4000, 2_500_000, 0, null].map(panel.format), ["−4.0\u202fms", "2.5\u202fs", "0\u202fµs", "–"]);
    const [speed] = panel.legend.slice(-1);
    assert.deepEqual([-12.5, null].map(speed.format), ["−12.5 ppm", "–"]);
    assert.ok(described("clock", clock("a", 1)).domain[1] >= 10, "an idle line lies flat");
});
