import assert from "node:assert/strict";
import { test } from "node:test";
import { Details, isStripped } from "../../../web/src/model/hosts/details.js";
import { Fleet } from "../../../web/src/model/hosts/fleet.js";
import { emptiness, momentOf } from "../../../web/src/model/view/shownTime.js";
import { processRows } from "../../../web/src/model/tables/processes.js";
import { netstat, snapshot, T0, top } from "../samples.mjs";

/** A sample in its two parts, as the server sends them. */
function parts(sample, ...names) {
    const figures = { ...sample, details: names };
    const details = { id: sample.id, key: `sa:{${sample.host}}:${sample.probe}`, t: sample.t };
    for (const name of names) {
        details[name] = sample[name];
        delete figures[name];
    }
    return [figures, details];
}

const live = (fleet, host = "a") => momentOf(fleet.store, fleet.host(host), "top", null);

test("a sample is stripped where none of the details that it names is in it", () => {
    assert.equal(isStripped(top("a", 1)), false);
    assert.equal(isStripped({ ...top("a", 1), details: ["procs"] }), false);
    assert.equal(isStripped(parts(top("a", 1), "procs")[0]), true);
    assert.equal(isStripped({ ...top("a", 1), details: "procs" }), false);
});

test("figures and details of the host that is looked at become one whole sample, for the tables now and then", () => {
    const fleet = new Fleet();
    fleet.look("a");
    for (const seq of [1, 2]) {
        const [figures, details] = parts(top("a", seq), "procs");
        fleet.append([figures], seq);
        fleet.takeDetails([details]);
    }
    assert.equal(live(fleet).state, "live");
    assert.equal(processRows(live(fleet).sample).length, 1);
    const earlier = momentOf(fleet.store, fleet.host("a"), "top", T0 + 1000);
    assert.deepEqual([earlier.state, earlier.t, processRows(earlier.sample).length], ["past", T0 + 1000, 1]);
    assert.deepEqual(earlier.sample.load, [0.5, 0.4, 0.3], "with its figures");
});

test("details that come before their figures wait for them", () => {
    const fleet = new Fleet();
    fleet.look("a");
    const [figures, details] = parts(top("a", 1), "procs");
    fleet.takeDetails([details]);
    fleet.replace(snapshot(figures), { now: T0 }, 0);
    assert.equal(processRows(live(fleet).sample).length, 1);
});

test("between figures and their details the tables stay those of the sample before", () => {
    const fleet = new Fleet();
    fleet.look("a");
    const [first, details] = parts(top("a", 1), "procs");
    fleet.append([first], 0);
    assert.equal(live(fleet).state, "asked");
    assert.match(emptiness(live(fleet)), /Asking the server/);
    fleet.takeDetails([details]);
    fleet.append([parts(top("a", 2), "procs")[0]], 0);
    assert.deepEqual([live(fleet).state, live(fleet).t], ["live", T0 + 1000]);
    for (const seq of [3, 4, 5]) fleet.append([parts(top("a", seq), "procs")[0]], 0);
    assert.deepEqual([live(fleet).state, live(fleet).t], ["asked", T0 + 5000], "but not for long");
});

test("of other hosts no sample is kept, and their details are not taken", () => {
    const fleet = new Fleet();
    fleet.look("a");
    const [figures, details] = parts(top("b", 1), "procs");
    fleet.append([figures], 0);
    fleet.takeDetails([details]);
    assert.deepEqual(fleet.store.times("b", "top"), []);
    assert.equal(live(fleet, "b").state, "asked");
    fleet.look("b");
    fleet.takeDetails([details]);
    assert.equal(live(fleet, "b").state, "live", "the newest figures are here when somebody looks");
});

test("samples that name no details are kept as ever, and those of a server that knows none", () => {
    const fleet = new Fleet();
    fleet.append([netstat("a", 1)], 0);
    assert.deepEqual(fleet.store.times("a", "netstat"), [T0 + 1000]);
    fleet.takesFigures = false;
    fleet.append([{ ...top("a", 1), details: ["nothing"] }], 0);
    assert.deepEqual(fleet.store.times("a", "top"), [T0 + 1000]);
});

test("a whole sample of the past goes to the figures that are there, with the CPUs that were details", () => {
    const fleet = new Fleet();
    fleet.look("a");
    const [figures] = parts(top("a", 1), "procs", "cpus");
    fleet.append([figures], 0);
    const { ring } = fleet.host("a").probe("top").history;
    assert.equal(ring.at("core:0", 0), null);
    fleet.fill([{ ...top("a", 1), details: ["procs", "cpus"] }], 0, T0);
    assert.deepEqual([ring.length, ring.at("core:0", 0)], [1, 35]);
    assert.equal(processRows(live(fleet).sample).length, 1);
});

test("of a key that does not name its host the figures say whose details they are", () => {
    const fleet = new Fleet();
    fleet.look("a");
    const { t: _, ...sample } = { ...top("a", 1), id: "7" };
    const [figures] = parts(sample, "procs");
    fleet.append([figures], 0, null, { keys: { 0: "sa:jobs" }, times: { 0: T0 } });
    fleet.takeDetails([{ id: "7", key: "sa:jobs", t: T0, procs: sample.procs }]);
    assert.equal(processRows(live(fleet).sample).length, 1);
});

test("details that are none are let go", () => {
    const details = new Details();
    assert.deepEqual(details.read([{ id: "1", key: "sa:{a}:top", t: 1 }]), [], "nobody is looked at");
    details.turnTo("a");
    const key = "sa:{a}:top";
    const odd = [null, 5, [], {}, { id: 1, key, t: 1 }, { id: "1", key: 5, t: 1 }, { id: "1", key, t: "x" }, { id: "1", key: "sa:{b}:top", t: 1 }];
    assert.deepEqual(details.read(odd), []);
    assert.deepEqual(details.read("x"), []);
    assert.deepEqual(details.read([{ id: "1", key, t: 1, procs: 5 }]), [{ probe: "top", name: "1", t: 1, members: { procs: 5 } }]);
});
