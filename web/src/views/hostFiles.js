import { csv, fileName, json, ofChart, ofTable } from "../model/exports.js";
import { chartPicture } from "../charts/picture.js";
import { el } from "./dom.js";
import { download } from "./download.js";
import { saveButtons } from "./menu.js";

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
