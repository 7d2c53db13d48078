import { checkedRule, DEFAULT_RULES, METRICS, parseRules } from "../model/alarmRules.js";
import { duration, short, timeOfDay } from "../model/format.js";
import { inPlace } from "../model/rowOrder.js";
import { el, placeChildren, setText } from "./dom.js";
import { download } from "./files.js";
import { createOrderHold } from "./orderHold.js";

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
    const problem = el("p", { class: "problem", role: "alert", hidden: true });
    const forms = new Map(Object.keys(METRICS).map((metric) => [metric, formOf(metric)]));
    const file = el("input", { type: "file", accept: "application/json,.json", class: "unseen", "aria-label": "Import thresholds", tabindex: -1 });
    const node = el("dialog", { class: "alarms", "aria-labelledby": "alarms-title" },
        el("header", {}, el("h2", { id: "alarms-title", text: "Alarms" }), clear, close),
        list,
        el("h3", { text: "Thresholds" }),
        el("p", { class: "note", text: "An alarm starts when a value stays above the first limit for the given number of seconds. It ends "
            + "when the value falls below the second limit. Thresholds are kept in this browser." }),
        el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Thresholds" },
            el("table", { class: "rules", "aria-label": "Thresholds" },
                el("thead", {}, el("tr", {}, ...["Metric", "Starts above", "Ends below", "For (s)"].map((text) => el("th", { scope: "col", text })))),
                el("tbody", {}, ...[...forms.values()].map((form) => form.node)))),
        problem,
        el("div", { class: "row" },
            el("button", { type: "button", class: "tool", text: "Reset to defaults", onclick: () => take(DEFAULT_RULES) }),
            el("button", { type: "button", class: "tool", text: "Export JSON", onclick: save }),
            el("button", { type: "button", class: "tool", text: "Import JSON", onclick: () => file.click() }), file));
    node.addEventListener("click", (event) => event.target === node && node.close());
    file.addEventListener("change", async () => {
        const [chosen] = file.files;
        if (!chosen) return;
        const { rules, problems } = chosen.size > 100_000
            ? { rules: null, problems: ["The file is larger than 100 kB."] } : parseRules(await chosen.text());
        file.value = "";
        if (rules) take(rules);
        else say(`Not imported. ${problems[0]}`);
    });

    function formOf(metric) {
        const { label, unit } = METRICS[metric];
        const field = (key, words) => el("input", { type: "number", min: 0, step: "any", name: `${metric}-${key}`, "aria-label": `${label}: ${words}`,
            onchange: change });
        const on = el("input", { type: "checkbox", name: `${metric}-on`, onchange: change });
        const [above, below, forS] = [field("above", `starts above, ${unit}`), field("below", `ends below, ${unit}`), field("for", "for, seconds")];
        const row = el("tr", {}, el("td", {}, el("label", {}, on, label, el("span", { class: "note", text: ` ${unit}` }))),
            el("td", {}, above), el("td", {}, below), el("td", {}, forS));
        return {
            node: row,
            read: () => ({ metric, above: above.valueAsNumber, below: below.valueAsNumber, forS: forS.valueAsNumber, on: on.checked }),
            show(rule) {
                on.checked = rule.on;
                above.valueAsNumber = rule.above;
                below.valueAsNumber = rule.below;
                forS.valueAsNumber = rule.forS;
            },
        };
    }

    function change() {
        const checked = [...forms.values()].map((form) => checkedRule(form.read()));
        const wrong = checked.find((one) => one.problem);
        if (wrong) say(`Not saved. ${wrong.problem}`);
        else take(checked.map(({ rule }) => rule));
    }

    function take(rules) {
        say("");
        keep(rules);
        alarms.setRules(rules, wallClock());
        clock.mark("frame", "fleet");
        showRules();
        paint();
    }

    function say(text) {
        setText(problem, text);
        problem.hidden = text === "";
    }

    function showRules() {
        for (const rule of alarms.rules) forms.get(rule.metric)?.show(rule);
    }

    function save() {
        const told = { rules: alarms.rules, alarms: alarms.entries };
        download("streamassembler-alarms.json", JSON.stringify(told, null, 2), "application/json");
    }

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

    // Each alarm keeps its row: a button that is made anew between press and release is not pressed.
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
            say("");
            showRules();
            node.showModal();
            shown = [];
            paint();
        },
    };
}
