import { chartPicture } from "../../charts/picture.js";
import { csv, fileName, json, ofChart, ofTable } from "../../model/tables/exports.js";
import { el } from "../dom.js";
import { saveButtons } from "../menu.js";

/** Puts what each chart and table can be saved as into its menu. */
export function createHostFiles({ panels, tables, host, moment }) {
    const name = (what, ending, t = moment()) => fileName(host()?.name ?? "host", what, t, ending);
    const entries = (what, rows) => [
        ["CSV", () => download(name(what, "csv"), csv(rows()), "text/csv;charset=utf-8")],
        ["JSON", () => download(name(what, "json"), json(rows()), "application/json")],
    ];
    for (const { id, view: panel } of panels) {
        const chart = () => ofChart(panel.shown.panel, panel.shown.domain);
        const picture = async () => download(name(id, "png"), await chartPicture(panel.node));
        panel.menu.body.append(...saveButtons([...entries(id, chart), ["PNG", picture]]));
    }
    for (const [id, table] of Object.entries(tables)) {
        const rows = () => ofTable(table.shown.columns, table.shown.rows);
        table.menu.body.prepend(el("div", { class: "saves" }, ...saveButtons(entries(id, rows))));
    }
}

/** Gives the browser a file to save. */
export function download(name, content, type) {
    const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
    const link = el("a", { href: url, download: name });
    link.click();
    // The browser reads it after the click; a minute is ample.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
