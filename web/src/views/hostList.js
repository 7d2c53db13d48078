import { el, setText, svg } from "../dom.js";
import { sparkline } from "../charts/sparkline.js";
import { age, percent, UNKNOWN } from "../model/format.js";
import { visiblePoints } from "../model/panels/index.js";
import { createFilter } from "./filter.js";

const { select } = globalThis.d3;
const SPARK = { width: 64, height: 20, spanMs: 60_000 };

/** The hosts with their age and CPU; one is chosen. */
export function createHostList({ onChoose }) {
    const list = el("ul", { class: "hosts" });
    const summary = el("span", { class: "note" });
    const filter = createFilter({ label: "Filter hosts", onChange: () => arrange(shown) });
    const node = el("nav", { "aria-label": "Hosts" },
        el("header", {}, el("h2", { text: "Hosts" }), summary), filter.node, list);
    const rows = new Map();
    let shown = [];
    let visible = null;

    function rowFor(host) {
        const name = el("span", { class: "name", title: host.name, text: host.name });
        const cpu = el("span", { class: "cpu", text: UNKNOWN });
        const seen = el("span", { class: "age", text: UNKNOWN });
        const spark = svg("svg", { class: "spark", width: SPARK.width, height: SPARK.height, "aria-hidden": "true" },
            svg("path", { class: "veil hue-1" }), svg("path", { class: "line hue-1" }));
        const button = el("button", { type: "button", onclick: () => onChoose(host.name) },
            el("i", { class: "dot", "aria-hidden": "true" }), name, cpu, spark, seen);
        return { node: el("li", { "data-host": host.name }, button), button, cpu, seen, spark, stale: null };
    }

    function arrange(hosts) {
        const nodes = hosts
            .filter((host) => filter.matches(host.name))
            .map((host) => {
                if (!rows.has(host.name)) rows.set(host.name, rowFor(host));
                return rows.get(host.name).node;
            });
        if (nodes.length !== list.children.length || nodes.some((child, i) => list.children[i] !== child)) {
            list.replaceChildren(...nodes);
        }
    }

    // On a phone the hosts lie side by side: the chosen one must not be outside.
    function reveal(row) {
        const { offsetLeft, offsetWidth } = row.node;
        const outside = offsetLeft < list.scrollLeft || offsetLeft + offsetWidth > list.scrollLeft + list.clientWidth;
        if (outside) list.scrollLeft = offsetLeft - 12;
    }

    return {
        node,
        /** New samples came: figures, lines, and which hosts there are. */
        paint(hosts, chosen, now) {
            shown = hosts;
            filter.node.hidden = hosts.length < 8;
            const names = new Set(hosts.map((host) => host.name));
            for (const name of rows.keys()) if (!names.has(name)) rows.delete(name);
            arrange(hosts);
            if (chosen && chosen.name !== visible) {
                visible = chosen.name;
                reveal(rows.get(chosen.name));
            }
            for (const host of hosts) {
                const row = rows.get(host.name);
                if (host === chosen) row.button.setAttribute("aria-current", "true");
                else row.button.removeAttribute("aria-current");
                const probe = host.probe("top");
                setText(row.cpu, percent(probe?.history.newest?.busy ?? null));
                const to = host.timeAt(now);
                const from = to - SPARK.spanMs;
                const value = (point) => point.busy ?? null;
                select(row.spark).call(sparkline({ points: visiblePoints(probe, from), value, from, to, ...SPARK }));
            }
        },
        /** Time passed: ages, and who turned stale. */
        tick(now) {
            let silent = 0;
            for (const host of shown) {
                const row = rows.get(host.name);
                const stale = host.isStale(now);
                silent += Number(stale);
                setText(row.seen, age(host.ageMs(now)));
                if (row.stale === stale) continue;
                row.stale = stale;
                row.node.dataset.state = stale ? "stale" : "live";
            }
            setText(summary, silent > 0 ? `${shown.length}, ${silent} silent` : String(shown.length));
        },
    };
}
