import { processBegan, processEnded } from "./culprits.js";
import { count, kibibytes, load, percentBare, perSecond, rate } from "../format.js";
import { processIdentity, processRows } from "./processes.js";
import { protocolErrors } from "../hosts/points/netstat.js";
import { list, number, object, sum, tableRows } from "../read.js";
import { connectionIdentity, connectionRows, isLoopback, listenerIdentity, listenerRows } from "./sockets.js";

// Longer than 150 lines: it is one list: what each panel is asked, and which rows answer.

// What is asked of the samples when a panel's reading is to be explained. A panel that shows several things asks about
// the one that rose: waiting for disks is explained by who reads and writes, not by who computes.

const processesBy = (value, more = () => "") => (sample) => processRows(sample).map((row) => ({
    key: processIdentity(row), table: "processes", name: String(row.comm ?? row.pid ?? "?"), pid: row.pid, start: row.start,
    detail: [row.pid, row.user, more(row)].filter((part) => part !== null && part !== "").join(" · "), value: value(row),
}));
const restOf = (key, name, value) => (sample) => ({ key, name, detail: "", isSum: true, value: value(object(sample?.others)) });
const both = (...readers) => (sample) => readers.flatMap((read) => read(sample));

function aboutProcesses(question, read, ...rest) {
    return {
        probe: "top",
        ...question,
        rows: (sample) => [...read(sample), ...rest.map((one) => one(sample))],
        hasBegun: processBegan,
        hasEnded: (row, sample) => processEnded(row, sample, processRows(sample)),
    };
}

const CPU = aboutProcesses({ what: "CPU", format: percent, least: 0.5 }, processesBy((row) => number(row.cpuPct)),
    restOf("exited", "exited within the second", (others) => number(others.exitedCpuPct)),
    restOf("others", "processes not listed", (others) => number(others.cpuPct)),
    restOf("unattributed", "no known process", (others) => number(others.unattributedCpuPct)));
const MEMORY = aboutProcesses({ what: "resident memory", format: kibibytes, least: 256, isLevel: true },
    processesBy((row) => number(row.rssKiB)),
    restOf("others", "processes not listed", (others) => number(others.rssKiB)));
const FAULTS = aboutProcesses({ what: "memory read back from disk", format: (value) => `${perSecond(value)} faults`, least: 1 },
    processesBy((row) => number(row.majfltPerS)));
const wayOf = ({ rdBps, wrBps }) => ((rdBps ?? 0) > (wrBps ?? 0) ? "reads" : (wrBps ?? 0) > 0 ? "writes" : "");
const DISK = aboutProcesses({ what: "read and written", format: rate, least: 1024 },
    processesBy((row) => sum(number(row.rdBps), number(row.wrBps)), wayOf),
    restOf("others", "processes not listed", (others) => sum(number(others.rdBps), number(others.wrBps))));
// A task counts while it runs and while it waits for a disk.
const LOAD = aboutProcesses({ what: "running or waiting for a disk", format: load, least: 0.05 },
    processesBy((row) => (row.state === "D" ? 1 : row.cpuPct === null ? null : number(row.cpuPct) / 100),
        (row) => (row.state === "D" ? "waits for a disk" : "")));

const connectionsBy = (value) => (sample) => connectionRows(sample).map((row) => ({
    key: connectionIdentity(row), table: "connections", name: row.remote, isLocal: isLoopback(row, sample),
    detail: [row.comm, row.pid].filter((part) => part !== null && part !== undefined).join(" ") || row.local, value: value(row),
}));
const peersBy = (value) => (sample) => tableRows(sample?.peers, ["raddr", "lport", "conns", "rxBps", "txBps"]).map((row) => ({
    key: `peer ${row.raddr} ${row.lport}`, name: String(row.raddr ?? "?"), isLocal: isLoopback(row, sample),
    detail: row.lport === null ? "peer" : `peer, on port ${row.lport}`, value: value(row),
}));
const traffic = (row) => sum(number(row.rxBps), number(row.txBps));
const allListed = (_, sample) => {
    const total = number(sample?.connsTotal);
    return total !== null && total === list(object(sample?.conns).rows).length;
};
const wasClosed = (row, sample) => row.table === "connections" && allListed(row, sample);
const about = (question) => ({ probe: "netstat", hasEnded: wasClosed, ...question });

const TRAFFIC = about({ what: "traffic", format: rate, least: 64, rows: both(connectionsBy(traffic), peersBy(traffic)) });
const kept = (question, test) => ({ ...question, rows: (sample) => question.rows(sample).filter(test) });
const SOCKETS = about({ what: "connections", format: count, least: 0.5, rows: peersBy((row) => number(row.conns)) });
const RETRANSMITS = about({ what: "retransmits", format: count, least: 0.5, rows: connectionsBy((row) => number(row.retrans)) });
const interfacesBy = (what, columns) => about({
    what, format: perSecond, least: 0.5, hasEnded: undefined,
    rows: (sample) => tableRows(sample?.ifs, ["name", ...columns]).map((row) => ({
        key: `if ${row.name}`, name: String(row.name ?? "?"), detail: "interface",
        value: sum(...columns.map((column) => number(row[column]))),
    })),
});
const DROPS = interfacesBy("packets dropped", ["rxDropPerS", "txDropPerS"]);
const ERRORS = interfacesBy("interface errors", ["rxErrPerS", "txErrPerS"]);
const queues = (what, isAsked) => about({
    what, format: count, least: 0.5, hasEnded: undefined,
    rows: (sample) => listenerRows(sample).filter(isAsked).map((row) => ({
        key: listenerIdentity(row), table: "listeners", name: `${row.addr ?? "?"} port ${row.port ?? "?"}`,
        detail: [row.comm, row.pid].filter((part) => part !== null).join(" "), value: number(row.recvQ),
    })),
});
const LISTEN_QUEUES = queues("waiting to be accepted", ({ proto }) => !String(proto).startsWith("udp"));
const UDP_QUEUES = queues("waiting to be read", ({ proto }) => String(proto).startsWith("udp"));

const psi = (kind) => (sample) => Math.max(...["some", "full"].map((of) => number(list(object(object(sample?.psi)[kind])[of])[0]) ?? 0));
const cpu = (...fields) => (sample) => sum(...fields.map((field) => number(object(sample?.cpu)[field]))) ?? 0;
const errors = (name) => (sample) => number(protocolErrors(sample)[name]) ?? 0;
const interfaces = (...columns) => (sample) =>
    tableRows(sample?.ifs, columns).reduce((all, row) => all + (sum(...columns.map((column) => number(row[column]))) ?? 0), 0);

/**
 * For each panel: readings of a sample, and the questions that explain them. The first counts where none rose. A reading
 * beside the panel's main one has a name, and counts where it rose by `least`: less is no spike that anybody asks about.
 */
const ASKED = {
    cpu: {
        probe: "top",
        about: [
            [cpu("user", "nice", "system", "guest", "irq", "softirq"), [CPU]],
            [cpu("iowait"), [DISK], "The CPUs waited for disks", { name: "I/O wait", least: 2 }],
            [cpu("steal"), [CPU], "Other virtual machines took the CPU (steal); nothing here is the cause", { name: "steal", least: 2 }],
        ],
    },
    load: { probe: "top", about: [[() => 0, [LOAD]]] },
    pressure: {
        probe: "top",
        about: [
            [psi("cpu"), [CPU], "Tasks waited for CPU"],
            [psi("io"), [DISK], "Tasks waited for disks"],
            [psi("memory"), [FAULTS, MEMORY], "Tasks waited for memory"],
        ],
        // Pressure is the mean of ten seconds: who caused it may have ended by then.
        meanMs: 10_000,
    },
    memory: { probe: "top", about: [[() => 0, [MEMORY]]] },
    disks: { probe: "top", about: [[() => 0, [DISK]]] },
    network: { probe: "netstat", about: [[() => 0, [TRAFFIC]]] },
    tcp: { probe: "netstat", about: [[() => 0, [SOCKETS]]] },
    trouble: {
        probe: "netstat",
        about: [
            [errors("TcpRetransSegs"), [RETRANSMITS], "Segments were sent again"],
            [interfaces("rxDropPerS", "txDropPerS"), [DROPS], "Interfaces dropped packets"],
            [interfaces("rxErrPerS", "txErrPerS"), [ERRORS], "Interfaces had errors"],
            [errors("TcpExtListenDrops"), [LISTEN_QUEUES], "Connections were dropped before they were accepted"],
            [errors("UdpInErrors"), [UDP_QUEUES], "UDP packets were dropped"],
        ],
    },
};

/** The probe whose samples a panel is explained by, null for a panel that has no question. */
export const probeOf = (panel) => (Object.hasOwn(ASKED, panel) ? ASKED[panel].probe : null);

/** What a panel is usually asked about, in words. */
export const topicOf = (panel) => ASKED[panel].about[0][1][0].what;

/** How far back from the moment a panel's reading reaches, ms. */
export const reachOf = (panel) => ASKED[panel].meanMs ?? 0;

/**
 * What explains a panel's reading: `{questions, remark, name}`, by what rose most against the samples before; `name` where
 * that is not what the panel mainly shows.
 * @param loopback of the network: `without`, `only`, or `with` what stays on this host, as the chart shows it
 */
export function askedOf(panel, sample, earlier, { loopback = "with" } = {}) {
    const { about: choices } = ASKED[panel];
    const rise = ([read]) => read(sample) - earlier.reduce((all, one) => all + read(one), 0) / Math.max(1, earlier.length);
    const level = ([read]) => read(sample);
    const rises = choices.map(rise);
    const highest = Math.max(...rises);
    // Where nothing rose, the highest reading counts.
    const marks = (highest > 0 ? rises : choices.map(level))
        .map((mark, i) => (mark >= (choices[i][3]?.least ?? -Infinity) ? mark : -Infinity));
    const [, questions, remark = "", { name } = {}] = choices[marks.indexOf(Math.max(...marks))];
    if (panel !== "network" || loopback === "with") return { questions, remark, name };
    return {
        questions: questions.map((question) => kept(question, ({ isLocal }) => isLocal === (loopback === "only"))),
        remark: loopback === "only" ? "Loopback only, as in the chart" : "Without the loopback, as in the chart",
    };
}

function percent(value) {
    return `${percentBare(value)} %`;
}
