import { PANELS, sliceOf } from "../../model/panels/index.js";
import { HIDDEN_AT_FIRST } from "../../model/panels/network.js";
import { upperBound } from "../../model/hosts/ring.js";
import { asOf, momentOf, shownTime } from "../../model/view/shownTime.js";
import { domainOf } from "../../model/view/timeSpan.js";
import { createCores } from "../charts/cores.js";
import { createCulpritPanel, keepBeside } from "./culpritPanel.js";
import { el } from "../dom.js";
import { createHostFiles } from "./files.js";
import { answerTo, lacksPast } from "./hostAnswer.js";
import { createHostHeader } from "./hostHeader.js";
import { hostCommands } from "./hostKeys.js";
import { createHostTables } from "./hostTables.js";
import { createPanel } from "../charts/panel.js";
import { createTimeBar } from "./timeBar.js";

// Longer than 150 lines: header, charts, tables and answers are painted at one time, which is found here.

const COMPACT_MS = 3;

/** Everything about the shown host: header, charts, tables, at the time that the view says. */
export function createHostPage(session) {
    const { clock, fleet, link, view } = session;
    const { store } = fleet;
    const hidden = new Set(HIDDEN_AT_FIRST);
    let shown = null;
    let frozen = null;
    let answered = { key: null, answer: null };

    const onToggle = (key) => {
        if (!hidden.delete(key)) hidden.add(key);
        clock.mark("choice");
    };
    const onShow = () => clock.mark("charts");
    const header = createHostHeader();
    const panels = PANELS.map((panel) => ({ ...panel, view: createPanel({ id: panel.id, view, onToggle, onShow }) }));
    const cores = createCores();
    panels.find(({ id }) => id === "cpu").view.extra.append(cores.node);
    const tables = createHostTables(session);
    const commands = hostCommands({ view, present, domain, host: () => shown });
    const timeBar = createTimeBar({ view, onStep: commands.step });
    const culprits = createCulpritPanel({ onClose: () => view.ask(null), onChoose: tables.choose });
    createHostFiles({ panels, tables: tables.all, host: () => shown, moment: () => time().at ?? present() });
    const node = el("div", { class: "page" }, header.node, timeBar.node,
        el("div", { class: "charts" }, ...panels.map((panel) => panel.view.node)), tables.node, culprits.node);
    const culpritPlace = keepBeside(culprits.node, node);

    /** From when on the shown host has data; null where that is before the charts begin. */
    function heldFrom(host) {
        if (!session.past.hasReached(host.name)) return null;
        const from = Math.min(...[...host.probes.values()].map(({ history }) => history.oldestT ?? Infinity));
        return Number.isFinite(from) && from > domain()[0] + host.freshest.longestMs ? from : null;
    }

    /** The right edge of the present: where the page was frozen, else the host's time now. */
    function present() {
        return frozen?.end ?? shown?.timeAt(clock.now()) ?? 0;
    }

    function domain() {
        return domainOf(view.state, present());
    }

    const time = () => shownTime(view.state, present(), frozen?.end ?? null);

    const received = () => [...(shown?.probes.values() ?? [])].reduce((all, probe) => all + (probe.received ?? 0), 0);

    function follow(host) {
        if (host !== shown) {
            shown = host;
            store.show(host.name);
            tables.show(host);
            frozen = null;
            for (const panel of panels) panel.view.forget();
        }
        if (view.state.paused && !frozen) frozen = { end: host.timeAt(clock.now()), received: received() };
        if (!view.state.paused) frozen = null;
    }

    function momentOfProbe(host) {
        const shownAt = time();
        return (name) => {
            const moment = momentOf(store, host, name, shownAt.at);
            const ageMs = moment.t === null ? null : shownAt.at - moment.t;
            return { ...moment, when: asOf(shownAt, moment.t, view.state.tz), ageMs };
        };
    }

    function paintCharts(host, now) {
        follow(host);
        const { tz } = view.state;
        const edges = domain();
        const until = frozen?.end ?? Infinity;
        const { at } = time();
        session.past.reach(host, edges[0]);
        for (const { id, probe: name, describe, isOptional, view: panel } of panels) {
            panel.node.hidden = isOptional && host.probe(name) === null;
            if (panel.node.hidden) continue;
            // Out of view nothing changes, once it has its size: a probe's first sample may come after the host's.
            if (panel.isTold && !panel.isInView) continue;
            const probe = host.probe(name);
            const { sample } = momentOf(store, host, name, at);
            const described = describe(sliceOf(probe, edges, until, sample ?? probe?.latest ?? null), hidden);
            panel.paint(described, { domain: edges, stale: !link.hearsHosts || (probe?.isStale(now) ?? true), tz });
            if (id === "cpu") cores.paint(described, edges, panel.innerWidth);
        }
        paintCursor();
    }

    function paintCursor() {
        if (!shown) return;
        for (const { probe: name, view: panel } of panels) {
            if (panel.isInView || !panel.isTold) panel.paintCursor(view.state, 1.5 * (shown.probe(name)?.intervalMs ?? 0));
        }
        const cpu = panels.find(({ id }) => id === "cpu").view.shown?.panel.slice;
        const t = view.state.cursor ?? view.state.pinnedAt;
        const newest = () => Math.min(cpu.end, upperBound(cpu.times, domain()[1])) - 1;
        if (cpu) cores.say(t === null ? newest() : cpu.ring?.indexAt(t) ?? -1);
    }

    function paintTables(host, now) {
        follow(host);
        const shownAt = time();
        const moments = tables.paint(host, now, shownAt, domain());
        if (Object.values(moments).some(({ state }) => state === "lost")) session.past.moment(host.name, shownAt.at);
        paintAnswer(host, moments);
        const known = Object.entries(moments).filter(([name]) => host.probe(name)).map(([, moment]) => moment);
        timeBar.paint({
            state: view.state, present: host.timeAt(now), frozenAt: frozen?.end ?? null,
            waiting: frozen ? received() - frozen.received : 0, remark: remarkOn(known), link, heldFrom: heldFrom(host),
        });
    }

    function paintAnswer(host, { top, netstat }) {
        const { pinnedAt, asked, tz } = view.state;
        const parts = [host.name, asked, top.t, netstat.t, top.state, netstat.state, pinnedAt, tz, session.past.filled(), ...hidden];
        const key = pinnedAt === null || !asked ? null : parts.join(" ");
        if (key !== null && lacksPast(asked, { moments: { top, netstat }, store, host })) session.past.around(host.name, pinnedAt);
        if (key === answered.key) return;
        const answer = key === null ? null : answerTo(asked, { moments: { top, netstat }, t: pinnedAt, store, host, hidden });
        answered = { key, answer };
        culprits.paint(answer, tz);
        culpritPlace.put(answer && panels.find(({ id }) => id === asked).view.node);
    }

    clock.paint(["cursor"], { everyMs: 1e9, restMs: 30 }, () => shown && paintCursor());
    clock.paint(["charts"], { everyMs: 1e9 }, (at) => shown && paintCharts(shown, at));
    clock.paint([], { everyMs: 100 }, () => {
        const began = performance.now();
        store.compact(() => performance.now() - began < COMPACT_MS);
    });

    return {
        node,
        /** What keys do here, as `{group, keys, words, run}`. */
        commands: commands.list,
        paintHeader(host) {
            follow(host);
            header.paint(host, momentOfProbe(host));
        },
        /** What a probe of the host shows at the time shown, and of when that is, in words; these are empty for the present. */
        momentOfProbe,
        tick(host, now) {
            const { at } = time();
            const notes = session.overview.notesOn(host, now);
            header.tick(host, now, session.wallClock(), { ...notes, past: at === null ? null : { at } });
        },
        paintCharts,
        paintTables,
    };
}

function remarkOn(moments) {
    const states = new Set(moments.map(({ state }) => state));
    if (states.has("none")) return "no samples that old";
    if (states.has("asked")) return "asking the server for the tables of that second"
    if (states.has("lost")) return "the tables of that second are no longer kept";
    if (states.has("gap")) return "no sample then: the tables show the last one before";
    return "tables show that second";
}
