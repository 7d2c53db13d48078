import assert from "node:assert/strict";
import { test } from "node:test";
import { PANELS } from "../../web/src/model/panels/index.js";
import { culprits, processEnded } from "../../web/src/model/tables/culprits.js";
import { askedOf, probeOf } from "../../web/src/model/tables/questions.js";
import { isLoopback } from "../../web/src/model/tables/sockets.js";
import { netstat, top } from "./samples.mjs";

const COLS = ["pid", "start", "comm", "state", "cpuPct", "rssKiB", "rdBps", "wrBps", "majfltPerS"];
const procs = (rows, more = {}) => top("a", 1, {
    procs: { cols: COLS, rows: rows.map((row) => COLS.map((name) => row[name] ?? null)) }, others: { count: 9 }, uptimeS: 1000, ...more,
});
const proc = (pid, comm, more) => ({ pid, start: pid, comm, state: "S", cpuPct: 0, rssKiB: 1000, rdBps: 0, wrBps: 0, ...more });
const conns = (rows, more = {}) => netstat("a", 1, {
    conns: { cols: ["proto", "state", "laddr", "lport", "raddr", "rport", "rxBps", "txBps", "retrans", "pid", "comm", "inode"], rows }, ...more,
});

/** What the panel of a host says: the rows of its first question, and the remark. */
function told(panel, now, earlier, options = {}) {
    const { later, ...more } = options;
    const { questions, remark } = askedOf(panel, now, earlier, more);
    return { rows: questions.map((question) => culprits(question, [now], earlier, later)), remark, what: questions.map(({ what }) => what) };
}
const names = (...values) => told(...values).rows.flat().map(({ name }) => name);

const calm = [procs([proc(1, "burner", { cpuPct: 90 }), proc(2, "writer"), proc(3, "reader"), proc(4, "hog")])];
const busy = (psi, more = {}) => procs([
    proc(1, "burner", { cpuPct: 99 }), proc(2, "writer", { wrBps: 9e7 }), proc(3, "reader", { rdBps: 5e7 }), proc(4, "hog", { rssKiB: 900_000, majfltPerS: 400 }),
], { psi, ...more });
const some = (value) => ({ some: [value, 0, 0] });

test("pressure by disks names who writes and reads, not who computes", () => {
    const { rows: [rows], remark } = told("pressure", busy({ cpu: some(3), io: some(80) }), calm);
    assert.deepEqual(rows.map(({ name, detail }) => [name, detail]), [["writer", "2 · writes"], ["reader", "3 · reads"]]);
    assert.equal(remark, "Tasks waited for disks");
});

test("pressure by CPU names who computes, pressure by memory who reads it back and who grew", () => {
    assert.deepEqual(names("pressure", busy({ cpu: some(50), io: some(1) }), calm), ["burner"]);
    const { rows: [faults, growth], remark } = told("pressure", busy({ cpu: some(3), memory: { some: [9, 0, 0], full: [60, 0, 0] } }), calm);
    assert.deepEqual([faults.map(({ name }) => name), growth.map(({ name }) => name)], [["hog"], ["hog"]]);
    assert.equal(remark, "Tasks waited for memory");
    assert.match(faults[0].format(faults[0].at), /^400\/s faults$/);
});

test("what rose is meant, not what is always high; where nothing rose, what is highest", () => {
    const before = calm.map((sample) => ({ ...sample, psi: { cpu: some(70), io: some(2) } }));
    assert.deepEqual(names("pressure", busy({ cpu: some(72), io: some(40) }), before), ["writer", "reader"]);
    assert.deepEqual(names("pressure", busy({ cpu: some(70), io: some(2) }), before), ["burner"]);
    assert.deepEqual(names("pressure", busy(null), calm), ["burner"]);
});

test("CPUs that wait for disks are explained by who uses these, stolen ones by nobody here", () => {
    const cpu = { user: 10, system: 5, nice: 0, irq: 0, softirq: 0, guest: 0, iowait: 0, steal: 0, idle: 85 };
    const before = calm.map((sample) => ({ ...sample, cpu }));
    assert.deepEqual(names("cpu", busy(null, { cpu: { ...cpu, iowait: 70 } }), before), ["writer", "reader"]);
    assert.deepEqual(names("cpu", busy(null, { cpu: { ...cpu, user: 80 } }), before), ["burner"]);
    assert.match(told("cpu", busy(null, { cpu: { ...cpu, steal: 60 } }), before).remark, /Other virtual machines/);
});

test("a CPU chart is about who computes, unless waiting or stealing rose by more than a flicker", () => {
    const cpu = { user: 30, system: 5, nice: 0, irq: 0, softirq: 0, guest: 0, iowait: 0, steal: 0, idle: 65 };
    const before = calm.map((sample) => ({ ...sample, cpu }));
    const now = (more) => askedOf("cpu", busy(null, { cpu: { ...cpu, ...more } }), before);
    assert.equal(now({ user: 29.5, iowait: 0.4 }).questions[0].what, "CPU");
    assert.equal(now({ user: 20, iowait: 1.9, steal: 1.9 }).name, undefined);
    assert.deepEqual([now({ iowait: 12 }).name, now({ iowait: 12 }).questions[0].what], ["I/O wait", "read and written"]);
    assert.equal(now({ user: 60, iowait: 12 }).name, undefined);
    assert.equal(now({ steal: 12 }).name, "steal");
});

test("load counts those that wait for a disk", () => {
    const stuck = procs([proc(1, "burner", { cpuPct: 90 }), proc(2, "stuck", { state: "D" })]);
    const { rows: [[first]] } = told("load", stuck, calm);
    assert.deepEqual([first.name, first.detail, first.at], ["stuck", "2 · waits for a disk", 1]);
});

test("who used more CPU than in the minute before comes first, then who used less", () => {
    const before = [procs([proc(1, "calm", { cpuPct: 5 }), proc(2, "was", { cpuPct: 40 })]), procs([proc(1, "calm", { cpuPct: 5 }), proc(2, "was", { cpuPct: 60 })])];
    const now = procs([proc(1, "calm", { cpuPct: 5.2 }), proc(3, "spike", { cpuPct: 93 })]);
    const { rows: [rows] } = told("cpu", now, before);
    assert.deepEqual(rows.map(({ name, before: was, at, fate }) => [name, was, at, fate]), [["spike", null, 93, "unlisted"], ["was", 50, null, "unlisted"]]);
    assert.equal(rows[0].table, "processes");
    assert.equal(rows[0].key, "3:3");
});

test("exited and not listed are told apart", () => {
    const before = [procs([proc(2, "was", { cpuPct: 50 })])];
    const fate = (now, later) => told("cpu", now, before, { later }).rows[0].find(({ name }) => name === "was").fate;
    const without = procs([proc(1, "calm")]);
    assert.equal(fate(without), "unlisted");
    // The table lists all there are, or the number is somebody else's.
    assert.equal(fate({ ...without, others: { count: 0 } }), "ended");
    assert.equal(fate(procs([proc(2, "next", { start: 99 })])), "ended");
    // It is there again a second later: it had only become quiet.
    assert.equal(fate({ ...without, others: { count: 0 } }, before), "unlisted");
    // A table that is not there says nothing.
    assert.equal(fate(top("a", 1, { procs: null, others: { count: 0 } })), "unlisted");
});

test("a process that began within the minute is told from one that was not listed", () => {
    const fate = (start) => told("cpu", procs([proc(7, "new", { start, cpuPct: 50 })], { uptimeS: 1060 }), calm).rows[0].find(({ name }) => name === "new").fate;
    assert.equal(fate(1_030_000), "began");
    assert.equal(fate(30_000), "unlisted");
    assert.equal(fate(null), "unlisted");
});

test("processes that came and went, those not listed and time that nobody owns are named apart", () => {
    const now = procs([], { others: { count: 9, exitedCpuPct: 80, cpuPct: 30, unattributedCpuPct: 20 } });
    assert.deepEqual(names("cpu", now, [procs([])]), ["exited within the second", "processes not listed", "no known process"]);
});

test("a sample without rates blames nobody", () => {
    const first = procs([proc(1, "burner", { cpuPct: null, rdBps: null, wrBps: null })], { flags: ["first"], others: { count: 9, cpuPct: null, exitedCpuPct: null } });
    assert.deepEqual(names("cpu", first, calm), []);
    // Nor does one among those before make the others' mean smaller.
    const { rows: [[row]] } = told("cpu", procs([proc(1, "burner", { cpuPct: 10 })]), [...calm, first]);
    assert.equal(row.before, 90);
    // A table without rows does: nobody was there.
    const before = [conns([]), conns([]), conns([OUT])];
    assert.equal(told("network", conns([OUT]), before).rows[0][0].before, 1_700_000);
});

const OUT = ["tcp", "established", "10.0.0.1", 80, "10.0.0.9", 4000, 5e6, 1e5, 0, 7, "nginx", 1];
const LOCAL = [
    ["tcp", "established", "127.0.0.1", 80, "127.0.0.1", 4000, 9e8, 9e8, 0, 8, "lo4", 2], ["tcp", "established", "::1", 80, "::1", 4000, 9e8, 9e8, 0, 8, "lo6", 3],
    ["tcp", "established", "::ffff:127.0.0.5", 80, "::ffff:127.0.0.5", 4000, 9e8, 9e8, 0, 8, "mapped", 4],
    ["tcp", "established", "10.0.0.1", 81, "10.0.0.1", 4001, 9e8, 9e8, 0, 8, "own", 5], ["tcp", "established", "fe80::1%lo", 81, "fe80::1%lo", 4001, 9e8, 9e8, 0, 8, "zone", 6],
    ["tcp", "established", "10.0.0.1", 82, "10.0.0.2", 4001, 9e8, 9e8, 0, 8, "to another own", 7],
];
const PEERS = { cols: ["raddr", "lport", "conns", "rxBps", "txBps"], rows: [["127.0.0.1", 80, 1, 9e8, 9e8], ["10.0.0.2", 82, 1, 9e8, 9e8], ["10.0.0.9", 80, 1, 5e6, 1e5]] };
const LISTEN = { cols: ["proto", "addr", "port"], rows: [["tcp", "10.0.0.2", 82]] };

test("a network chart without the loopback names nobody who stays on the host", () => {
    const now = conns([OUT, ...LOCAL], { peers: PEERS, listen: LISTEN });
    const { rows: [rows], remark } = told("network", now, [conns([])], { loopback: "without" });
    assert.deepEqual(rows.map(({ name, detail, at }) => [name, detail, at]), [["10.0.0.9", "peer, on port 80", 5_100_000], ["10.0.0.9:4000", "nginx 7", 5_100_000]]);
    assert.equal(rows[1].table, "connections");
    assert.equal(remark, "Without the loopback, as in the chart");
    assert.equal(told("network", now, [conns([])], { loopback: "with" }).rows[0].length, 7);
    assert.ok(told("network", now, [conns([])], { loopback: "only" }).rows[0].every(({ name }) => !name.startsWith("10.0.0.9")));
    for (const odd of [{}, { raddr: null }, { raddr: 5, laddr: 5 }, { raddr: "" }]) assert.equal(isLoopback(odd, now), false);
});

test("drops and errors are explained by interfaces and queues, not by connections", () => {
    const ifs = (drop, error) => ({ cols: ["name", "rxDropPerS", "txDropPerS", "rxErrPerS", "txErrPerS"], rows: [["eth0", 0, 0, 0, 0], ["eth1", drop, 0, 0, error]] });
    const listen = { cols: ["proto", "addr", "port", "recvQ"], rows: [["tcp", "0.0.0.0", 80, 129], ["udp", "0.0.0.0", 53, 4096]] };
    const quiet = [conns([], { ifs: ifs(0, 0), proto: {}, listen: { ...listen, rows: [["tcp", "0.0.0.0", 80, 0], ["udp", "0.0.0.0", 53, 0]] } })];
    const retransmitting = [[...OUT.slice(0, 8), 30, ...OUT.slice(9)]];
    const lost = (fields) => ({ protoErrors: { TcpRetransSegs: 0, TcpExtListenDrops: 0, UdpInErrors: 0, ...fields }, proto: null });
    assert.deepEqual(names("trouble", conns(retransmitting, { ifs: ifs(0, 0), ...lost({ TcpRetransSegs: 30 }) }), quiet), ["10.0.0.9:4000"]);
    assert.deepEqual(names("trouble", conns([], { ifs: ifs(0, 0), listen, ...lost({ TcpExtListenDrops: 3 }) }), quiet), ["0.0.0.0 port 80"]);
    assert.deepEqual(names("trouble", conns([], { ifs: ifs(0, 0), listen, ...lost({ UdpInErrors: 3 }) }), quiet), ["0.0.0.0 port 53"]);
    // Of an older collector.
    assert.deepEqual(names("trouble", conns(retransmitting, { ifs: ifs(0, 0), proto: { TcpRetransSegs: 30 } }), quiet), ["10.0.0.9:4000"]);
    assert.deepEqual(names("trouble", conns(retransmitting, { ifs: ifs(900, 0), proto: { TcpRetransSegs: 1 } }), quiet), ["eth1"]);
    assert.deepEqual(names("trouble", conns(retransmitting, { ifs: ifs(0, 5), proto: {} }), quiet), ["eth1"]);
    assert.deepEqual(names("trouble", conns([], { ifs: ifs(0, 0), listen, proto: { TcpExtListenDrops: 3 } }), quiet), ["0.0.0.0 port 80"]);
    assert.deepEqual(names("trouble", conns([], { ifs: ifs(0, 0), listen, proto: { UdpInErrors: 3 } }), quiet), ["0.0.0.0 port 53"]);
});

test("every panel's question stays up on samples without tables", () => {
    for (const { id: panel } of PANELS.filter(({ id }) => probeOf(id) !== null)) {
        for (const sample of [{}, { procs: 5, conns: "x", peers: [], others: 7, ifs: 1, listen: [], psi: 3, cpu: [], proto: "x", protoErrors: "x" }]) {
            assert.deepEqual(names(panel, sample, [sample, sample]), []);
        }
    }
    for (const odd of ["nothing", "constructor", "", "__proto__"]) assert.equal(probeOf(odd), null);
});

test("a panel is explained by at most seven rows", () => {
    const many = Array.from({ length: 50 }, (_, i) => proc(i, `p${i}`, { cpuPct: 10 + i }));
    assert.equal(names("cpu", procs(many), [procs([])]).length, 7);
});

test("a process is known to have ended only where the table can tell", () => {
    const rows = [{ pid: 5, start: 1 }];
    assert.equal(processEnded({ pid: 5, key: "5:1" }, { others: { count: 0 } }, rows), false);
    assert.equal(processEnded({ pid: 6, key: "6:1" }, { others: { count: 3 } }, rows), false);
    assert.equal(processEnded({ pid: 6, key: "6:1" }, null, []), false);
});
