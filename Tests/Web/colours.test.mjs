import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { warningsOf } from "../../web/src/model/hosts/flags.js";
import { Fleet } from "../../web/src/model/hosts/fleet.js";
import { PANELS, sliceOf } from "../../web/src/model/panels/index.js";
import { netstat, top } from "./samples.mjs";

const css = readFileSync(new URL("../../web/styles/base.css", import.meta.url), "utf8");
const [light, dark] = [/:root \{([^}]*)\}/, /:root\[data-theme="dark"\] \{([^}]*)\}/].map((block) =>
    Object.fromEntries([...css.match(block)[1].matchAll(/--([\w-]+): (#\w{6});/g)].map(([, name, colour]) => [name, colour])));
const SCHEMES = { light, dark };
const HUES = [1, 2, 3, 4, 5, 6, 7, 8];

const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const channels = (colour) => colour.match(/[0-9a-f]{2}/gi).map((pair) => linear(Number.parseInt(pair, 16) / 255));
const luminance = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a, b) {
    const [low, high] = [a, b].map((colour) => luminance(channels(colour))).sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
}

// What eyes see that lack one kind of cones: Machado, Oliveira and Fernandes, 2009.
const EYES = {
    "full colour vision": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
};

/** CIE L*a*b* of a colour as such eyes see it. */
function seen(colour, eyes) {
    const [r, g, b] = eyes.map((row) => Math.max(0, row.reduce((sum, weight, i) => sum + weight * channels(colour)[i], 0)));
    const f = (t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
    const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
    const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a, b, eyes) => Math.hypot(...seen(a, eyes).map((part, i) => part - seen(b, eyes)[i]));

function panels() {
    const fleet = new Fleet();
    const rows = Array.from({ length: 9 }, (_, i) => [`eth${i}`, 1000 * (i + 1), 10]);
    const disks = { cols: ["name", "rdBps", "wrBps", "utilPct"], rows: Array.from({ length: 9 }, (_, i) => [`sd${i}`, 4096, 2048, 40]) };
    fleet.append([top("a", 1, { disks }), netstat("a", 1, { ifs: { cols: ["name", "rxBps", "txBps"], rows: [["lo", 1, 1], ...rows] } })], 0);
    return PANELS.map(({ id, probe, describe }) => [id, describe(sliceOf(fleet.host("a").probe(probe), [0, 9e15]))]);
}

for (const [id, panel] of panels()) {
    test(`a colour means one thing in the ${id} chart and in its legend`, () => {
        const meant = new Map();
        for (const { key, hue } of [...panel.series, ...(panel.overlay ?? []), ...(panel.legend ?? [])]) {
            if (hue === null) continue;
            assert.equal(meant.get(hue) ?? key, key, `hue ${hue} is ${meant.get(hue)} and ${key}`);
            meant.set(hue, key);
        }
        assert.ok(meant.size > 0);
    });
}

for (const [scheme, colours] of Object.entries(SCHEMES)) {
    test(`the hues are far from each other and from the panel, ${scheme}`, () => {
        for (const a of HUES) {
            const colour = colours[`hue-${a}`];
            assert.ok(contrast(colour, colours.panel) >= 3, `hue ${a} on the panel`);
            for (const b of HUES.filter((one) => one > a)) {
                for (const [whose, eyes] of Object.entries(EYES)) {
                    const apart = distance(colour, colours[`hue-${b}`], eyes);
                    assert.ok(apart >= (whose === "full colour vision" ? 25 : 12), `hues ${a} and ${b} are ${apart.toFixed(1)} apart: ${whose}`);
                }
            }
        }
    });

    test(`the strip of the CPUs has the colour of no mode, ${scheme}`, () => {
        const modes = panels().find(([id]) => id === "cpu")[1].series;
        for (const { hue, label } of modes) {
            assert.ok(distance(colours.heat, colours[`hue-${hue}`], EYES["full colour vision"]) >= 25, label);
        }
    });

    test(`warnings are not green, ${scheme}`, () => {
        assert.ok(distance(colours.warn, colours.good, EYES["full colour vision"]) >= 40);
    });
}

test("a warning says which table and what to do", () => {
    const probes = new Map([
        ["top", { latest: { flags: ["truncated"] } }],
        ["netstat", { latest: { flags: ["no-privilege", "new<flag"], lost: 2 } }],
        ["gpu", { latest: { flags: ["partial"] } }], ["bad", { latest: { flags: 7 } }], ["none", { latest: null }],
    ]);
    assert.deepEqual(warningsOf(probes), [
        "Processes: the table is shortened; the totals include the other rows",
        "Connections: limited rights; run the collector as root or with its capabilities to see other users' details",
        "Connections: new<flag", "Connections: 2 samples lost before this one",
        "gpu: a source failed; see the collector's log on the host",
    ]);
});
