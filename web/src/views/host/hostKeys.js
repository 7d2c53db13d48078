import { stepped, zoomKey } from "../../model/view/timeSpan.js";

/** What keys do on the page of a host, besides those of the whole page. `run` says whether it did something. */
export function hostCommands({ view, present, domain, host }) {
    const isHere = () => view.state.page === "host" && host() !== null;

    /** Moves the pinned moment, else the cursor. */
    function step(steps) {
        if (!isHere()) return false;
        const { cursor, pinnedAt } = view.state;
        const probe = host().probe("top") ?? host().freshest;
        const times = probe.history.ring?.times ?? new Float64Array(0);
        const [from, to] = domain();
        const t = stepped(times, pinnedAt ?? cursor, steps, [from, Math.min(to, present())], probe.intervalMs);
        if (pinnedAt === null) view.point(t);
        else view.pin(t, view.state.asked, true);
        return true;
    }

    function zoom(nearer) {
        if (!isHere()) return false;
        const { ms, from, to } = zoomKey(view.state, domain(), nearer);
        if (ms) view.follow(ms);
        else view.zoom(from, to, true);
        return true;
    }

    function pin(event) {
        const { cursor, pinnedAt } = view.state;
        if (event.target.closest?.("button, a, summary, input") || !isHere() || (cursor === null && pinnedAt === null)) return false;
        view.pin(cursor ?? pinnedAt, view.state.asked ?? "cpu");
        return true;
    }

    const command = (keys, words, run) => ({ group: "One host", keys, words, run });
    return {
        step,
        list: [
            command(["ArrowLeft"], "move the cursor or the pinned time back one sample (Shift: ten)",
                (event) => step(event.shiftKey ? -10 : -1)),
            command(["ArrowRight"], "move it forward one sample (Shift: ten)", (event) => step(event.shiftKey ? 10 : 1)),
            command(["Enter"], "pin the time at the cursor: the tables show that second", pin),
            command(["+", "="], "zoom in", () => zoom(true)),
            command(["-"], "zoom out", () => zoom(false)),
        ],
    };
}
