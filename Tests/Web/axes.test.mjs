import assert from "node:assert/strict";
import { test } from "node:test";
import { timeLabels } from "../../web/src/charts/axes.js";
import { linear } from "../../web/src/charts/canvas.js";

const labelsOf = (times, [from, to], width) =>
    timeLabels({ x: linear([from, to], [0, width]), ticks: times.map((t) => new Date(t)), format: () => "13:36:15" });

test("times along an axis never stand on each other, nor beyond the edge", () => {
    for (let shift = 0; shift < 15_000; shift += 500) {
        const times = [15_000, 30_000, 45_000, 60_000].filter((t) => t <= 60_000 - shift + 15_000 && t <= 60_000);
        const labels = labelsOf(times, [0, 60_000 + shift / 10], 264);
        for (const [i, { at }] of labels.entries()) {
            assert.ok(at + 4 * 6.8 <= 264 + 11 + 1, `${at} beyond the edge`);
            if (i > 0) assert.ok(at - labels[i - 1].at >= 8 * 6.8, `${labels[i - 1].at} and ${at}`);
        }
        assert.ok(labels.length >= times.length - 1, "one at most is left out");
    }
    assert.deepEqual(labelsOf([], [0, 1], 100), []);
});
