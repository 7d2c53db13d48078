import assert from "node:assert/strict";
import { test } from "node:test";
import { culprits, QUESTIONS } from "../../web/src/model/culprits.js";
import { pidOf, processOf, socketsOf } from "../../web/src/model/joined.js";
import { netstat, top } from "./samples.mjs";

const procs = (...rows) => top("a", 1, { procs: { cols: ["pid", "start", "comm", "cpuPct", "rssKiB"], rows }, others: {} });
const conns = (...rows) => netstat("a", 1, {
    conns: { cols: ["proto", "state", "laddr", "lport", "raddr", "rport", "rxBps", "txBps", "pid", "comm", "inode"], rows },
});

test("a process has its sockets, a socket its process; unknown owners match nobody", () => {
    const sockets = [{ pid: 5, inode: 1 }, { pid: null, inode: 2 }, { pid: 5, inode: 3 }];
    assert.deepEqual(socketsOf(sockets, 5).map(({ inode }) => inode), [1, 3]);
    assert.deepEqual(socketsOf(sockets, null), []);
    const processes = [{ pid: 4 }, { pid: 5 }];
    assert.equal(processOf(processes, sockets[0]).pid, 5);
    assert.equal(processOf(processes, sockets[1]), null);
    assert.equal(processOf(processes, undefined), null);
});

test("a process identity tells its pid, anything else tells none", () => {
    assert.equal(pidOf("812:99"), 812);
    for (const bad of [null, undefined, "", "x:1", "tcp 1:2 3:4 5"]) assert.equal(pidOf(bad), null);
});

test("who used more CPU than in the minute before comes first, then who used less", () => {
    const before = [procs([1, 1, "calm", 5, 1], [2, 2, "was", 40, 1]), procs([1, 1, "calm", 5, 1], [2, 2, "was", 60, 1])];
    const now = procs([1, 1, "calm", 5.2, 1], [3, 3, "spike", 93, 1]);
    const rows = culprits(QUESTIONS.cpu, now, before);
    assert.deepEqual(rows.map(({ name, before: was, at }) => [name, was, at]), [["spike", 0, 93], ["was", 50, 0]]);
    assert.equal(rows[0].table, "processes");
    assert.equal(rows[0].key, "3:3");
});

test("processes that came and went are named as such", () => {
    const now = top("a", 1, { others: { exitedCpuPct: 80 } });
    assert.equal(culprits(QUESTIONS.cpu, now, [procs()])[0].name, "exited meanwhile");
});

test("for the network it is connections and peers by traffic", () => {
    const now = conns(["tcp", "established", "10.0.0.1", 80, "10.0.0.9", 4000, 5e6, 1e5, 7, "nginx", 1]);
    const [first] = culprits(QUESTIONS.network, now, [conns()]);
    assert.deepEqual([first.name, first.detail, first.at], ["10.0.0.9:4000", "nginx 7", 5_100_000]);
    assert.equal(first.table, "connections");
});

test("every panel's question stays up on samples without tables", () => {
    for (const question of Object.values(QUESTIONS)) {
        for (const sample of [{}, null, { procs: 5, conns: "x", peers: [], others: 7 }]) {
            assert.deepEqual(culprits(question, sample, [sample, sample]), []);
        }
    }
});

test("a panel is explained by at most seven rows", () => {
    const many = Array.from({ length: 50 }, (_, i) => [i, i, `p${i}`, 10 + i, 1]);
    assert.equal(culprits(QUESTIONS.cpu, procs(...many), [procs()]).length, 7);
});
