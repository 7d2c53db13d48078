import { count, kibibytes, percentBare, rate } from "./format.js";
import { number, object, sum, tableRows } from "./read.js";
import { processIdentity, processRows } from "./processes.js";
import { connectionIdentity, connectionRows } from "./sockets.js";

// Who did it: what changed most at a moment against the mean of the samples before it. What a sample did not list
// counts as nothing there, since tables list the busiest.

const MOST = 7;
export const COMPARED_MS = 60_000;
export const COMPARED_SAMPLES = 15;

const processBy = (value) => (sample) => processRows(sample).map((row) => ({
    key: processIdentity(row),
    table: "processes",
    name: String(row.comm ?? row.pid ?? "?"),
    detail: [row.pid, row.user].filter((part) => part !== null).join(" · "),
    value: value(row),
}));

const BY_CPU = {
    probe: "top", what: "CPU", format: (value) => `${percentBare(value)} %`, least: 0.5,
    rows: (sample) => [
        ...processBy((row) => number(row.cpuPct))(sample),
        { key: "exited", name: "exited meanwhile", detail: "", value: number(object(sample?.others).exitedCpuPct) },
        { key: "others", name: "processes not listed", detail: "", value: number(object(sample?.others).cpuPct) },
    ],
};
const BY_MEMORY = {
    probe: "top", what: "resident memory", format: kibibytes, least: 256, rows: processBy((row) => number(row.rssKiB)),
};
const BY_DISK = {
    probe: "top", what: "read and written", format: rate, least: 1024,
    rows: processBy((row) => sum(number(row.rdBps), number(row.wrBps))),
};

const connectionsBy = (value) => (sample) => connectionRows(sample).map((row) => ({
    key: connectionIdentity(row),
    table: "connections",
    name: row.remote,
    detail: [row.comm, row.pid].filter((part) => part !== null && part !== undefined).join(" ") || row.local,
    value: value(row),
}));

const peersBy = (value) => (sample) => tableRows(sample?.peers, ["raddr", "lport", "conns", "rxBps", "txBps"])
    .map((row) => ({
        key: `peer ${row.raddr} ${row.lport}`,
        name: String(row.raddr ?? "?"),
        detail: row.lport === null ? "peer" : `peer, on port ${row.lport}`,
        value: value(row),
    }));

const both = (...readers) => (sample) => readers.flatMap((read) => read(sample));
const traffic = (row) => sum(number(row.rxBps), number(row.txBps));
const BY_TRAFFIC = {
    probe: "netstat", what: "traffic", format: rate, least: 64, rows: both(connectionsBy(traffic), peersBy(traffic)),
};
const BY_SOCKETS = {
    probe: "netstat", what: "connections", format: count, least: 0.5, rows: peersBy((row) => number(row.conns)),
};
const BY_RETRANSMITS = {
    probe: "netstat", what: "retransmits", format: count, least: 0.5, rows: connectionsBy((row) => number(row.retrans)),
};

/** How each panel's spike is explained. */
export const QUESTIONS = {
    cpu: BY_CPU, load: BY_CPU, pressure: BY_CPU, memory: BY_MEMORY, disks: BY_DISK,
    network: BY_TRAFFIC, tcp: BY_SOCKETS, trouble: BY_RETRANSMITS,
};

/** The greatest changes as `{key, table, name, detail, before, at, change}`, the greatest first. */
export function culprits(question, sample, earlier) {
    const found = new Map();
    const at = (row) => {
        if (!found.has(row.key)) found.set(row.key, { ...row, before: 0, at: 0 });
        return found.get(row.key);
    };
    for (const past of earlier) for (const row of question.rows(past)) at(row).before += (row.value ?? 0) / earlier.length;
    for (const row of question.rows(sample)) at(row).at += row.value ?? 0;
    return [...found.values()]
        .map(({ value: _, ...row }) => ({ ...row, change: row.at - row.before }))
        .filter((row) => Math.abs(row.change) >= question.least)
        .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || (a.key < b.key ? -1 : 1))
        .slice(0, MOST);
}
