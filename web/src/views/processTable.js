import { count, cpuTime, kibibytes, percentBare, rate, UNKNOWN, whole } from "../model/format.js";
import { closingRows, processIdentity, processRows } from "../model/processes.js";
import { createTable } from "./dataTable.js";
import { createFilter } from "./filter.js";

const TONES = { R: "good", D: "warn", Z: "bad" };

const COLUMNS = [
    { key: "pid", label: "PID", width: 8, numeric: true, format: whole },
    { key: "user", label: "User", width: 11, hide: "phone" },
    { key: "state", label: "S", title: "State: R running, S sleeping, D disk, Z zombie, T stopped", width: 4, hide: "phone", tone: (row) => TONES[row.state] },
    { key: "cpuPct", label: "CPU %", title: "Percent of one CPU", width: 10, numeric: true, format: percentBare, closing: (row) => percentBare(row.cpuPct) },
    { key: "rssKiB", label: "Memory", title: "Resident memory", width: 10, numeric: true, format: kibibytes, closing: (row) => kibibytes(row.rssKiB) },
    { key: "virtKiB", label: "Virtual", width: 10, numeric: true, format: kibibytes, hide: "laptop" },
    { key: "shrKiB", label: "Shared", width: 10, numeric: true, format: kibibytes, hide: "laptop" },
    { key: "rdBps", label: "Read", title: "Bytes read from storage", width: 11, numeric: true, format: rate, hide: "phone" },
    { key: "wrBps", label: "Written", title: "Bytes written to storage", width: 11, numeric: true, format: rate, hide: "phone" },
    { key: "threads", label: "Thr", title: "Threads", width: 6, numeric: true, format: whole, hide: "medium" },
    { key: "nice", label: "NI", title: "Nice value", width: 5, numeric: true, format: whole, hide: "medium" },
    { key: "timeMs", label: "Time", title: "CPU time used", width: 10, numeric: true, format: cpuTime, hide: "phone" },
    { key: "unit", label: "Unit", title: "systemd unit or container", width: 18, hide: "medium", hint: (row) => row.unit },
    { key: "command", label: "Command", hint: (row) => row.cmd ?? row.comm, closing: closingLabel },
];

/** Processes by any column, with the rows that close CPU and memory to the total. */
export function createProcessTable({ onChange }) {
    const filter = createFilter({ label: "Filter processes", onChange });
    const table = createTable({
        id: "processes",
        title: "Processes",
        columns: COLUMNS,
        order: { key: "cpuPct", descending: true },
        identity: processIdentity,
        onOrder: onChange,
    });
    table.tools.append(filter.node);

    return {
        node: table.node,
        paint(host, now) {
            const probe = host.probe("top");
            const all = processRows(probe?.latest).map((row) => ({ ...row, command: row.cmd || row.comm }));
            const rows = all.filter((row) => filter.matches(row.pid, row.user, row.comm, row.cmd, row.unit));
            table.paint({
                rows,
                closing: closingRows(probe?.latest),
                remark: rows.length < all.length ? `${rows.length} of ${all.length} listed` : `${all.length} listed`,
                stale: probe?.isStale(now) ?? true,
                empty: all.length > 0 ? "No process matches the filter." : "No process list in the newest sample.",
            });
        },
    };
}

function closingLabel(row) {
    return row.count === null ? row.label : `${row.label} (${count(row.count) ?? UNKNOWN})`;
}
