import assert from "node:assert/strict";
import { test } from "node:test";
import { Fleet, HOST_LIMIT } from "../../web/src/model/hosts/fleet.js";
import { netstat, snapshot, T0, top } from "./samples.mjs";

const names = (fleet) => fleet.hosts.map((host) => host.name);
const points = (fleet, host) => fleet.host(host).probe("top").history.points;
const seqs = (fleet, host) => points(fleet, host).map((point) => (point.t - T0) / 1000);

test("updates replace everything held before", () => {
    const fleet = new Fleet();
    fleet.append([top("old", 1)], 0);
    fleet.replace(snapshot(top("new", 2), top("new", 1)), { now: T0 + 2000 }, 0);
    assert.deepEqual(names(fleet), ["new"]);
    assert.deepEqual(seqs(fleet, "new"), [1, 2]);
});

test("dUpdates append, and a sample that came before is not counted twice", () => {
    const fleet = new Fleet();
    fleet.replace(snapshot(top("a", 1)), { now: T0 + 1000 }, 0);
    fleet.append([top("a", 1), top("a", 2)], 10);
    assert.deepEqual(seqs(fleet, "a"), [1, 2]);
});

test("dUpdates tell which hosts changed", () => {
    const fleet = new Fleet();
    const names = fleet.append([top("a", 1), netstat("a", 1), top("b", 1), { ...top("c", 1), probe: "gpu" }], 0);
    assert.deepEqual([...names], ["a", "b", "c"]);
    assert.deepEqual([...fleet.append([top("a", 1)], 5)], [], "a duplicate changes nothing");
});

test("the same id with a newer time replaces its point", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 1), top("a", 2)], 0);
    fleet.append([{ ...top("a", 1), t: T0 + 5000 }], 0);
    assert.deepEqual(seqs(fleet, "a"), [2, 5]);
});

test("a late sample takes its place in time and does not become the newest", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 1), top("a", 4), top("a", 2)], 0);
    assert.deepEqual(seqs(fleet, "a"), [1, 2, 4]);
    assert.equal(fleet.host("a").probe("top").latest.seq, 4);
});

test("hosts are listed by name, numbers by value", () => {
    const fleet = new Fleet();
    fleet.append([top("web-10", 1), top("web-2", 1), top("db", 1)], 0);
    assert.deepEqual(names(fleet), ["db", "web-2", "web-10"]);
});

test("an unknown probe's numbers and newest sample are kept, whatever it is called", () => {
    const fleet = new Fleet();
    const gpu = (seq) => ({ ...top("a", seq), id: `a:gpu:1:${seq}`, probe: "gpu", load: 7 + seq, nested: { deep: [1] } });
    fleet.append([gpu(1), gpu(2), { ...top("b", 1), probe: "constructor" }], 0);
    assert.deepEqual(names(fleet), ["a", "b"]);
    const probe = fleet.host("a").probe("gpu");
    assert.equal(probe.isGeneric, true);
    assert.deepEqual(probe.history.points.map(({ numbers }) => numbers.load), [8, 9]);
    assert.equal(probe.latest.load, 9);
    assert.equal(fleet.host("b").probe("constructor").isGeneric, true);
    fleet.drop({ ids: ["a:gpu:1:1", "a:gpu:1:2"] });
    assert.equal(fleet.host("a"), null);
});

test("a host that fell out of the server's window stays with its history, one that was removed does not", () => {
    const fleet = new Fleet();
    fleet.append([top("dead", 0), top("removed", 595), top("a", 595)], 0);
    fleet.replace(snapshot(top("a", 620)), { now: T0 + 620_000, window: { ageMs: 600_000 } }, 620_000);
    assert.deepEqual(names(fleet), ["a", "dead"]);
    assert.equal(fleet.host("dead").isStale(620_000), true);
    assert.deepEqual(seqs(fleet, "a"), [595, 620], "what was known of the past stays");
});

test("samples of the past fill a host's history without making it fresh", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 9)], 0);
    fleet.fill([top("a", 2), top("a", 1), null, { t: "x" }], 5000, T0 + 14_000);
    assert.deepEqual(seqs(fleet, "a"), [1, 2, 9]);
    assert.equal(fleet.host("a").ageMs(5000), 5000);
    assert.equal(fleet.host("a").probe("top").latest.seq, 9);
});

test("things that are no samples are ignored", () => {
    const fleet = new Fleet();
    fleet.append([{ ...top("a", 1), probe: "<b>" }, { ...top("b", 1), probe: "" }], 0);
    fleet.append([null, 7, "x", [], { t: 1 }, { id: "q" }], 0);
    fleet.append("nonsense", 0);
    fleet.replace({ a: null, b: { t: "x", data: [] } }, null, 0);
    fleet.drop(null);
    assert.deepEqual(names(fleet), []);
});

test("a sample without host and probe is placed by its id", () => {
    const fleet = new Fleet();
    const { host, probe, ...bare } = top("a", 1);
    fleet.append([bare], 0);
    assert.deepEqual(names(fleet), ["a"]);
});

test("gone keys drop a probe, and the host with the last of them", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 1), netstat("a", 1)], 0);
    fleet.drop({ keys: ["sa:{a}:top", "sa:{b}:top", "odd"], ids: [] });
    assert.equal(fleet.host("a").probe("top"), null);
    fleet.drop({ keys: ["sa:{a}:netstat"] });
    assert.deepEqual(names(fleet), []);
});

test("gone ids drop single samples, as text or as objects", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 1), top("a", 2), top("a", 3)], 0);
    fleet.drop({ keys: [], ids: ["a:top:1:3", { id: "a:top:1:1" }] });
    assert.deepEqual(seqs(fleet, "a"), [2]);
    assert.equal(fleet.host("a").probe("top").latest, null, "the newest sample's tables go with it");
    fleet.drop({ ids: ["a:top:1:2"] });
    assert.deepEqual(names(fleet), []);
});

test("each series keeps at most 600 points, the newest", () => {
    const fleet = new Fleet();
    for (let seq = 0; seq < 1500; seq += 1) fleet.append([top("a", seq)], seq);
    assert.equal(seqs(fleet, "a").length, 600);
    assert.equal(seqs(fleet, "a")[0], 900);
});

test("past the limit of hosts the one unheard for longest leaves", () => {
    const fleet = new Fleet();
    for (let i = 0; i <= HOST_LIMIT; i += 1) fleet.append([top(`h${i}`, 1)], i);
    assert.equal(fleet.hosts.length, HOST_LIMIT);
    assert.equal(fleet.host("h0"), null);
});
