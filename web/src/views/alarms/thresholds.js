import { checkedRule, DEFAULT_RULES, METRICS, parseRules } from "../../model/alarms/alarmRules.js";
import { el, setText } from "../dom.js";
import { download } from "../host/files.js";

/**
 * The thresholds of alarms as a form: to change, to reset, to export and import.
 * @param alarms whose rules it shows and changes
 * @param onChange called with rules that the reader has changed, after they are in force
 */
export function createThresholds({ alarms, wallClock, onChange }) {
    const problem = el("p", { class: "problem", role: "alert", hidden: true });
    const forms = new Map(Object.keys(METRICS).map((metric) => [metric, formOf(metric)]));
    const file = el("input", {
        type: "file", accept: "application/json,.json", class: "unseen", "aria-label": "Import thresholds", tabindex: -1,
    });
    const button = (text, onclick) => el("button", { type: "button", class: "tool", text, onclick });
    const heads = ["Metric", "Starts above", "Ends below", "For (s)"].map((text) => el("th", { scope: "col", text }));
    const nodes = [
        el("h3", { text: "Thresholds" }),
        el("p", { class: "note", text: "An alarm starts when a value stays above the first limit for the given number of seconds. It ends "
            + "when the value falls below the second limit. Thresholds are kept in this browser." }),
        el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Thresholds" },
            el("table", { class: "rules", "aria-label": "Thresholds" },
                el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...[...forms.values()].map((form) => form.node)))),
        problem,
        el("div", { class: "row" }, button("Reset to defaults", () => take(DEFAULT_RULES)), button("Export JSON", save),
            button("Import JSON", () => file.click()), file),
    ];
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
        const field = (key, words) => el("input", {
            type: "number", min: 0, step: "any", name: `${metric}-${key}`, "aria-label": `${label}: ${words}`, onchange: change,
        });
        const on = el("input", { type: "checkbox", name: `${metric}-on`, onchange: change });
        const above = field("above", `starts above, ${unit}`);
        const below = field("below", `ends below, ${unit}`);
        const forS = field("for", "for, seconds");
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
        alarms.setRules(rules, wallClock());
        show();
        onChange(rules);
    }

    function say(text) {
        setText(problem, text);
        problem.hidden = text === "";
    }

    function show() {
        say("");
        for (const rule of alarms.rules) forms.get(rule.metric)?.show(rule);
    }

    function save() {
        const told = { rules: alarms.rules, alarms: alarms.entries };
        download("streamassembler-alarms.json", JSON.stringify(told, null, 2), "application/json");
    }

    return { nodes, show };
}
