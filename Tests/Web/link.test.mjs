import assert from "node:assert/strict";
import { test } from "node:test";
import { Fleet } from "../../web/src/model/hosts/fleet.js";
import { DOUBT_MS, Link } from "../../web/src/model/link/link.js";
import { linkSentence, linkWord } from "../../web/src/model/link/linkWords.js";
import { companions } from "../../web/src/model/link/silence.js";
import { createAlarmWatch } from "../../web/src/model/alarms/alarmWatch.js";
import { DEFAULT_RULES } from "../../web/src/model/alarms/alarmRules.js";
import { top } from "./samples.mjs";

const WALL = 1_763_690_000_000;

/** A page on a server that beats each second, with hosts that write each second; time passes by `run`. */
function page({ hosts = ["a", "b", "c"], beats = true } = {}) {
    let at = 0;
    const link = new Link(0, WALL);
    const fleet = new Fleet({ unheardMs: (from, to) => link.unheardMs(from, to) });
    // Stricter than what a reader would set: any silence that is told at all is an alarm.
    const rules = DEFAULT_RULES.map((rule) => (rule.metric === "stale" ? { ...rule, above: 0, below: 0 } : rule));
    const watch = createAlarmWatch({ rules, wallClock: () => WALL + at, say: () => {} });
    const told = [];
    let number = 0;
    const self = {
        link, fleet, watch, told,
        get now() { return at; },
        get name() { return link.state.name; },
        connection: (state) => link.changed(state, at, WALL + at),
        beat: () => link.received(at, WALL + at, { isBeat: true }),
        write(...names) {
            link.received(at, WALL + at, { hasSamples: true });
            number += 1;
            fleet.append(names.map((name) => top(name, number)), at);
        },
        look(ms = 0) {
            at += ms;
            if (link.check(at, WALL + at, fleet.hosts)) told.push(link.state.name);
            if (link.hearsHosts) watch.silence(fleet.hosts, at);
        },
        /** Lets `ms` pass, looking each 200 ms; the server beats and `writing` hosts write unless told otherwise. */
        run(ms, { beating = beats, writing = hosts, looking = true } = {}) {
            for (const end = at + ms; at < end;) {
                at += 200;
                if (at % 1000 === 0 && beating) self.beat();
                if (at % 1000 === 400 && writing.length > 0) self.write(...writing);
                if (looking) self.look();
            }
        },
        get alarms() { return watch.alarms.entries.map(({ host }) => host).sort(); },
    };
    self.connection({ name: "live" });
    self.run(5000);
    assert.equal(self.name, "live");
    told.length = 0;
    return self;
}

const NONE = { beating: false, writing: [] };

test("without a word from the server the link is in doubt within three seconds, and no host is called silent", () => {
    const one = page();
    one.run(2000, NONE);
    assert.equal(one.name, "live");
    one.run(1000, NONE);
    assert.equal(one.name, "doubtful");
    assert.equal(one.link.since, WALL + 5000, "since the last word");
    one.run(60_000, NONE);
    assert.deepEqual(one.told, ["doubtful"]);
    assert.deepEqual(one.alarms, []);
    assert.equal(one.fleet.host("a").isStale(one.now), false);
    assert.equal(one.fleet.host("a").ageMs(one.now) > 60_000, true, "its age is told all the same");
    one.run(10_000);
    assert.deepEqual([one.told, one.alarms], [["doubtful", "live"], []]);
});

test("a word of whatever kind keeps the link out of doubt", () => {
    const one = page();
    one.run(20_000, { beating: true, writing: [] });
    assert.equal(one.told.includes("doubtful"), false);
    one.run(20_000, { beating: false });
    assert.equal(one.told.includes("doubtful"), false);
});

test("all hosts quiet while the server beats are silent together: one word, no alarm of each", () => {
    const one = page();
    one.run(10_000, { writing: [] });
    assert.deepEqual([one.name, one.alarms], ["quiet", []]);
    assert.equal(one.link.since, WALL + 4400, "since the last sample");
    assert.equal(one.fleet.host("a").isStale(one.now), true);
    assert.equal(one.link.hearsHosts, true);
    one.run(5000);
    assert.deepEqual([one.name, one.alarms], ["live", []]);
});

test("a host that falls silent beside others is an alarm of its own", () => {
    const one = page();
    one.run(5000, { writing: ["a", "b"] });
    assert.deepEqual([one.name, one.alarms], ["live", ["c"]]);
    one.run(5000, { writing: [] });
    assert.deepEqual([one.name, one.alarms], ["quiet", ["c"]], "the others fell together, later");
});

test("the only host, and the last that was left, are alarms of their own", () => {
    const lone = page({ hosts: ["a"] });
    lone.run(9000, { writing: [] });
    assert.deepEqual([lone.name, lone.alarms], ["live", []], "the server may not yet have noticed that Redis hangs");
    assert.equal(lone.fleet.host("a").isStale(lone.now), true, "though the page says how old its figures are");
    lone.run(2000, { writing: [] });
    assert.deepEqual([lone.name, lone.alarms], ["live", ["a"]]);
    const last = page({ hosts: ["a", "b"] });
    last.run(8000, { writing: ["a"] });
    assert.deepEqual(last.alarms, ["b"], "while another is heard, Redis works");
    last.run(8000, { writing: [] });
    assert.deepEqual(last.alarms, ["b"]);
    last.run(4000, { writing: [] });
    assert.deepEqual(last.alarms, ["a", "b"]);
});

for (const hosts of [["a"], ["a", "b", "c"]]) {
    test(`a Redis that hangs is no silence of its ${hosts.length} hosts, before the server notices and after`, () => {
        const one = page({ hosts });
        one.run(6400, { writing: [] });
        one.connection({ name: "stalled", status: "timed-out", detail: "" });
        one.run(20_000, { writing: [] });
        one.connection({ name: "live" });
        one.run(2400, { writing: [] });
        assert.deepEqual(one.fleet.hosts.map((host) => host.isStale(one.now)), hosts.map(() => false), "its last sample came when Redis last worked");
        one.run(5000);
        assert.deepEqual([one.name, one.alarms], ["live", []]);
    });
}

test("a host that had been silent for long before Redis hung stays an alarm all through", () => {
    const one = page({ hosts: ["a"] });
    one.run(60_000, { writing: [] });
    one.connection({ name: "stalled", status: "timed-out", detail: "" });
    one.run(20_000, { writing: [] });
    one.connection({ name: "live" });
    one.run(6000, { writing: [] });
    assert.deepEqual(one.watch.alarms.entries.map(({ host, until }) => [host, until]), [["a", null]]);
    assert.equal(one.fleet.host("a").isStale(one.now), true);
});

test("a host that was silent before the link failed stays so, one that was not begins anew", () => {
    const one = page();
    one.run(5000, { writing: ["a", "b"] });
    one.run(30_000, NONE);
    one.beat();
    one.look();
    assert.deepEqual(one.fleet.hosts.map((host) => host.isStale(one.now)), [false, false, true]);
    one.run(6000, { writing: ["a"] });
    assert.deepEqual(one.alarms, ["b", "c"], "b died meanwhile");
});

test("a page that slept doubts nothing before it has listened", () => {
    const one = page();
    one.look(3_600_000);
    assert.deepEqual([one.told, one.alarms], [[], []]);
    assert.equal(one.fleet.host("a").isStale(one.now), false);
    one.run(2000, NONE);
    assert.deepEqual(one.told, []);
    one.run(800, NONE);
    assert.deepEqual([one.told, one.alarms], [["doubtful"], []], "now it has listened in vain");
});

test("a page that slept in its first second has been told that the server beats", () => {
    const link = new Link(0, WALL);
    const fleet = new Fleet({ unheardMs: (from, to) => link.unheardMs(from, to) });
    link.received(100, WALL, { isBeat: true });
    link.received(200, WALL, { hasSamples: true });
    fleet.append([top("a", 1), top("b", 1)], 200);
    link.changed({ name: "live" }, 200, WALL);
    link.check(300, WALL, fleet.hosts);
    assert.equal(link.check(9000, WALL, fleet.hosts), false);
    assert.equal(fleet.host("a").isStale(9000), false);
});

test("what waited in the line while the page slept makes no host silent, in whatever order it comes", () => {
    const one = page();
    one.look(600_000);
    for (const word of [one.beat, one.beat, () => one.write("a"), one.beat, () => one.write("b"), () => one.write("c")]) {
        word();
        one.look();
        assert.deepEqual([one.name, one.alarms, one.fleet.hosts.some((host) => host.isStale(one.now))], ["live", [], false]);
    }
});

test("a tab in the background that hears but does not look raises nothing", () => {
    const one = page();
    one.run(120_000, { looking: false });
    one.look();
    assert.deepEqual([one.told, one.alarms], [[], []]);
});

test("a server that does not follow Redis and then falls silent is in doubt; hosts are not silent in either", () => {
    const one = page();
    one.connection({ name: "stalled", status: "timed-out", detail: "" });
    one.run(30_000, { writing: [] });
    assert.equal(one.name, "stalled");
    one.run(5000, NONE);
    assert.equal(one.name, "doubtful");
    one.run(2000, { writing: [] });
    one.connection({ name: "live" });
    one.run(5000);
    assert.deepEqual([one.name, one.alarms], ["live", []]);
});

test("a lost connection goes on from the last word, with its refusal, and raises nothing when it is back", () => {
    const one = page();
    one.run(40_000, NONE);
    one.connection({ name: "reconnecting", attempt: 1 });
    assert.deepEqual([one.name, one.link.since], ["reconnecting", WALL + 5000]);
    one.run(5000, NONE);
    assert.equal(one.connection({ name: "reconnecting", attempt: 1 }), false, "the same again is no change");
    one.connection({ name: "live" });
    one.run(5000);
    assert.deepEqual([one.name, one.alarms], ["live", []]);
});

test("where the server does not beat, all hosts quiet at once mean the link, one alone the host", () => {
    const one = page({ beats: false });
    one.run(6000, { beating: false, writing: ["a", "b"] });
    assert.deepEqual([one.name, one.alarms], ["live", ["c"]]);
    one.run(6000, NONE);
    assert.deepEqual([one.name, one.alarms], ["doubtful", ["c"]]);
    const slow = page({ beats: false, hosts: ["a"] });
    slow.run(DOUBT_MS + 1000, { beating: false, writing: [] });
    assert.equal(slow.name, "live", "a single one may just be slow");
});

test("hosts of long intervals are silent together only when each has missed its own", () => {
    const host = (name, silentMs, intervalMs) => ({ name, silentMs: () => silentMs, intervalMs, isStale: () => silentMs > 3 * intervalMs });
    const [fast, other, slow] = [host("fast", 4000, 1000), host("other", 3500, 1000), host("slow", 20_000, 60_000)];
    assert.deepEqual([companions([fast, other, slow], 0).areDue, companions([fast, other], 0).areDue], [false, true]);
    assert.equal(companions([], 0).areDue, false);
    assert.equal(companions([host("none", Infinity, 1000), host("too", Infinity, 1000)], 0).areDue, false);
});

test("every state has its word, and those that are not live a sentence that says what to do", () => {
    for (const name of ["doubtful", "quiet", "reconnecting", "stalled"]) {
        const { kind, title, text } = linkSentence({ name, status: "busy", detail: "x" }, "12:00:00");
        assert.ok(kind && title && text.includes("12:00:00"), name);
        assert.ok(linkWord({ name, status: "busy" }).length < 24, name);
    }
    assert.equal(linkSentence({ name: "live" }, ""), null);
});
