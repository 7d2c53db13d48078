import assert from "node:assert/strict";
import { test } from "node:test";
import { Fleet } from "../../web/src/model/hosts/fleet.js";
import { contents } from "../../web/src/model/hosts/generic.js";
import { identityOf } from "../../web/src/model/hosts/identity.js";
import { T0, top } from "./samples.mjs";

// One host speaks for itself alone: what another's key brings, removes or is called touches nothing of it.

const seqs = (fleet, host) => (fleet.host(host)?.probe("top")?.history.points ?? []).map(({ t }) => (t - T0) / 1000);
const odd = (id, seq, fields = {}) => ({ id, t: T0 + seq * 1000, seq, intervalMs: 1000, ...fields });
const wire = (value) => JSON.parse(JSON.stringify(value));

test("host and probe are the key's that the server tells, else the sample's, else its id's", () => {
    assert.deepEqual(identityOf({ id: "x" }, "sa:{a}:top"), { host: "a", probe: "top", name: "x" });
    assert.deepEqual(identityOf({ id: "web-1:top" }, "sa:{evil}:top"), { host: "evil", probe: "top", name: "web-1:top" });
    assert.deepEqual(identityOf({ id: "a:top:1:1" }), { host: "a", probe: "top", name: "a:top:1:1" });
    assert.deepEqual(identityOf({ id: "x", host: "a", probe: "top" }, "sa:loose"), {
        host: "a", probe: "top", name: '["sa:loose","x"]',
    });
    for (const id of ["web-1", "web-1:top", "web-1:Top:1", "::", "", "wéb:top:1"]) assert.equal(identityOf({ id }), null, id);
});

test("one id on two hosts is two samples, and goes from the one that lost it alone", () => {
    for (const id of ["x", "__proto__", "constructor", "toString", '["x"]']) {
        const fleet = new Fleet();
        const notes = { keys: { 0: "sa:{a}:top", 1: "sa:{b}:top" } };
        fleet.append([odd(id, 1), odd(id, 1)], 0, null, notes);
        assert.deepEqual([seqs(fleet, "a"), seqs(fleet, "b")], [[1], [1]], id);
        fleet.append([odd(id, 9)], 0, null, { keys: { 0: "sa:{b}:top" } });
        assert.deepEqual([seqs(fleet, "a"), seqs(fleet, "b")], [[1], [9]], id);
        fleet.drop({ keys: [], ids: [id], samples: [{ key: "sa:{b}:top", id }] });
        assert.deepEqual([seqs(fleet, "a"), fleet.host("b")], [[1], null], id);
        assert.equal(fleet.store.at("a", "top", Infinity).t, T0 + 1000);
    }
});

test("a snapshot's names are not looked at: key and id stand in its entries", () => {
    const fleet = new Fleet();
    const data = odd("x", 1);
    fleet.replace(wire({
        '["sa:{a}:top","x"]': { t: data.t, key: "sa:{a}:top", data },
        '["sa:{b}:top","x"]': { t: data.t, key: "sa:{b}:top", data },
        ["__proto__"]: { t: data.t, key: "sa:{c}:top", data: odd("__proto__", 1) },
        "a:top:1:2": { t: T0 + 2000, data: top("a", 2) },
    }), { now: T0 }, 0);
    assert.deepEqual(fleet.hosts.map(({ name }) => name), ["a", "b", "c"]);
    const entries = JSON.parse(`{"__proto__":{"t":${T0},"key":"sa:{c}:top","data":{"id":"__proto__","t":${T0}}}}`);
    fleet.replace(entries, { now: T0 }, 0);
    assert.deepEqual(fleet.hosts.map(({ name }) => name), ["c"]);
    assert.equal({}.t, undefined);
});

test("two keys without a host may hold one id of one host", () => {
    const fleet = new Fleet();
    const sample = (seq) => odd("x", seq, { host: "a", probe: "top" });
    fleet.append([sample(1), sample(2)], 0, null, { keys: { 0: "sa:one", 1: "sa:two" } });
    assert.deepEqual(seqs(fleet, "a"), [1, 2]);
    fleet.drop({ keys: ["sa:two"], ids: ["x"], samples: [{ key: "sa:two", id: "x" }] });
    assert.deepEqual(seqs(fleet, "a"), [1]);
});

test("a key that only contains another's name is not that one", () => {
    const fleet = new Fleet();
    fleet.append([top("web-1", 1)], 0);
    for (const key of ["sa:evil:{web-1}:top", "sa:{evil}{web-1}:top", "{web-1}:top", "sa:{web-1}:top:x", "sa:{web-1}:top\n"]) {
        fleet.drop({ keys: [key], ids: [], samples: [{ key, id: "web-1:top:1:1" }] });
        assert.deepEqual(seqs(fleet, "web-1"), [1], key);
    }
    fleet.drop({ keys: ["sa:{web-1}:top"], ids: [], samples: [] });
    assert.equal(fleet.host("web-1"), null);
});

test("a server that tells no keys is believed as before", () => {
    const fleet = new Fleet();
    fleet.append([top("a", 1), top("b", 1)], 0);
    fleet.drop({ keys: [], ids: ["a:top:1:1"] });
    assert.deepEqual([fleet.host("a"), seqs(fleet, "b")], [null, [1]]);
});

test("the score is the time, whatever a sample says of it", () => {
    const fleet = new Fleet();
    fleet.append([{ ...top("a", 1), t: 8e15 }, { ...top("a", 2), t: "soon" }, top("a", 3)], 0, null, {
        times: { 0: T0 + 1000, 1: T0 + 2000 },
    });
    assert.deepEqual(seqs(fleet, "a"), [1, 2, 3]);
    fleet.fill([{ ...top("b", 1), t: null }], 0, T0, { times: { 0: T0 + 7000 } });
    assert.deepEqual(seqs(fleet, "b"), [7]);
});

test("members that are called like JavaScript's own are members like others", () => {
    const sample = JSON.parse('{"id":"a:x:1:1","__proto__":5,"constructor":6,"deep":{"__proto__":7},"toString":"text"}');
    const { numbers, texts } = contents(sample);
    assert.deepEqual(Object.entries(numbers), [["__proto__", 5], ["constructor", 6], ["deep.__proto__", 7]]);
    assert.deepEqual(Object.entries(texts), [["toString", "text"]]);
});
