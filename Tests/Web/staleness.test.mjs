import assert from "node:assert/strict";
import { test } from "node:test";
import { Fleet } from "../../web/src/model/hosts/fleet.js";
import { netstat, snapshot, T0, top } from "./samples.mjs";

test("a host is stale after three missed intervals, not before, and recovers with the next sample", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 1, { intervalMs: 2000 })], 10_000);
    const host = fleet.host("a");
    assert.equal(host.isStale(16_000), false);
    assert.equal(host.isStale(16_001), true);
    assert.equal(host.ageMs(16_001), 6001);
    fleet.append([top("a", 4, { intervalMs: 2000 })], 16_500);
    assert.equal(host.isStale(16_600), false);
});

test("a live sample is fresh however wrong its host's clock is", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 1, { t: T0 - 3_600_000 }), top("b", 1, { t: T0 + 200_000 })], 500);
    assert.equal(fleet.host("a").ageMs(700), 200);
    assert.equal(fleet.host("b").ageMs(700), 200);
});

test("a snapshot's sample is as old as the server's clock says, never younger than now", () => {
    const fleet = new Fleet();
    fleet.replace(snapshot(top("old", 0), top("ahead", 900)), { now: T0 + 60_000 }, 100_000);
    assert.equal(fleet.host("old").ageMs(100_000), 60_000);
    assert.equal(fleet.host("old").isStale(100_000), true);
    assert.equal(fleet.host("ahead").ageMs(100_000), 0);
});

test("a snapshot without the server's time counts from its arrival", () => {
    const fleet = new Fleet();
    fleet.replace(snapshot(top("a", 0)), {}, 5000);
    assert.equal(fleet.host("a").ageMs(5200), 200);
});

test("a duplicate does not make a silent host fresh", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 1)], 0);
    fleet.append([top("a", 1)], 9000);
    assert.equal(fleet.host("a").isStale(9000), true);
});

test("one probe of two can be stale while the host is not", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 1), netstat("a", 1)], 0);
    fleet.append([netstat("a", 9)], 8000);
    const host = fleet.host("a");
    assert.equal(host.probe("top").isStale(8100), true);
    assert.equal(host.probe("netstat").isStale(8100), false);
    assert.equal(host.isStale(8100), false);
});

for (const intervalMs of [null, 0, -5, "1000", NaN, undefined]) {
    test(`an interval of ${JSON.stringify(intervalMs) ?? "undefined"} counts as one second`, () => {
        const fleet = new Fleet();
        fleet.append([top("a", 1, { intervalMs })], 0);
        assert.equal(fleet.host("a").isStale(3000), false);
        assert.equal(fleet.host("a").isStale(3001), true);
    });
}

test("a host's own time runs on while it is silent", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 5)], 1000);
    assert.equal(fleet.host("a").timeAt(1000), T0 + 5000);
    assert.equal(fleet.host("a").timeAt(3500), T0 + 7500);
});
