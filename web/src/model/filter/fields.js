import { fold } from "./pattern.js";

// Longer than 150 lines: it is one list, of what each table can be asked for.

// What can be asked of the rows of each table, and of hosts. The first name is the one that help shows.

const text = (names, read, more = {}) => ({ kind: "text", names, read, ...more });
const whole = (names, read, more = {}) => text(names, read, { isWhole: true, ...more });
const id = (names, read) => ({ kind: "id", names, read });
const figure = (names, unit, read, more = {}) => ({ kind: "figure", names, unit, read, ...more });

function language({ what, words, fields, examples }) {
    return {
        what,
        examples,
        words: (row) => words(row).filter((one) => one !== null && one !== undefined).map((one) => fold(String(one))),
        fields: new Map(fields.flatMap((field) => field.names.map((name) => [name, { ...field, name: field.names[0] }]))),
    };
}

const times = (value, by) => (typeof value === "number" ? value * by : null);
const joined = (state) => state.replace(/[-_]/g, "");

/** A silent host's figures are old: nothing is known of it now. While the page itself hears nothing, all are as old. */
export const isSilent = ({ stale, state }) => Boolean(stale) && state !== "unheard";
const isBusy = (host) => !isSilent(host) && ((host.cpu ?? 0) >= 80 || (host.cpus > 0 && (host.load ?? 0) > host.cpus));
const now = (read) => (host) => (isSilent(host) ? null : read(host));

export const HOSTS = language({
    what: "hosts",
    words: (host) => [host.name],
    fields: [
        text(["name", "host"], (host) => host.name),
        figure(["cpu"], "percent", now((host) => host.cpu)),
        figure(["mem", "memory"], "bytes", now((host) => times(host.memoryKiB, 1024)), {
            share: now((host) => host.memory), isShareBare: true,
        }),
        figure(["net", "network"], "rate", now((host) => host.network)),
        figure(["load"], "plain", now((host) => host.load)),
        figure(["iowait"], "percent", now((host) => host.iowait)),
        figure(["swap"], "percent", now((host) => host.swap)),
        figure(["pressure", "psi"], "percent", now((host) => host.pressure)),
        figure(["retrans", "retr"], "count", now((host) => host.retrans)),
        figure(["disk"], "percent", now((host) => host.disk)),
        text(["top"], now((host) => host.top?.name)),
        figure(["cpus"], "plain", (host) => host.cpus),
        figure(["alarms"], "count", (host) => host.alarms),
        figure(["silence"], "span", (host) => (isSilent(host) ? host.ageMs : null)),
        {
            kind: "flags", names: ["is"], flags: { busy: isBusy, silent: isSilent, alarm: (host) => host.alarms > 0 },
        },
    ],
    examples: [
        ["web -test", "the name contains web, but not test"], ["web* | db*", "names that begin with one or the other"],
        ["/^web-0[1-4]$/", "regular expression"], ["cpu>50", "also >= < <= =, and iowait, swap, pressure, disk in %"],
        ["mem>80%", "or in bytes: mem>4g"], ["net>10m", "bytes per second"], ["load>2", "also retrans, alarms, cpus"],
        ["is:busy", "or is:silent, is:alarm"], ["silence>5m", "silent for longer than this"], ["top:redis", "the busiest process"],
    ],
});

export const PROCESSES = language({
    what: "processes",
    words: (row) => [row.pid, row.user, row.comm, row.cmd, row.unit],
    fields: [
        id(["pid"], (row) => row.pid),
        id(["parent", "ppid"], (row) => row.ppid),
        whole(["user"], (row) => row.user),
        whole(["state"], (row) => row.state),
        text(["name", "comm"], (row) => row.comm),
        text(["cmd", "command"], (row) => row.cmd ?? row.comm),
        text(["unit"], (row) => row.unit),
        figure(["cpu"], "percent", (row) => row.cpuPct),
        figure(["mem", "memory", "rss"], "bytes", (row) => times(row.rssKiB, 1024), { share: (row) => row.memPct, needsUnit: true }),
        figure(["virt", "virtual"], "bytes", (row) => times(row.virtKiB, 1024), { needsUnit: true }),
        figure(["shared", "shr"], "bytes", (row) => times(row.shrKiB, 1024), { needsUnit: true }),
        figure(["read"], "rate", (row) => row.rdBps),
        figure(["written", "write"], "rate", (row) => row.wrBps),
        figure(["faults"], "count", (row) => row.majfltPerS),
        figure(["threads"], "count", (row) => row.threads),
        figure(["nice"], "plain", (row) => row.nice),
        figure(["time"], "span", (row) => row.timeMs),
    ],
    examples: [
        ["redis server", "rows that contain both words"], ["redis | nginx", "one or the other"], ["-kworker", "rows without this word"],
        ['"exact text"', "with spaces and special characters"], ["ng*", "names that begin like this"],
        ["/^nginx: w/", "regular expression"], ["user:root", "also pid: parent: name: cmd: unit:"],
        ["state:D", "R running, D disk, Z zombie"], ["cpu>50", "percent of one CPU; also >= < <= ="],
        ["mem>1g", "or mem>10%; units k m g %"], ["written>1m", "bytes per second; also read"],
        ["threads>100", "also nice, faults, time>1h"],
    ],
});

const traffic = [
    figure(["received", "rx"], "rate", (row) => row.rxBps),
    figure(["sent", "tx"], "rate", (row) => row.txBps),
];
const owner = [
    id(["pid"], (row) => row.pid),
    text(["program", "name", "comm", "cmd"], (row) => row.comm),
    id(["uid"], (row) => row.uid),
];

export const CONNECTIONS = language({
    what: "connections",
    words: (row) => [row.proto, row.state, row.local, row.remote, row.pid, row.comm],
    fields: [
        whole(["proto"], (row) => row.proto),
        whole(["state"], (row) => row.state, { plain: joined }),
        text(["addr", "address"], (row) => [row.local, row.remote]),
        text(["local"], (row) => row.local),
        text(["remote"], (row) => row.remote),
        id(["port"], (row) => [row.lport, row.rport]),
        id(["lport"], (row) => row.lport),
        id(["rport"], (row) => row.rport),
        figure(["recvq"], "bytes", (row) => row.recvQ),
        figure(["sendq"], "bytes", (row) => row.sendQ),
        figure(["rtt"], "latency", (row) => times(row.rttUs, 1e-3)),
        figure(["retr", "retrans"], "count", (row) => row.retrans),
        ...traffic, ...owner,
        id(["inode"], (row) => row.inode),
    ],
    examples: [
        ["tcp 10.0.0.", "rows that contain both words"], ["nginx | redis", "one or the other"], ["-ssh", "rows without this word"],
        ["10.0.*", "values that begin like this"], ["/:(80|443)$/", "regular expression"],
        ["port:80,443", "either end; also lport: rport:, port:8000-8100"], ["state:established", "or state:close*"],
        ["pid:812", "also program: uid:"], ["remote:10.0.", "also local: proto:"], ["rtt>10ms", "also >= < <= ="],
        ["sent>1m", "bytes per second; also received"], ["retr>0", "also recvq, sendq"],
    ],
});

export const LISTENERS = language({
    what: "listening",
    words: (row) => [row.proto, row.addr, row.port, row.pid, row.comm],
    fields: [
        whole(["proto"], (row) => row.proto),
        text(["addr", "address"], (row) => row.addr),
        id(["port"], (row) => row.port),
        figure(["queue", "recvq"], "count", (row) => row.recvQ),
        figure(["limit", "backlog"], "count", (row) => row.backlog),
        ...owner,
    ],
    examples: [
        ["redis | nginx", "one or the other"], ["-ssh", "rows without this word"], ["red*", "values that begin like this"],
        ["/^:*$/", "regular expression"], ["port:80,443", "or port:8000-8100, port>1024"], ["addr:0.0.0.0", "also proto:"],
        ["pid:812", "also program: uid:"], ["queue>0", "also limit"],
    ],
});

export const PEERS = language({
    what: "peers",
    words: (row) => [row.raddr, row.lport],
    fields: [
        text(["addr", "address", "remote"], (row) => row.raddr),
        id(["port", "lport"], (row) => row.lport),
        figure(["conns", "connections"], "count", (row) => row.conns),
        ...traffic,
    ],
    examples: [
        ["10.0.*", "addresses that begin like this"], ["10. | 192.", "one or the other"], ["-127.", "rows without this word"],
        ["/^fe80/", "regular expression"], ["port:443", "the port on this host; also port:80,443"], ["conns>10", "also >= < <= ="],
        ["sent>1m", "bytes per second; also received"],
    ],
});

const ALL = new Set([HOSTS, PROCESSES, CONNECTIONS, LISTENERS, PEERS].flatMap(({ fields }) => [...fields.keys()]));

/** Whether some table has such a field: other words with a colon are text. */
export const isFieldName = (name) => ALL.has(name);
