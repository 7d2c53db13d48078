import { closingRows, processIdentity, processRows } from "./processes.js";
import { number } from "../read.js";
import {
    connectionIdentity, connectionRows, listenerIdentity, listenerRows, peerIdentity, peerRows,
} from "./sockets.js";

const SAMPLES_AT_ONCE = 40;
const ROWS_AT_MOST = 4096;

/**
 * How each table of a probe is summed up over time. Of `rates` the mean is over all samples, so that they add up: what a
 * sample did not list counts as nothing, since tables list the busiest. Of `levels` the mean is over the samples that list
 * the row. `peaks`: of which columns the highest value is kept, and under what name. `counts` are means without decimals.
 */
const TABLES = {
    top: {
        processes: {
            read: processRows, identity: processIdentity, rates: ["cpuPct", "rdBps", "wrBps"], levels: ["rssKiB"],
            peaks: { cpuPct: "cpuPeak", rssKiB: "rssPeak" },
        },
        closing: {
            read: closingRows, identity: ({ key }) => key, rates: ["cpuPct"], levels: ["rssKiB"], counts: ["count"],
            peaks: { cpuPct: "cpuPeak", rssKiB: "rssPeak" },
        },
    },
    netstat: {
        connections: {
            read: connectionRows, identity: connectionIdentity, rates: ["rxBps", "txBps"], levels: ["recvQ", "sendQ", "rttUs"],
            peaks: { rxBps: "rxPeak", txBps: "txPeak", recvQ: "recvQPeak", sendQ: "sendQPeak", rttUs: "rttPeak", retrans: "retrans" },
        },
        listeners: {
            read: listenerRows, identity: listenerIdentity, rates: [], levels: ["recvQ"], peaks: { recvQ: "recvQPeak" },
        },
        peers: {
            read: peerRows, identity: peerIdentity, rates: ["rxBps", "txBps"], levels: [], counts: ["conns"],
            peaks: { rxBps: "rxPeak", txBps: "txPeak", conns: "connsPeak" },
        },
    },
};

/** What the tables of one probe of a host show of a range of time, from the kept samples; read a little at a time. */
export class Range {
    #store;
    #probe;
    #key = null;
    #taken = new Set();
    #tables;

    constructor(store, probe) {
        this.#store = store;
        this.#probe = probe;
        this.#tables = new Map(Object.entries(TABLES[probe]).map(([name, table]) => [name, { table, held: new Map() }]));
    }

    /** How many samples were read so far. */
    get count() {
        return this.#taken.size;
    }

    /** Turns to a range, whose end may move on with the present, and reads on in it; true while there is more to read. */
    read(host, [from, to], end = to) {
        const key = `${host} ${from} ${end}`;
        if (key !== this.#key) {
            this.#key = key;
            this.#taken.clear();
            for (const { held } of this.#tables.values()) held.clear();
        }
        const missing = this.#store.times(host, this.#probe).filter((t) => t >= from && t <= to && !this.#taken.has(t));
        for (const t of missing.slice(-SAMPLES_AT_ONCE).reverse()) this.#take(t, this.#store.at(host, this.#probe, t).sample);
        return missing.length > SAMPLES_AT_ONCE;
    }

    /** The rows of a table, with its means in place of the figures of one sample, and its peaks. */
    rows(name) {
        const { table: { rates, levels, counts = [], peaks }, held } = this.#tables.get(name);
        return [...held.values()].map(({ row, sums }) => ({
            ...row,
            ...fieldsOf(rates, (field) => (sums[field] ? sums[field].total / this.count : null)),
            ...fieldsOf(levels, (field) => meanOf(sums[field])),
            ...fieldsOf(counts, (field) => (sums[field] ? Math.round(meanOf(sums[field])) : null)),
            ...Object.fromEntries(Object.entries(peaks).map(([field, to]) => [to, sums[field]?.peak ?? null])),
        }));
    }

    #take(t, sample) {
        this.#taken.add(t);
        for (const { table, held } of this.#tables.values()) {
            const { read, identity, rates, levels, counts = [], peaks } = table;
            const fields = new Set([...rates, ...levels, ...counts, ...Object.keys(peaks)]);
            for (const row of read(sample)) put(held, identity(row), row, t, fields);
        }
    }
}

function put(held, key, row, t, fields) {
    let one = held.get(key);
    if (!one) {
        if (held.size >= ROWS_AT_MOST) return;
        held.set(key, (one = { row, t, sums: {} }));
    }
    // Its words are those of the newest sample that lists it.
    if (t >= one.t) Object.assign(one, { row, t });
    for (const field of fields) {
        const value = number(row[field]);
        if (value === null) continue;
        const sum = (one.sums[field] ??= { total: 0, count: 0, peak: -Infinity });
        sum.total += value;
        sum.count += 1;
        sum.peak = Math.max(sum.peak, value);
    }
}

const meanOf = (sum) => (sum ? sum.total / sum.count : null);
const fieldsOf = (names, read) => Object.fromEntries(names.map((name) => [name, read(name)]));
