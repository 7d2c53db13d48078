import assert from "node:assert/strict";
import { test } from "node:test";
import { contents } from "../../web/src/model/hosts/generic.js";
import { arranged, asks, orderWords, toggled } from "../../web/src/model/hosts/fleetOrder.js";

const entry = (name, more = {}) => ({ name, cpu: 1, memory: 1, network: 1, load: 0, cpus: 2, ageMs: 0, stale: false, alarms: 0, ...more });
const HOSTS = [
    entry("web-10", { cpu: 90, load: 3 }), entry("web-2", { cpu: null, load: 0.5 }), entry("db", { cpu: 20, stale: true, ageMs: 9000 }),
    entry("cache", { cpu: 50, alarms: 2, stale: true, ageMs: 4000 }),
];
const names = (options) => arranged(HOSTS, options).map(({ name }) => name);

test("hosts are in order of name, numbers by value, both ways", () => {
    assert.deepEqual(names({}), ["cache", "db", "web-2", "web-10"]);
    assert.deepEqual(names({ sort: { key: "name", descending: true } }), ["web-10", "web-2", "db", "cache"]);
    assert.deepEqual(names({ sort: { key: "nonsense" } }), ["cache", "db", "web-2", "web-10"]);
});

test("by a figure, unknown ones and silent hosts last in both directions", () => {
    assert.deepEqual(names({ sort: { key: "cpu", descending: true } }), ["web-10", "cache", "db", "web-2"]);
    assert.deepEqual(names({ sort: { key: "cpu", descending: false } }), ["web-10", "cache", "db", "web-2"]);
    assert.deepEqual(names({ sort: { key: "silence", descending: true } }), ["db", "cache", "web-2", "web-10"]);
    assert.deepEqual(names({ sort: { key: "silence", descending: false } }), ["cache", "db", "web-2", "web-10"]);
});

for (const key of ["cpu", "iowait", "memory", "swap", "pressure", "network", "retrans", "disk", "load", "top"]) {
    test(`by ${key}, a silent host never ranks by its old figure, and the order turns round`, () => {
        const figure = (value) => (key === "top" ? { top: { name: "x", cpuPct: value } } : { [key]: value });
        const hosts = [
            entry("old", { ...figure(99), stale: true, state: "stale", ageMs: 60_000 }), entry("low", figure(1)), entry("high", figure(50)),
            entry("none", figure(null)), entry("odd", figure(NaN)), entry("less", { ...figure(undefined), top: null }),
        ];
        const sortedBy = (descending, all = hosts) => arranged(all, { sort: { key, descending } }).map(({ name }) => name);
        assert.deepEqual(sortedBy(true).slice(0, 3).filter((name) => ["high", "low"].includes(name)), ["high", "low"]);
        assert.ok(sortedBy(true).indexOf("old") > sortedBy(true).indexOf("low"));
        assert.ok(sortedBy(false).indexOf("old") > sortedBy(false).indexOf("high"));
        assert.ok(sortedBy(false).indexOf("low") < sortedBy(false).indexOf("high"));
        // The page itself hears nothing: all figures are as old, and the order stays.
        const unheard = hosts.map((host) => ({ ...host, stale: true, state: "unheard" }));
        assert.equal(sortedBy(true, unheard)[0], "old");
    });
}

test("a card says the figure that puts it in its place, where it does not show it anyway", () => {
    assert.match(orderWords({ key: "iowait" }, entry("a", { iowait: 12.34 })), /^I\/O wait 12\.3\s%$/);
    assert.equal(orderWords({ key: "retrans" }, entry("a", { retrans: 3 })), "Retransmits 3/s");
    assert.equal(orderWords({ key: "swap" }, entry("a", { swap: 5, stale: true, state: "stale" })), "Swap used –");
    for (const key of ["cpu", "name", "load", "nonsense", undefined]) assert.equal(orderWords({ key }, entry("a")), "");
    assert.equal(orderWords(undefined, entry("a")), "");
});

test("words, states and bounds filter together", () => {
    assert.deepEqual(names({ filter: "WEB" }), ["web-2", "web-10"]);
    assert.deepEqual(names({ filter: "is:silent" }), ["cache", "db"]);
    assert.deepEqual(names({ filter: "is:silent is:alarm" }), ["cache"]);
    assert.deepEqual(names({ filter: "is:busy" }), ["web-10"]);
    assert.deepEqual(names({ filter: "cpu<95" }), ["web-10"]);
    assert.deepEqual(names({ filter: "is:silent | cpu>50" }), ["cache", "db", "web-10"]);
    assert.deepEqual(names({ filter: "load>0.4 web" }), ["web-2", "web-10"]);
    assert.deepEqual(names({ filter: "no-such-host" }), []);
});

test("a word is put into the filter and taken out again", () => {
    assert.equal(toggled("web", "is:silent"), "web is:silent");
    assert.equal(toggled("web is:silent x", "is:silent"), "web x");
    assert.equal(toggled(undefined, "is:alarm"), "is:alarm");
    assert.equal(toggled('"a  b" | db', "is:silent"), '"a  b" is:silent | db is:silent');
    assert.equal(toggled("web is:silent | db is:silent", "is:silent"), "web | db");
    assert.equal(toggled("web is:silent | db", "is:silent"), "web is:silent | db is:silent");
    assert.equal(asks("web is:silent | db", "is:silent"), false);
    assert.equal(asks("", "is:silent"), false);
});

test("an unknown sample's numbers, texts and tables are found, in bounds", () => {
    const found = contents({
        id: "x", t: 5, flags: [], temperature: 41.5, fan: { rpm: 900, on: true, deep: { deeper: { deepest: 1 } } }, name: "GPU",
        nothing: null, bad: NaN, clients: { cols: ["pid", "use", 7], rows: [[1, 2.5, "a"], "x", [{}, true]] },
    });
    assert.deepEqual(found.numbers, { temperature: 41.5, "fan.rpm": 900 });
    assert.deepEqual(found.texts, { "fan.on": "yes", name: "GPU" });
    assert.deepEqual(found.tables, [{ path: "clients", cols: ["pid", "use", ""], rows: [[1, 2.5, "a"], [null, "yes", null]], total: 2 }]);
    const wide = contents(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`n${i}`, i])));
    assert.equal(Object.keys(wide.numbers).length, 48);
    assert.deepEqual(contents(null), { numbers: {}, texts: {}, tables: [] });
});
