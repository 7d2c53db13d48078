import { el } from "../dom.js";
import { PANELS, visiblePoints } from "../model/panels/index.js";
import { HIDDEN_AT_FIRST } from "../model/panels/network.js";
import { createHostHeader } from "./hostHeader.js";
import { createPanel } from "./panel.js";
import { createProcessTable } from "./processTable.js";
import { createConnectionTable, createListenerTable } from "./socketTables.js";
import { createCores } from "./cores.js";

/** Everything about the chosen host: header, charts, tables. */
export function createHostPage({ clock }) {
    const cursor = { t: null };
    const onCursor = (t) => {
        cursor.t = t;
        clock.mark("cursor");
    };
    const hidden = new Set(HIDDEN_AT_FIRST);
    const onToggle = (key) => {
        if (!hidden.delete(key)) hidden.add(key);
        clock.mark("cursor");
    };
    const onChange = () => clock.mark("tables");
    const header = createHostHeader();
    const panels = PANELS.map((panel) => {
        const view = createPanel({ id: panel.id, cursor, onCursor, onToggle });
        return { ...panel, view };
    });
    const tables = [createProcessTable, createConnectionTable, createListenerTable]
        .map((create) => create({ onChange }));
    const cores = createCores();
    panels.find(({ id }) => id === "cpu").view.extra.append(cores.node);
    const node = el("div", { class: "page" }, header.node,
        el("div", { class: "charts" }, ...panels.map(({ view }) => view.node)),
        el("div", { class: "tables" }, ...tables.map((table) => table.node)));

    return {
        node,
        paintHeader(host) {
            header.paint(host);
        },
        tick(host, now, wallClock, truth) {
            header.tick(host, now, wallClock, truth);
        },
        paintCharts(host, now, rangeMs) {
            const end = host.timeAt(now);
            const domain = [end - rangeMs, end];
            for (const { id, probe: name, describe, view } of panels) {
                const probe = host.probe(name);
                const panel = describe(visiblePoints(probe, domain[0]), probe?.latest ?? null, hidden);
                const reach = probe ? 1.5 * probe.intervalMs : 0;
                view.paint(panel, { domain, reach, stale: probe?.isStale(now) ?? true });
                if (id === "cpu") cores.paint(panel.cores);
            }
        },
        paintTables(host, now) {
            for (const table of tables) table.paint(host, now);
        },
    };
}
