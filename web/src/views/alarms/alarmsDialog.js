import { METRICS } from "../../model/alarms/alarmRules.js";
import { duration, short, timeOfDay } from "../../model/format.js";
import { inPlace } from "../../model/tables/rowOrder.js";
import { el, placeChildren, setText } from "../dom.js";
import { createOrderHold } from "../orderHold.js";
import { createThresholds } from "./thresholds.js";

const SHOWN = 100;

/**
 * The alarms that last and that were, and the thresholds to change, export and import.
 * @param keep called with thresholds that the reader has changed
 */
export function createAlarmsDialog(session, { keep }) {
    const { clock, view, wallClock } = session;
    const { alarms } = session.watch;
    const body = el("tbody");
    const table = el("table", { "aria-label": "Alarms" },
        el("thead", {}, el("tr", {}, ...["Time", "Host", "Alarm", "Peak", "Duration", "Cause"].map((text) =>
            el("th", { scope: "col", text })))), body);
    const nothing = el("p", { class: "nothing", text: "No alarms yet. The thresholds below are checked while this page is open." });
    const list = el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "List of alarms" }, table, nothing);
    const hold = createOrderHold(list);
    const clear = el("button", { type: "button", class: "tool", text: "Clear ended", onclick: () => {
        alarms.clearEnded();
        shown = [];
        paint();
    } });
    const close = el("button", { type: "button", class: "tool", text: "Close", onclick: () => node.close() });
    const thresholds = createThresholds({
        alarms, wallClock,
        onChange(rules) {
            keep(rules);
            clock.mark("frame", "fleet");
            paint();
        },
    });
    const node = el("dialog", { class: "alarms", "aria-labelledby": "alarms-title" },
        el("header", {}, el("h2", { id: "alarms-title", text: "Alarms" }), clear, close),
        list,
        ...thresholds.nodes);
    node.addEventListener("click", (event) => event.target === node && node.close());

    /** Leads to the host at the time when an alarm began, by the host's own clock. */
    function showMoment({ host, at }) {
        session.openHost(host);
        view.pin(at - (session.fleet.host(host)?.path.skewMs(session.now()) ?? 0));
    }

    function rowOf(entry) {
        const { label, unit } = METRICS[entry.metric];
        const open = el("button", { type: "button", text: entry.host, title: "Show that time", onclick: () => {
            node.close();
            showMoment(entry);
        } });
        const [time, peak, lasted, culprit] = [el("td"), el("td", { class: "numeric" }), el("td", { class: "numeric" }), el("td")];
        const row = el("tr", { "data-metric": entry.metric }, time, el("td", {}, open), el("td", { text: label }), peak, lasted, culprit);
        return {
            row,
            fill() {
                row.dataset.lasting = entry.until === null;
                setText(time, timeOfDay(entry.at, view.state.tz));
                setText(peak, `${short(entry.peak)} ${unit}`);
                setText(lasted, `${duration(((entry.until ?? wallClock()) - entry.since) / 1000)}${entry.until === null ? " …" : ""}`);
                setText(culprit, entry.culprit ?? "–");
                culprit.title = entry.culprit ?? "";
            },
        };
    }

    // Each alarm keeps its row: a button that is replaced between press and release is not pressed.
    let held = new Map();
    let shown = [];
    function paint() {
        if (!node.open) return;
        const newest = alarms.entries.slice(0, SHOWN);
        shown = hold.isHeld ? inPlace(newest, shown, ({ id }) => id).rows : newest;
        nothing.hidden = shown.length > 0;
        table.hidden = shown.length === 0;
        held = new Map(shown.map((entry) => [entry.id, held.get(entry.id) ?? rowOf(entry)]));
        for (const { fill } of held.values()) fill();
        placeChildren(body, [...held.values()].map(({ row }) => row));
    }

    return {
        node,
        paint,
        open() {
            if (node.open) return;
            thresholds.show();
            node.showModal();
            shown = [];
            paint();
        },
    };
}
