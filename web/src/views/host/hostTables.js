import { processEnded } from "../../model/tables/culprits.js";
import { timeOfDay } from "../../model/format.js";
import { processIdentity } from "../../model/tables/processes.js";
import { ProcessHistory } from "../../model/tables/processHistory.js";
import { Range } from "../../model/tables/range.js";
import { asOf, momentOf } from "../../model/view/shownTime.js";
import { connectionIdentity, pidOf, processOf } from "../../model/tables/sockets.js";
import { lowerBound, upperBound } from "../../model/hosts/ring.js";
import { el, setText } from "../dom.js";
import { createProcessTable } from "../tables/processTable.js";
import { createConnectionTable, createListenerTable, createPeerTable } from "../tables/socketTables.js";

/** The tables of a host: processes and sockets, each of the time shown, and joined by the process that holds a socket. */
export function createHostTables(session) {
    const { clock, fleet, link, view } = session;
    const { store } = fleet;
    const history = new ProcessHistory(store);
    const ranges = { top: new Range(store, "top"), netstat: new Range(store, "netstat") };
    const onChange = () => clock.mark("tables");
    const processes = createProcessTable({ view, history, onChange });
    const [connections, listeners, peers] = [createConnectionTable, createListenerTable, createPeerTable]
        .map((create) => create({ view, onChange }));
    const all = { processes, connections, listeners, peers };
    connections.chip.addEventListener("click", () => processes.pick(null));
    connections.chip.title = "Show all connections again";

    /** The range that a zoomed table shows instead of one sample, and the time of the table, in words. */
    function rangeOf(probe, host, shownAt, { t }) {
        const { tz, span } = view.state;
        if (!shownAt.range) return { range: null, when: asOf(shownAt, t, tz) };
        const [from, to] = shownAt.range;
        const range = ranges[probe];
        const isReading = range.read(host.name, shownAt.range, span.to);
        if (isReading) clock.mark("tables");
        const times = timesIn(host.probe(probe), shownAt.range);
        // Where not all are here, some are asked for, and the words say of how many the figures are.
        const isPart = !isReading && times.length > range.count;
        if (isPart) session.past.range(host.name, probe, shownAt.range, times);
        const count = isPart ? `${range.count} of ${times.length}` : range.count;
        return { range, when: `${count} samples, ${timeOfDay(from, tz)} – ${timeOfDay(to, tz)}` };
    }

    // A connection newly picked leads to its process; the other way is the connection table's own filter.
    let lastPicked = null;
    function join(rows, sockets) {
        const { picked } = connections;
        if (picked === lastPicked) return;
        lastPicked = picked;
        const process = processOf(rows, sockets.find((row) => connectionIdentity(row) === picked));
        if (!process || processes.picked === processIdentity(process)) return;
        processes.pick(processIdentity(process));
        processes.reveal(processIdentity(process));
    }

    return {
        all,
        node: el("div", { class: "tables" }, ...Object.values(all).map((table) => table.node)),
        /** Another host is shown. */
        show(host) {
            history.show(host.name);
            for (const table of Object.values(all)) table.forget();
        },
        /** Leads to the row of a culprit. */
        choose({ table, key }) {
            all[table].pick(key);
            all[table].node.scrollIntoView({ block: "nearest" });
            all[table].reveal(key);
        },
        /**
         * `shownAt`: which time is shown (shownTime.js); `domain`: the times at the edges of the charts.
         * Returns what was shown of each probe.
         */
        paint(host, now, shownAt, domain) {
            const top = momentOf(store, host, "top", shownAt.at);
            const netstat = momentOf(store, host, "netstat", shownAt.at);
            const isStale = (name) => shownAt.at === null && (!link.hearsHosts || (host.probe(name)?.isStale(now) ?? true));
            if (history.update()) clock.mark("tables");
            const rows = processes.paint(top, { stale: isStale("top"), shownDomain: domain, ...rangeOf("top", host, shownAt, top) });
            const process = pickedProcess(processes.picked, rows, top.sample);
            const options = { stale: isStale("netstat"), process, ...rangeOf("netstat", host, shownAt, netstat) };
            const sockets = connections.paint(netstat, options);
            listeners.paint(netstat, options);
            peers.paint(netstat, options);
            connections.chip.hidden = process === null;
            setText(connections.chip, process ? `only ${process.name} ✕` : "");
            join(rows, sockets);
            return { top, netstat };
        },
    };
}

/** When a probe's samples between two times were taken, as far as the charts have them. */
function timesIn(probe, [from, to]) {
    const times = probe?.history.ring?.times ?? [];
    return [...times.slice(lowerBound(times, from), upperBound(times, to))];
}

/** The process picked in the process table as `{pid, name}`, by what the table of that moment calls it. */
function pickedProcess(identity, rows, sample) {
    const pid = pidOf(identity);
    if (pid === null) return null;
    const row = rows.find((one) => processIdentity(one) === identity);
    const lack = processEnded({ pid, key: identity }, sample, rows) ? "exited" : "not listed";
    return { pid, name: row ? `${row.comm ?? "process"} (${pid})` : `process ${pid}, ${lack}` };
}
