import assert from "node:assert/strict";
import { test } from "node:test";
import { asOf, momentOf, shownTime } from "../../web/src/model/view/shownTime.js";
import { Range } from "../../web/src/model/tables/range.js";
import { Fleet } from "../../web/src/model/hosts/fleet.js";
import { INITIAL, setters } from "../../web/src/model/view/viewState.js";
import { netstat, T0, top } from "./samples.mjs";

const after = (...steps) => steps.reduce((state, [name, ...values]) => setters[name](state, ...values), INITIAL);
const PRESENT = T0 + 600_000;

test("every part of a host's page shows one time: the pinned, else the zoom's end, else where it was paused, else now", () => {
    const zoom = ["zoom", T0, T0 + 60_000];
    assert.deepEqual(shownTime(INITIAL, PRESENT, null), { at: null, range: null });
    assert.deepEqual(shownTime(after(["pause", true]), PRESENT, PRESENT), { at: PRESENT, range: null });
    assert.deepEqual(shownTime(after(zoom), PRESENT, null), { at: T0 + 60_000, range: [T0, T0 + 60_000] });
    assert.deepEqual(shownTime(after(zoom, ["pin", T0 + 5000]), PRESENT, null), { at: T0 + 5000, range: null });
    assert.deepEqual(shownTime(after(zoom), T0 + 20_000, null), { at: T0 + 20_000, range: [T0, T0 + 20_000] }, "not beyond the present");
});

test("of when a figure is stands in words by the sample's own time, and not at all for the present", () => {
    assert.equal(asOf({ at: null }, T0, "utc"), "");
    assert.equal(asOf({ at: T0 + 900 }, T0, "utc"), asOf({ at: T0 }, null, "utc"));
    assert.match(asOf({ at: T0 }, T0, "utc"), /^at \d\d:\d\d:\d\d$/);
});

/** Samples of one host, each with its processes as `[pid, cpuPct, rssKiB, comm]`, and what is not listed. */
function kept(...seconds) {
    const fleet = new Fleet();
    fleet.store.show("a");
    const samples = seconds.map(({ procs, others = 0, exited = 0 }, seq) => top("a", seq, {
        procs: { cols: ["pid", "start", "cpuPct", "rssKiB", "comm"], rows: procs.map(([pid, cpu, rss, comm = "x"]) => [pid, 1, cpu, rss, comm]) },
        others: { count: 4, cpuPct: others, rssKiB: 100, exitedCpuPct: exited },
    }));
    fleet.append(samples, 0);
    return { fleet, range: new Range(fleet.store, "top"), times: samples.map(({ t }) => t) };
}

test("a range gives mean and peak of each process, and adds up with what closes it", () => {
    const { range, times } = kept(
        { procs: [[1, 10, 1000], [2, 80, 500]], others: 5 }, { procs: [[1, 30, 3000]], others: 7, exited: 6 },
        { procs: [[1, 20, 2000], [3, 40, null, "new"]], others: 3 });
    assert.equal(range.read("a", [times[0], times[2]]), false);
    const byPid = Object.fromEntries(range.rows("processes").map((row) => [row.pid, row]));
    assert.deepEqual([byPid[1].cpuPct, byPid[1].cpuPeak, byPid[1].rssKiB, byPid[1].rssPeak], [20, 30, 2000, 3000]);
    assert.deepEqual([byPid[2].cpuPct, byPid[2].cpuPeak, byPid[2].rssKiB], [80 / 3, 80, 500], "not listed is nothing of CPU, and unknown memory");
    assert.deepEqual([byPid[3].comm, byPid[3].rssKiB, byPid[3].rssPeak, byPid[3].rdBps], ["new", null, null, null]);
    const closing = Object.fromEntries(range.rows("closing").map((row) => [row.key, row]));
    assert.equal(closing.others.cpuPct, 5);
    assert.equal(closing.exited.cpuPct, 2);
    const listed = range.rows("processes").reduce((sum, row) => sum + row.cpuPct, 0);
    assert.ok(Math.abs(listed + closing.others.cpuPct + closing.exited.cpuPct - closing.total.cpuPct) < 1e-9);
    assert.equal(closing.total.cpuPeak, 95);
});

test("a range takes only what lies in it, each sample once, and grows with the present", () => {
    const { fleet, range, times } = kept({ procs: [[1, 90, 1]] }, { procs: [[1, 10, 1]] }, { procs: [[1, 20, 1]] });
    const end = times[2] + 2000;
    range.read("a", [times[1], times[2]], end);
    range.read("a", [times[1], times[2]], end);
    assert.deepEqual([range.count, range.rows("processes")[0].cpuPct], [2, 15]);
    fleet.append([top("a", 3, { procs: { cols: ["pid", "start", "cpuPct"], rows: [[1, 1, 60]] } })], 0);
    range.read("a", [times[1], times[2] + 1000], end);
    assert.deepEqual([range.count, range.rows("processes")[0].cpuPct, range.rows("processes")[0].cpuPeak], [3, 30, 60]);
    range.read("a", [times[0], times[0]]);
    assert.deepEqual([range.count, range.rows("processes")[0].cpuPct], [1, 90], "another range begins anew");
});

test("a long range is read a little at a time", () => {
    const { range, times } = kept(...Array.from({ length: 100 }, (_, i) => ({ procs: [[1, i, 1]] })));
    let turns = 1;
    while (range.read("a", [times[0], times.at(-1)])) turns += 1;
    assert.deepEqual([turns, range.count, range.rows("processes")[0].cpuPct], [3, 100, 49.5]);
});

test("a probe of any kind shows its sample of the moment", () => {
    const fleet = new Fleet();
    const gpu = (seq) => ({ id: `a:gpu:1:${seq}`, host: "a", probe: "gpu", t: T0 + 1000 * seq, watts: seq });
    fleet.append([gpu(1), gpu(2), gpu(3)], 0);
    const at = (t) => momentOf(fleet.store, fleet.host("a"), "gpu", t);
    assert.deepEqual([at(T0 + 2500).sample.watts, at(null).sample.watts, at(T0).state], [2, 3, "none"]);
});

/** Samples of one host, each with its sockets: connections `[lport, pid, recvQ, rttUs, retrans, rxBps]`, listeners `[port, queue]`, peers `[raddr, conns, txBps]`. */
function sockets(...seconds) {
    const fleet = new Fleet();
    fleet.store.show("a");
    const samples = seconds.map(({ conns = [], listen = [], peers = [] }, seq) => netstat("a", seq, {
        conns: {
            cols: ["proto", "laddr", "lport", "raddr", "rport", "inode", "pid", "recvQ", "rttUs", "retrans", "rxBps"],
            rows: conns.map(([lport, ...rest]) => ["tcp", "10.0.0.1", lport, "10.0.0.2", 99, lport, ...rest]),
        },
        listen: { cols: ["proto", "addr", "port", "recvQ"], rows: listen.map((row) => ["tcp", "::", ...row]) },
        peers: { cols: ["raddr", "lport", "conns", "txBps"], rows: peers.map(([raddr, ...rest]) => [raddr, 443, ...rest]) },
    }));
    fleet.append(samples, 0);
    const range = new Range(fleet.store, "netstat");
    range.read("a", [samples[0].t, samples.at(-1).t]);
    return range;
}

test("a range gives mean and peak of each socket, listener and peer, also of those that its end lacks", () => {
    const range = sockets(
        { conns: [[80, 7, 0, 1000, 1, 300], [81, 8, 50, null, 0, 600]], listen: [[80, 4], [22, 0]], peers: [["10.0.0.2", 3, 900]] },
        { conns: [[80, 7, 60, 3000, 2, 100]], listen: [[80, 8], [22, 0]], peers: [["10.0.0.2", 6, 0], ["10.0.0.3", 1, 60]] },
        { conns: [[80, 9, 30, 5000, 4, 200]], listen: [[22, 0]], peers: [["10.0.0.2", 6, 300]] });
    const [first, gone] = range.rows("connections");
    assert.deepEqual([first.local, first.pid], ["10.0.0.1:80", 9], "its words are the newest");
    assert.deepEqual([first.rxBps, first.rxPeak, first.recvQ, first.recvQPeak, first.rttUs, first.rttPeak, first.retrans], [200, 300, 30, 60, 3000, 5000, 4]);
    assert.deepEqual([gone.rxBps, gone.rxPeak, gone.recvQ, gone.rttUs, gone.rttPeak], [200, 600, 50, null, null], "bytes add up over the range");
    assert.deepEqual(range.rows("listeners").map(({ port, recvQ, recvQPeak }) => [port, recvQ, recvQPeak]), [[22, 0, 0], [80, 6, 8]]);
    assert.deepEqual(range.rows("peers").map(({ raddr, conns, connsPeak, txBps, txPeak }) => [raddr, conns, connsPeak, txBps, txPeak]),
        [["10.0.0.2", 5, 6, 400, 900], ["10.0.0.3", 1, 1, 20, 60]]);
});
