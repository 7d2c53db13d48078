import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../web/src/model/hosts/history.js";
import { lowerBound, Ring, upperBound } from "../../web/src/model/hosts/ring.js";

const rows = (ring, name) => [...ring.times].map((t, i) => [t, ring.at(name, i)]);

test("rows stay in order of time, whichever way they come, and only the newest", () => {
    const ring = new Ring(4);
    for (const t of [5, 1, 9, 3, 7, 2, 8]) ring.put(t, { v: t * 10 });
    assert.deepEqual(rows(ring, "v"), [[5, 50], [7, 70], [8, 80], [9, 90]]);
});

test("one older than a full ring reaches back is refused", () => {
    const ring = new Ring(2);
    assert.deepEqual([ring.put(5, {}), ring.put(6, {}), ring.put(4, {})], [0, 1, -1]);
});

test("a column that appears late is unknown before, and one that is left out is unknown there", () => {
    const ring = new Ring(8);
    ring.put(1, { a: 1 });
    ring.put(2, { a: 2, b: 5 });
    ring.put(3, { b: 6, a: null });
    assert.deepEqual(rows(ring, "b"), [[1, null], [2, 5], [3, 6]]);
    assert.deepEqual(rows(ring, "a"), [[1, 1], [2, 2], [3, null]]);
    assert.equal(ring.column("c"), null);
});

test("columns are bounded: the one without a reading for longest makes way", () => {
    const ring = new Ring(4, { most: 2 });
    ring.put(1, { old: 1, steady: 1 });
    ring.put(2, { steady: 2 });
    ring.put(3, { steady: 3, fresh: 3 });
    assert.deepEqual(ring.names.sort(), ["fresh", "steady"]);
});

test("memory is bounded however many rows come", () => {
    const ring = new Ring(600);
    for (let t = 0; t < 20_000; t += 1) ring.put(t, { a: t, b: -t });
    assert.equal(ring.length, 600);
    assert.deepEqual([ring.times[0], ring.at("a", 0), ring.at("b", 599)], [19_400, 19_400, -19_999]);
    assert.ok(ring.bytes <= 752 * 16);
});

test("against a plain sorted list, a thousand random steps agree", () => {
    let seed = 7;
    const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
    const ring = new Ring(50);
    let model = [];
    for (let step = 0; step < 1000; step += 1) {
        if (random(6) === 0 && model.length > 0) {
            const place = random(model.length);
            ring.remove(place);
            model.splice(place, 1);
            continue;
        }
        const t = step * 10 + random(300);
        const place = ring.put(t, { v: step });
        if (model.length >= 50 && t < model[0][0]) {
            assert.equal(place, -1);
            continue;
        }
        model.splice(upperBound(Float64Array.from(model, ([time]) => time), t), 0, [t, step]);
        model = model.slice(-50);
        assert.equal(ring.at("v", place), step);
    }
    assert.deepEqual(rows(ring, "v"), model);
});

test("bounds find the first at or after, and the first after", () => {
    const times = Float64Array.of(1, 3, 3, 5);
    assert.deepEqual([0, 3, 4, 9].map((t) => lowerBound(times, t)), [0, 1, 3, 4]);
    assert.deepEqual([0, 3, 4, 9].map((t) => upperBound(times, t)), [0, 3, 3, 4]);
});

test("a history takes each id once, a newer time moves it, and removal forgets it", () => {
    const history = new History(3);
    assert.equal(history.put("a", 1, { v: 1 }), true);
    assert.equal(history.put("a", 1, { v: 9 }), false);
    assert.equal(history.put("b", 2, { v: 2 }), true);
    assert.equal(history.put("a", 3, { v: 3 }), true);
    assert.deepEqual(history.points.map(({ id, t, v }) => [id, t, v]), [["b", 2, 2], ["a", 3, 3]]);
    assert.equal(history.newestId, "a");
    assert.equal(history.remove("a"), true);
    assert.equal(history.remove("a"), false);
    assert.deepEqual(history.newest, { id: "b", t: 2, v: 2 });
});

test("late points keep their ids when a full history lets go of the oldest", () => {
    const history = new History(3);
    for (const [id, t] of [["a", 1], ["b", 2], ["d", 4], ["c", 3]]) history.put(id, t, { v: t });
    assert.deepEqual(history.points.map(({ id, v }) => [id, v]), [["b", 2], ["c", 3], ["d", 4]]);
    assert.equal(history.has("a"), false);
});
