import assert from "node:assert/strict";
import { test } from "node:test";
import { readingsOf } from "../../web/src/model/alarms/alarmReadings.js";
import { checkedRule, DEFAULT_RULES, parseRules } from "../../web/src/model/alarms/alarmRules.js";
import { Alarms } from "../../web/src/model/alarms/alarms.js";
import { clock, netstat, top } from "./samples.mjs";

const RULE = { metric: "cpu", above: 90, below: 80, forS: 3, on: true };

/** Readings a second apart from second 0 on; what began (+) and ended (-) when. */
function run(values, rule = RULE) {
    const alarms = new Alarms([rule]);
    const events = [];
    values.forEach((value, second) => {
        const entry = alarms.observe("h", "cpu", value, second * 1000, () => `culprit at ${value}`);
        if (entry) events.push(`${entry.until === null ? "+" : "-"}${second}`);
    });
    return { alarms, events };
}

test("an alarm begins after the least duration and ends below the lower bound", () => {
    const { alarms, events } = run([50, 95, 95, 95, 95, 85, 85, 79, 50]);
    assert.deepEqual(events, ["+4", "-7"]);
    const [entry] = alarms.entries;
    assert.deepEqual([entry.since, entry.at, entry.until, entry.peak], [1000, 4000, 7000, 95]);
});

test("a value at the threshold does not count, and a break begins the count anew", () => {
    assert.deepEqual(run([90, 90, 90, 90, 90]).events, []);
    assert.deepEqual(run([95, 95, 95, 90, 95, 95, 95]).events, []);
    assert.deepEqual(run([95, 95, 95, 90, 95, 95, 95, 95]).events, ["+7"]);
});

test("between the bounds it neither ends nor begins", () => {
    assert.deepEqual(run([95, 95, 95, 95, 81, 89, 80, 95]).events, ["+3"]);
    assert.deepEqual(run([85, 85, 85, 85, 85]).events, []);
});

test("without a least duration it begins at once", () => {
    assert.deepEqual(run([95], { ...RULE, forS: 0 }).events, ["+0"]);
});

test("what was not measured changes nothing", () => {
    assert.deepEqual(run([95, null, 95, undefined, 95, NaN, "99"]).events, ["+4"]);
    assert.deepEqual(run([95, 95, 95, 95, null, "x"]).alarms.lasting.length, 1);
});

test("the culprit is of the peak, and asked for only when needed", () => {
    let asked = 0;
    const alarms = new Alarms([RULE]);
    const culprit = (name) => () => (asked += 1, name);
    for (const [second, value, name] of [[0, 10, "a"], [1, 91, "b"], [2, 92, "c"], [3, 93, "d"], [4, 94, "e"], [5, 99, "f"], [6, 95, "g"]]) {
        alarms.observe("h", "cpu", value, second * 1000, culprit(name));
    }
    assert.equal(alarms.entries[0].culprit, "f");
    assert.equal(asked, 2, "at the begin and at the new peak");
});

test("hosts and metrics are apart; a host that leaves ends its alarms", () => {
    const alarms = new Alarms([{ ...RULE, forS: 0 }, { ...RULE, metric: "memory", forS: 0 }]);
    for (const host of ["a", "b"]) for (const metric of ["cpu", "memory"]) alarms.observe(host, metric, 99, 1000);
    assert.equal(alarms.countOf("a"), 2);
    alarms.forget("a", 5000);
    assert.equal(alarms.countOf("a"), 0);
    assert.equal(alarms.countOf("b"), 2);
    assert.equal(alarms.entries.find(({ host }) => host === "a").until, 5000);
});

test("other thresholds end what no longer holds", () => {
    const { alarms } = run([95, 95, 95, 95]);
    alarms.setRules([{ ...RULE, above: 98, below: 94 }], 9000);
    assert.equal(alarms.lasting.length, 1, "95 is not below 94");
    alarms.setRules([{ ...RULE, above: 98, below: 97 }], 9000);
    assert.equal(alarms.lasting.length, 0);
    assert.deepEqual(run([95, 95, 95, 95], { ...RULE, on: false }).events, []);
});

test("the list is bounded, and lasting alarms stay in it", () => {
    const alarms = new Alarms([{ ...RULE, forS: 0 }]);
    alarms.observe("lasting", "cpu", 99, 0);
    for (let i = 0; i < 1000; i += 1) {
        alarms.observe("h", "cpu", 99, i * 10);
        alarms.observe("h", "cpu", 1, i * 10 + 5);
    }
    assert.equal(alarms.entries.length, 300);
    assert.equal(alarms.countOf("lasting"), 1);
    alarms.clearEnded();
    assert.equal(alarms.entries.length, 1);
});

test("rules are exported and imported; what is wrong is named with what is allowed", () => {
    const changed = DEFAULT_RULES.map((rule) => (rule.metric === "cpu" ? { ...rule, above: 50, below: 40 } : rule));
    assert.deepEqual(parseRules(JSON.stringify({ rules: changed })).rules, changed);
    assert.deepEqual(parseRules(JSON.stringify([changed[0]])).rules, changed, "the others keep their defaults");
    assert.deepEqual(parseRules("{").problems, ["The file is not JSON."]);
    assert.match(parseRules('{"rules": 7}').problems[0], /a list/);
    assert.match(parseRules('{"rules": [{"metric": "<b>"}]}').problems[0], /allowed: cpu, memory/);
    assert.match(checkedRule({ metric: "cpu", above: 101, below: 1, forS: 1 }).problem, /CPU busy: "starts above" is 101; allowed: 0 to 100/);
    assert.match(checkedRule({ metric: "cpu", above: 50, below: 60, forS: 1 }).problem, /"ends below" is 60; allowed: 0 to 50/);
    assert.match(checkedRule({ metric: "constructor" }).problem, /metric/);
    for (const odd of ["null", "[null]", '"x"', "[[]]", ""]) assert.equal(parseRules(odd).rules, null);
});

test("readings and culprits come from samples, and odd ones read as nothing", () => {
    const psi = { cpu: { some: [12, 0, 0] }, memory: null };
    const readings = readingsOf("top", top("a", 1, { psi }));
    assert.equal(Math.round(readings.cpu.value), 35);
    assert.equal(readings.memory.value, 50);
    assert.equal(readings.psiCpu.value, 12);
    assert.equal(readings.psiMemory.value, null);
    assert.equal(readings.cpu.culprit(), "init (1) 3 %");
    const net = readingsOf("netstat", netstat("a", 1, {
        protoErrors: { TcpRetransSegs: 9, TcpExtListenDrops: 0, UdpInErrors: 0 },
        ifs: { cols: ["name", "rxDropPerS", "txDropPerS"], rows: [["eth0", 1, 1], ["eth1", 5, null]] },
        conns: { cols: ["raddr", "comm", "retrans"], rows: [["10.0.0.1", "curl", 3], ["10.0.0.2", "sshd", 1]] },
    }));
    assert.equal(net.drops.value, 7);
    assert.equal(net.drops.culprit(), "eth1");
    assert.equal(net.retransmits.value, 9);
    assert.equal(net.retransmits.culprit(), "curl to 10.0.0.1");
    const retransmits = (fields) => readingsOf("netstat", netstat("a", 1, fields)).retransmits.value;
    assert.equal(retransmits({ proto: { TcpRetransSegs: 7 } }), 7, "of an older collector");
    assert.equal(retransmits({ proto: {} }), 0);
    for (const told of [{}, { proto: null }, { protoErrors: null }, { protoErrors: { TcpRetransSegs: null } }]) assert.equal(retransmits(told), null);
    for (const odd of [{}, { cpu: 7, mem: [], psi: "x", procs: { cols: {}, rows: 3 } }]) {
        assert.equal(readingsOf("top", odd).cpu.value, null);
        assert.equal(readingsOf("top", odd).cpu.culprit(), null);
        assert.equal(readingsOf("netstat", odd).drops.value, null);
    }
});

test("a clock that nobody holds is an alarm, whatever error it tells", () => {
    const told = (fields) => {
        const { value, culprit } = readingsOf("clock", clock("a", 1, fields)).clock;
        return [value, culprit()];
    };
    assert.deepEqual(told({}), [25, null]);
    assert.deepEqual(told({ synchronised: false, maxErrorUs: 5 }), [16_000, "not synchronised"]);
    assert.deepEqual(told({ synchronised: null, maxErrorUs: null }), [null, null]);
    const { above } = DEFAULT_RULES.find(({ metric }) => metric === "clock");
    assert.ok(above > 25 && above < 16_000);
});
