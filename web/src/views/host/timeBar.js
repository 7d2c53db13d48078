import { el, setText } from "../dom.js";
import { ago, count, timeOfDay } from "../../model/format.js";
import { linkWord } from "../../model/link/linkWords.js";

const ZOOM_NOTE = "tables: mean and peak of this range; other figures: at its end";

// A finger scrolls the page where a mouse drags.
const WAYS = matchMedia("(hover: none)").matches ? "Tap a spike to see who did it."
    : "Drag to zoom in. Click a spike to see who did it.";

/** In one line of fixed height: which time the page shows, and the ways back to the present. */
export function createTimeBar({ view, onStep }) {
    const mode = el("strong", { class: "mode" });
    const when = el("span", { class: "when" });
    const spoken = el("span", { class: "unseen", role: "status" });
    const button = (text, title, onclick, more = {}) => el("button", { type: "button", class: "tool", title, text, onclick, ...more });
    const back = button("◀", "One sample back (←)", () => onStep(-1), { "aria-label": "One sample back" });
    const ahead = button("▶", "One sample forward (→)", () => onStep(1), { "aria-label": "One sample forward" });
    const pause = button("Pause", "Pause (Space)", () => view.pause(!view.state.paused), { "data-do": "pause" });
    const out = button("Zoom out", "Zoom out to the full time span (double-click, −)", () => view.unzoom(), { "data-do": "unzoom" });
    const live = button("Back to live", "Back to live (Esc)", () => view.live(), { "data-do": "live" });
    const node = el("div", { class: "time-bar", "data-mode": "live" },
        el("i", { class: "mark", "aria-hidden": "true" }), mode, when, spoken,
        el("span", { class: "steps" }, back, ahead), out, pause, live);

    return {
        node,
        /**
         * `present`: the host's time now; `frozenAt`: when it was paused; `waiting`: samples that came since; `heldFrom`: when
         * the data begins, null where that is before the charts do.
         */
        paint({ state, present, frozenAt, waiting, remark, link, heldFrom = null }) {
            const { pinnedAt, paused, span, tz } = state;
            const isPast = pinnedAt !== null;
            const name = isPast ? "rewind" : paused ? "paused" : !span.ms ? "zoom" : link.state.name === "live" ? "live" : "unheard";
            const clock = (t) => timeOfDay(t, tz);
            node.dataset.mode = name;
            const words = {
                rewind: () => [`At ${clock(pinnedAt)}`, `${ago(present - pinnedAt)}${remark ? ` · ${remark}` : ""}`],
                paused: () => [`Paused at ${clock(frozenAt)}`, ""],
                zoom: () => ["Zoomed", `${clock(span.from)} – ${clock(span.to)} · ${ZOOM_NOTE}`],
                unheard: () => [linkWord(link.state), `since ${clock(link.since)}`],
                live: () => ["Live", WAYS],
            }[name]();
            const waits = paused ? `${count(waiting)} ${waiting === 1 ? "sample waits" : "samples wait"}` : "";
            setText(mode, words[0]);
            const doubt = link.state.name === "live" || name === "unheard" ? "" : linkWord(link.state);
            const begins = heldFrom === null ? "" : `data from ${clock(heldFrom)}`;
            setText(when, [doubt, words[1], begins, isPast && paused ? `paused, ${waits}` : waits].filter(Boolean).join(" · "));
            setText(spoken, name === "live" ? "" : words[0]);
            setText(pause, paused ? "Resume" : "Pause");
            pause.setAttribute("aria-pressed", String(paused));
            out.hidden = Boolean(span.ms);
            back.parentElement.hidden = !isPast;
            live.hidden = name === "live" || name === "unheard";
        },
    };
}
