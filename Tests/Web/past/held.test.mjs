import assert from "node:assert/strict";
import { test } from "node:test";
import { Held } from "../../../web/src/model/held.js";
import { T0 } from "../samples.mjs";

test("cards show the window, ten minutes at most, and the past begins where the window does", () => {
    const held = new Held();
    assert.deepEqual([held.now, held.from, held.spanMs, held.shortMs], [null, null, 600_000, null]);
    held.told({ now: T0, window: { ageMs: 300_000 } });
    assert.deepEqual([held.from, held.spanMs, held.shortMs], [T0 - 300_000, 300_000, null]);
    held.told({ now: T0 + 1000, window: { ageMs: 7_200_000 } });
    assert.deepEqual([held.from, held.spanMs], [T0 + 1000 - 7_200_000, 600_000]);
});

test("a window that is shorter than it was told to be says so, until it is no longer", () => {
    const held = new Held();
    held.told({ now: T0, window: { ageMs: 600_000, from: T0 - 88_000 } });
    assert.equal(held.shortMs, 88_000);
    held.told(null);
    held.told({ now: T0 + 1000 });
    assert.equal(held.shortMs, 89_000);
    held.told({ now: T0 + 2000, window: { ageMs: 600_000 } });
    assert.equal(held.shortMs, null);
});
