import { DOUBT_MS } from "../model/link/link.js";

// A beat of the server, and a little: then the link may be in doubt.
const FIRST_LOOK_MS = DOUBT_MS + 100;
const NEXT_LOOK_MS = 1000;
// Browsers let the timers of a hidden tab wait for the next second. One that comes later than this: the page slept.
const LATE_MS = 1500;
const REARM_MS = 500;

function title({ link, view, shownHost }, at) {
    const isSilent = shownHost?.isStale(at) ?? false;
    const doubt = !link.hearsHosts ? "(not live) " : link.state.name === "quiet" ? "(all hosts silent) " : isSilent ? "(silent) " : "";
    return `${doubt}${view.state.page === "host" && view.state.host ? `${view.state.host} · ` : ""}StreamAssembler`;
}

/**
 * The title of the tab. Of a hidden tab it is all that is seen, and nothing is painted there: so the link is looked at
 * when something comes, and by a timer when nothing does. After some minutes browsers run timers that one another set
 * only once a minute, but not one that was set when a message came: each message sets it anew.
 * @param later `(run, ms) → cancel`
 * @param show takes the title
 * @param onLink called when the state of the link has changed
 */
export function createTabTitle(session, { isHidden, later, show, onLink }) {
    const { fleet, link, wallClock } = session;
    let cancel = () => {};
    let due = -Infinity;
    let setAt = -Infinity;
    let shown = null;

    function paint(at) {
        const next = title(session, at);
        if (next !== shown) show(next);
        shown = next;
    }

    function wait(at, ms) {
        cancel();
        setAt = at;
        due = at + ms;
        cancel = later(look, ms);
    }

    function check(at, awake) {
        if (link.check(at, wallClock(), fleet.hosts, awake)) onLink();
        paint(at);
    }

    function look() {
        if (!isHidden()) return;
        const at = session.now();
        check(at, { wasAwake: at - due <= LATE_MS });
        wait(at, NEXT_LOOK_MS);
    }

    return {
        paint,
        /** Something came from the server. */
        heard() {
            const at = session.now();
            if (!isHidden() || at - setAt < REARM_MS) return;
            check(at);
            wait(at, FIRST_LOOK_MS);
        },
        /** The tab was hidden, or is seen again. */
        turned() {
            if (isHidden()) wait(session.now(), FIRST_LOOK_MS);
            else cancel();
        },
    };
}
