import { el, setText } from "../dom.js";
import { age, count, duration, micros, timeOfDay, UNKNOWN } from "../model/format.js";
import { list, number, object } from "../model/read.js";

const FLAGS = {
    first: "first sample, rates follow",
    backfill: "sent late",
    truncated: "truncated",
    partial: "a source failed",
    "no-privilege": "other users' details hidden",
};

/** Name and state of the chosen host, its facts, and how long ago it was heard. */
export function createHostHeader() {
    const name = el("h2");
    const state = el("p", { class: "host-state", role: "status" });
    const ticking = el("output", { class: "ticking", "data-readout": "age", "aria-live": "off" });
    const facts = {};
    let live = "Live";
    const fact = (key, label, title) => {
        facts[key] = el("dd", { text: UNKNOWN, "data-readout": key });
        return el("div", { title }, el("dt", { text: label }), facts[key]);
    };
    const node = el("header", { class: "host" },
        el("div", { class: "who" }, name, el("div", { class: "seen" }, ticking, state)),
        el("dl", { class: "facts" },
            fact("uptime", "Uptime"),
            fact("tasks", "Tasks", "Processes"),
            fact("running", "Running"),
            fact("threads", "Threads"),
            fact("zombies", "Zombies"),
            fact("connections", "Connections"),
            fact("cost", "Collector cost", "CPU time the last samples took on this host")));

    return {
        node,
        paint(host) {
            const top = host.probe("top")?.latest;
            const netstat = host.probe("netstat")?.latest;
            const tasks = object(top?.tasks);
            setText(name, host.name || "(no name)");
            setText(facts.uptime, duration(number(top?.uptimeS)));
            setText(facts.tasks, count(number(tasks.total)));
            setText(facts.running, count(number(tasks.running)));
            setText(facts.threads, count(number(tasks.threads)));
            setText(facts.zombies, count(number(tasks.zombie)));
            setText(facts.connections, count(number(netstat?.connsTotal)));
            setText(facts.cost, cost(top, netstat));
            const flags = new Set([...list(top?.flags), ...list(netstat?.flags)]);
            const known = Object.keys(FLAGS).filter((flag) => flags.has(flag));
            live = ["Live", ...known.map((flag) => FLAGS[flag])].join(" · ");
        },
        tick(host, now, wallClock) {
            const stale = host.isStale(now);
            node.classList.toggle("stale", stale);
            setText(ticking, `${age(host.ageMs(now))} ago`);
            // Only changes of this text are read aloud, not each tick.
            const since = timeOfDay(wallClock - host.ageMs(now));
            if (stale) setText(state, `No samples since ${since}. What is shown is old.`);
            else setText(state, live);
        },
    };
}

function cost(top, netstat) {
    const known = [top, netstat].filter((sample) => number(sample?.tookUs) !== null);
    if (known.length === 0) return UNKNOWN;
    return micros(known.reduce((all, sample) => all + sample.tookUs, 0));
}
