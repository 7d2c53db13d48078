import { el, setText } from "../dom.js";
import { warningsOf } from "../../model/hosts/flags.js";
import { age, count, duration, timeOfDay, UNKNOWN } from "../../model/format.js";
import { number, object } from "../../model/read.js";

/** Name and state of the chosen host, its facts, and how long ago it was heard. */
export function createHostHeader() {
    const name = el("h2");
    const state = el("span", { class: "word" });
    const ticking = el("output", { class: "ticking", "data-readout": "age", "aria-live": "off" });
    const warnings = el("span", { class: "warnings", "data-tone": "warn" });
    const facts = {};
    let flagged = [];
    let oldThen = "";
    const asOf = el("div", { class: "as-of", hidden: true }, el("dt", { text: "Values" }), el("dd", { "data-readout": "as-of" }));
    const fact = (key, label, title) => {
        facts[key] = el("dd", { text: UNKNOWN, "data-readout": key });
        return el("div", { title }, el("dt", { text: label }), facts[key]);
    };
    const seen = el("div", { class: "seen" }, ticking, el("p", { class: "host-state" }, state, " ", warnings));
    const forgetTallest = keepTallest(seen);
    const node = el("header", { class: "host" },
        el("div", { class: "who" }, name, seen),
        el("dl", { class: "facts" },
            fact("uptime", "Uptime"),
            fact("tasks", "Tasks", "Processes"),
            fact("running", "Running"),
            fact("threads", "Threads"),
            fact("zombies", "Zombies"),
            fact("connections", "Connections"),
            asOf));

    return {
        node,
        /** @param momentOf `(probe) → {sample, when}` of the time shown */
        paint(host, momentOf) {
            const { sample: top, when, ageMs } = momentOf("top");
            const { sample: netstat } = momentOf("netstat");
            oldThen = when === "" ? "" : `sample age ${age(ageMs)}`;
            asOf.hidden = when === "";
            setText(asOf.lastChild, when);
            const tasks = object(top?.tasks);
            if (name.textContent !== (host.name || "(no name)")) forgetTallest();
            setText(name, host.name || "(no name)");
            setText(facts.uptime, duration(number(top?.uptimeS)));
            setText(facts.tasks, count(number(tasks.total)));
            setText(facts.running, count(number(tasks.running)));
            setText(facts.threads, count(number(tasks.threads)));
            setText(facts.zombies, count(number(tasks.zombie)));
            setText(facts.connections, count(number(netstat?.connsTotal)));
            flagged = warningsOf(new Map([...host.probes.keys()].map((name) => [name, { latest: momentOf(name).sample }])));
        },
        /**
         * `unheard`: why the page itself hears nothing, in words, or null; `skew`: words on the host's clock; `past`: the
         * moment shown, where not the present.
         */
        tick(host, now, wallClock, { unheard = null, skew = "", tz = "local", past = null } = {}) {
            const stale = host.isStale(now);
            node.classList.toggle("stale", stale || unheard !== null);
            node.dataset.state = unheard !== null ? "unheard" : stale ? "stale" : "live";
            setText(ticking, past ? oldThen : `${age(host.ageMs(now))} ago`);
            node.toggleAttribute("data-past", past !== null);
            const since = timeOfDay(wallClock - host.ageMs(now), tz);
            if (unheard !== null) setText(state, unheard);
            else if (stale) setText(state, `No samples since ${since}: all values are from then.`);
            else setText(state, past ? `Showing ${timeOfDay(past.at, tz)}` : "Live");
            const told = past ? flagged : [skew && `${skew}: check NTP on the host`, ...flagged];
            const words = stale || unheard !== null ? "" : told.filter(Boolean).join(" · ");
            setText(warnings, words);
            warnings.title = words;
        },
    };
}

/**
 * Many warnings need more lines and come and go by the second: what is below moves once, and not back, until the host or
 * the page's width is another one, which the function returned is for.
 */
function keepTallest(node) {
    let tallest = { width: innerWidth, height: 0 };
    const forget = () => {
        tallest = { width: innerWidth, height: 0 };
        node.style.minHeight = "";
    };
    new ResizeObserver(([{ contentRect: { height } }]) => {
        if (innerWidth !== tallest.width) forget();
        else if (height > tallest.height) {
            tallest.height = height;
            node.style.minHeight = `${height}px`;
        }
    }).observe(node);
    return forget;
}
