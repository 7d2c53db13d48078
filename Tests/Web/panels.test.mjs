import assert from "node:assert/strict";
import { test } from "node:test";
import { Fleet } from "../../web/src/model/fleet.js";
import { networkPanel } from "../../web/src/model/panels/network.js";
import { PANELS, visiblePoints } from "../../web/src/model/panels/index.js";
import { byteTicks } from "../../web/src/model/panels/ticks.js";
import { netstat, top } from "./samples.mjs";

function described(id, ...samples) {
    const fleet = new Fleet();
    fleet.append(samples, 0);
    const { probe: name, describe } = PANELS.find((panel) => panel.id === id);
    const probe = fleet.host("a").probe(name);
    return describe(visiblePoints(probe, 0), probe.latest);
}

const network = (seq, ...rows) => netstat("a", seq, { ifs: { cols: ["name", "rxBps", "txBps"], rows } });

for (const { id } of PANELS) {
    test(`the ${id} panel is drawn from samples without a single reading`, () => {
        const nothing = { cpu: null, cpus: null, mem: null, load: null, tcp: null, ifs: null };
        const panel = described(id, top("a", 1, nothing), netstat("a", 1, nothing));
        assert.ok(panel.domain[1] > panel.domain[0]);
        assert.equal(typeof panel.headline(panel.points[0]), "string");
        const series = [...panel.series, ...(panel.legend ?? [])];
        for (const one of series) assert.equal(one.value(panel.points[0]), null);
    });

    test(`the ${id} panel's series have no reading in a gap`, () => {
        const panel = described(id, top("a", 1), top("a", 30), netstat("a", 1), netstat("a", 30));
        assert.equal(panel.points.length, 3);
        for (const series of panel.series) {
            assert.equal(series.value(panel.points[1]), null);
            assert.notEqual(series.value(panel.points[2]), null);
        }
    });
}

test("the CPU modes but idle are stacked, and each CPU has its own bar", () => {
    const panel = described("cpu", top("a", 1));
    const stacked = panel.series.reduce((total, series) => total + series.value(panel.points[0]), 0);
    assert.equal(stacked, 40);
    assert.deepEqual(panel.cores.map(({ busy }) => busy), [35, 35]);
    assert.match(panel.headline(panel.points[0]), /^35\.0/);
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
    assert.equal(panel.series.at(-1).up(panel.points[0]), 1000 + 2000 + 3000);
});

test("received goes up, sent goes down", () => {
    const panel = described("network", network(1, ["eth0", 20_480, 10_240]));
    const [eth0] = panel.series;
    assert.equal(eth0.up(panel.points[0]), 20_480);
    assert.equal(eth0.down(panel.points[0]), 10_240);
    assert.ok(panel.domain[0] < -10_240 && panel.domain[1] > 20_480);
    assert.match(panel.headline(panel.points[0]), /↓ 20\.0\sKiB\/s {2}↑ 10\.0\sKiB\/s/);
});

test("a hidden interface is in the legend, but neither drawn nor summed; the loopback is one at first", () => {
    const points = described("network", network(1, ["lo", 1e9, 1e9], ["eth0", 2048, 1024])).points;
    const off = (panel) => panel.legend.map((one) => [one.label, one.off]);
    const first = networkPanel(points);
    assert.deepEqual(off(first), [["eth0", false], ["lo", true]]);
    assert.ok(first.domain[1] < 10_000);
    assert.match(first.headline(points[0]), /↓ 2\.0\sKiB/);
    const second = networkPanel(points, null, new Set(["if:eth0"]));
    assert.deepEqual(off(second), [["eth0", true], ["lo", false]]);
    assert.ok(second.domain[1] > 1e9);
});

test("the load chart shows the number of CPUs as a level", () => {
    assert.deepEqual(described("load", top("a", 1)).marks, [{ at: 2, label: "2 CPUs" }]);
});

test("ticks of byte values are round in their binary unit", () => {
    assert.deepEqual(byteTicks(0, 1024 ** 2 * 10, 4).map((value) => value / 1024 ** 2), [0, 5, 10]);
    assert.deepEqual(byteTicks(0, 900, 3), [0, 500]);
    assert.deepEqual(byteTicks(0, 0, 4), [0]);
    assert.deepEqual(byteTicks(-1030, 2000, 3).map((value) => value / 1024), [-1, 0, 1]);
});
