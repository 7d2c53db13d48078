import { timeOfDay } from "../model/format.js";
import { PANELS, sliceOf } from "../model/panels/index.js";
import { HIDDEN_AT_FIRST } from "../model/panels/network.js";
import { processIdentity } from "../model/processes.js";
import { ProcessHistory } from "../model/processHistory.js";
import { Range } from "../model/range.js";
import { upperBound } from "../model/ring.js";
import { asOf, momentOf, shownTime } from "../model/shownTime.js";
import { connectionIdentity, processOf } from "../model/sockets.js";
import { domainOf } from "../model/timeSpan.js";
import { createCores } from "./cores.js";
import { createCulpritPanel, keepBeside } from "./culpritPanel.js";
import { el, setText } from "./dom.js";
import { createHostFiles } from "./files.js";
import { answerTo } from "./hostAnswer.js";
import { createHostHeader } from "./hostHeader.js";
import { hostCommands } from "./hostKeys.js";
import { createPanel } from "./panel.js";
import { createProcessTable } from "./processTable.js";
import { createConnectionTable, createListenerTable, createPeerTable, pickedProcess } from "./socketTables.js";
import { createTimeBar } from "./timeBar.js";

const COMPACT_MS = 3;

/** Everything about the shown host: header, charts, tables, at the time that `view` says. */
export function createHostPage(session) {
    const { clock, fleet, link, view } = session;
    const { store } = fleet;
    const hidden = new Set(HIDDEN_AT_FIRST);
    const history = new ProcessHistory(store);
    const ranges = { top: new Range(store, "top"), netstat: new Range(store, "netstat") };
    let shown = null;
    let frozen = null;
    let answered = { key: null, answer: null };

    const onToggle = (key) => {
        if (!hidden.delete(key)) hidden.add(key);
        clock.mark("choice");
    };
    const onShow = () => clock.mark("charts");
    const onChange = () => clock.mark("tables");
    const header = createHostHeader();
    const panels = PANELS.map((panel) => ({ ...panel, view: createPanel({ id: panel.id, view, onToggle, onShow }) }));
    const cores = createCores();
    panels.find(({ id }) => id === "cpu").view.extra.append(cores.node);
    const processes = createProcessTable({ view, history, onChange });
    const [connections, listeners, peers] = [createConnectionTable, createListenerTable, createPeerTable]
        .map((create) => create({ view, onChange }));
    const tables = { processes, connections, listeners, peers };
    const commands = hostCommands({ view, present, domain: () => domainOf(view.state, present()), host: () => shown });
    const timeBar = createTimeBar({ view, onStep: commands.step });
    const culprits = createCulpritPanel({
        onClose: () => view.ask(null),
        onChoose(row) {
            tables[row.table].pick(row.key);
            tables[row.table].node.scrollIntoView({ block: "nearest" });
            tables[row.table].reveal(row.key);
        },
    });
    createHostFiles({ panels, tables, host: () => shown, moment: () => time().at ?? present() });
    const node = el("div", { class: "page" }, header.node, timeBar.node,
        el("div", { class: "charts" }, ...panels.map((panel) => panel.view.node)),
        el("div", { class: "tables" }, ...Object.values(tables).map((table) => table.node)),
        culprits.node);
    const culpritPlace = keepBeside(culprits.node, node);
    connections.chip.addEventListener("click", () => processes.pick(null));
    connections.chip.title = "Show all connections again";

    /** The right edge of the present: where the page was frozen, else the host's time now. */
    function present() {
        return frozen?.end ?? shown?.timeAt(clock.now()) ?? 0;
    }

    const time = () => shownTime(view.state, present(), frozen?.end ?? null);

    const received = () => [...(shown?.probes.values() ?? [])].reduce((all, probe) => all + (probe.received ?? 0), 0);

    function follow(host) {
        if (host !== shown) {
            shown = host;
            store.show(host.name);
            history.show(host.name);
            frozen = null;
            for (const part of [...Object.values(tables), ...panels.map((panel) => panel.view)]) part.forget();
        }
        if (view.state.paused && !frozen) frozen = { end: host.timeAt(clock.now()), received: received() };
        if (!view.state.paused) frozen = null;
    }

    function momentOfProbe(host) {
        const shownAt = time();
        return (name) => {
            const moment = momentOf(store, host, name, shownAt.at);
            return { ...moment, when: asOf(shownAt, moment.t, view.state.tz), ageMs: moment.t === null ? null : shownAt.at - moment.t };
        };
    }

    function paintCharts(host, now) {
        follow(host);
        const { state } = view;
        const domain = domainOf(state, present());
        const until = frozen?.end ?? Infinity;
        const { at } = time();
        for (const { id, probe: name, describe, view: panel } of panels) {
            if (panel.shown && !panel.isInView) continue;
            const probe = host.probe(name);
            const { sample } = momentOf(store, host, name, at);
            const described = describe(sliceOf(probe, domain, until, sample ?? probe?.latest ?? null), hidden);
            panel.paint(described, { domain, stale: !link.hearsHosts || (probe?.isStale(now) ?? true), tz: state.tz });
            if (id === "cpu") cores.paint(described, domain, panel.innerWidth);
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
        const newest = () => Math.min(cpu.end, upperBound(cpu.times, domainOf(view.state, present())[1])) - 1;
        if (cpu) cores.say(t === null ? newest() : cpu.ring?.indexAt(t) ?? -1);
    }

    function paintTables(host, now) {
        follow(host);
        const { tz, span } = view.state;
        const shownAt = time();
        const { at } = shownAt;
        const top = momentOf(store, host, "top", at);
        const netstat = momentOf(store, host, "netstat", at);
        const stale = (name) => at === null && (!link.hearsHosts || (host.probe(name)?.isStale(now) ?? true));
        if (history.update()) clock.mark("tables");
        /** What stands for a probe's sample of one moment under a zoom, and of when the table is, in words. */
        const timeOf = (name, { t }) => {
            if (!shownAt.range) return { range: null, when: asOf(shownAt, t, tz) };
            const range = ranges[name];
            if (range.read(host.name, shownAt.range, span.to)) clock.mark("tables");
            return { range, when: `${range.count} samples, ${timeOfDay(shownAt.range[0], tz)} – ${timeOfDay(at, tz)}` };
        };
        const all = processes.paint(top, { stale: stale("top"), shownDomain: domainOf(view.state, present()), ...timeOf("top", top) });
        const process = pickedProcess(processes.picked, all, top.sample);
        const options = { stale: stale("netstat"), process, ...timeOf("netstat", netstat) };
        const sockets = connections.paint(netstat, options);
        listeners.paint(netstat, options);
        peers.paint(netstat, options);
        connections.chip.hidden = process === null;
        setText(connections.chip, process ? `only ${process.name} ✕` : "");
        join(all, sockets);
        paintAnswer(host, top, netstat, tz);
        timeBar.paint({
            state: view.state, present: host.timeAt(now), frozenAt: frozen?.end ?? null,
            waiting: frozen ? received() - frozen.received : 0, remark: remarkOn(...[["top", top], ["netstat", netstat]].filter(([name]) => host.probe(name)).map(([, moment]) => moment)),
            link,
        });
    }

    // A connection newly picked leads to its process; the other way is the connection table's own filter.
    let lastPicked = null;
    function join(all, sockets) {
        const picked = connections.picked;
        if (picked === lastPicked) return;
        lastPicked = picked;
        const process = processOf(all, sockets.find((row) => connectionIdentity(row) === picked));
        if (!process || processes.picked === processIdentity(process)) return;
        processes.pick(processIdentity(process));
        processes.reveal(processIdentity(process));
    }

    function paintAnswer(host, top, netstat, tz) {
        const { pinnedAt, asked } = view.state;
        const moments = { top, netstat };
        const key = pinnedAt === null || !asked ? null : [host.name, asked, top.t, netstat.t, top.state, netstat.state, pinnedAt, tz, ...hidden].join(" ");
        if (key === answered.key) return;
        answered = { key, answer: key === null ? null : answerTo(asked, { moments, t: pinnedAt, store, host, hidden }) };
        culprits.paint(answered.answer, tz);
        culpritPlace.put(answered.answer && panels.find(({ id }) => id === asked).view.node);
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

function remarkOn(...moments) {
    const states = new Set(moments.map(({ state }) => state));
    if (states.has("none")) return "no samples that old";
    if (states.has("lost")) return "the tables of that second are no longer kept";
    if (states.has("gap")) return "no sample then: the tables show the last one before";
    return "tables show that second";
}
