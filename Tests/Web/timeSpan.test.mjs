import assert from "node:assert/strict";
import { test } from "node:test";
import { linear } from "../../web/src/charts/canvas.js";
import { rowAt, rowHeight } from "../../web/src/charts/heatStrip.js";
import { runs } from "../../web/src/charts/draw.js";
import { domainOf, stepped, zoomedAround, zoomKey } from "../../web/src/model/view/timeSpan.js";
import { INITIAL } from "../../web/src/model/view/viewState.js";
import { pinnedFirst, rowWindow } from "../../web/src/model/tables/rowOrder.js";

const NOW = 1_763_690_000_000;

test("the newest span follows the present, a zoom stands still", () => {
    assert.deepEqual(domainOf(INITIAL, NOW), [NOW - 300_000, NOW]);
    assert.deepEqual(domainOf({ ...INITIAL, span: { from: 1, to: 9 } }, NOW), [1, 9]);
});

test("a pinned moment stays in view after time has carried it out", () => {
    const pinnedAt = NOW - 400_000;
    const [from, to] = domainOf({ ...INITIAL, pinnedAt }, NOW);
    assert.deepEqual([to - from, pinnedAt - from], [300_000, 30_000]);
    assert.deepEqual(domainOf({ ...INITIAL, pinnedAt: NOW - 100_000 }, NOW), [NOW - 300_000, NOW]);
});

test("zooming keeps the moment pointed at in its place", () => {
    assert.deepEqual(zoomedAround([NOW, NOW + 100_000], NOW + 25_000, 0.5), [NOW + 12_500, NOW + 62_500]);
    const [from, to] = zoomedAround([NOW, NOW + 8000], NOW, 0.1);
    assert.equal(to - from, 5000, "never nearer than five seconds");
});

test("plus and minus halve and double the span, and end a zoom that got too wide", () => {
    const domain = [NOW - 300_000, NOW];
    assert.deepEqual(zoomKey(INITIAL, domain, true), { ms: 150_000 });
    assert.deepEqual(zoomKey({ ...INITIAL, span: { ms: 600_000 } }, domain, false), { ms: 600_000 });
    assert.deepEqual(zoomKey({ ...INITIAL, cursor: NOW }, domain, true), { from: NOW - 150_000, to: NOW });
    assert.deepEqual(zoomKey({ ...INITIAL, span: { from: 1, to: 200_001 } }, [1, 200_001], false), { ms: 300_000 });
});

test("the cursor goes from sample to sample, across a hole by intervals, never out of view", () => {
    const times = Float64Array.of(NOW, NOW + 1010, NOW + 2005, NOW + 60_000);
    const view = [NOW - 1000, NOW + 60_000];
    assert.equal(stepped(times, NOW, 1, view, 1000), NOW + 1010);
    assert.equal(stepped(times, NOW + 2005, -1, view, 1000), NOW + 1010);
    assert.equal(stepped(times, NOW + 2005, 1, view, 1000), NOW + 3005);
    assert.equal(stepped(times, null, -10, view, 1000), NOW + 50_000);
    assert.equal(stepped(times, NOW, -10, view, 1000), NOW - 1000);
    assert.equal(stepped(new Float64Array(0), null, 1, view, 1000), NOW + 60_000);
});

test("a scale maps there and back, also where nothing is wide", () => {
    const x = linear([10, 20], [0, 100]);
    assert.deepEqual([x(15), x.invert(50)], [50, 15]);
    assert.deepEqual([linear([5, 5], [0, 9])(7), linear([5, 5], [0, 9]).invert(3)], [0, 5]);
});

test("marks break at unknown readings and at holes in time", () => {
    const times = Float64Array.of(0, 1, 2, 9, 10);
    const values = [1, NaN, 1, 1, 1];
    const found = [];
    runs({ times, first: 0, end: 5, longest: 3 }, (i) => !Number.isNaN(values[i]), (...run) => found.push(run));
    assert.deepEqual(found, [[0, 1], [2, 3], [3, 5]]);
});

test("a column of pixels has the last reading before it, none in a hole", () => {
    const slice = { times: Float64Array.of(0, 1000, 9000), first: 0, end: 3, longest: 3000 };
    assert.deepEqual([-1, 0, 999, 1000, 4000, 4001, 9500].map((t) => rowAt(slice, t)), [-1, 0, 0, 1, 1, -1, 2]);
});

test("a hundred and twenty-eight CPUs are no taller than a chart", () => {
    for (const cores of [1, 2, 8, 16, 64, 128]) assert.ok(rowHeight(cores) >= 1 && cores * rowHeight(cores) <= 128);
});

test("only the rows in view are made, with some beyond, on even places", () => {
    assert.deepEqual(rowWindow({ count: 500, rowHeight: 24, top: 2400, height: 480, beyond: 6 }), [94, 126]);
    assert.equal(rowWindow({ count: 500, rowHeight: 24, top: 2424, height: 480 })[0] % 2, 0);
    assert.deepEqual(rowWindow({ count: 3, rowHeight: 24, top: 0, height: 480 }), [0, 3]);
    assert.deepEqual(rowWindow({ count: 0, rowHeight: 24, top: 900, height: 480 }), [0, 0]);
    const [first, end] = rowWindow({ count: 10, rowHeight: 24, top: 9999, height: 480 });
    assert.ok(first <= 10 && end === 10);
});

test("pinned rows come first, both parts in their order", () => {
    const rows = [{ id: "a" }, { id: "b" }, { id: "c" }];
    const order = pinnedFirst(rows, ["c", "gone"], ({ id }) => id).map(({ id }) => id);
    assert.deepEqual(order, ["c", "a", "b"]);
});
