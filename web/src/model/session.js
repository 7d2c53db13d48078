import { createAlarmWatch } from "./alarms/alarmWatch.js";
import { PaintDelay, PathDelay } from "./link/delays.js";
import { Fleet } from "./hosts/fleet.js";
import { Held } from "./held.js";
import { Link } from "./link/link.js";
import { createOverview } from "./hosts/overview.js";

const QUIET_MS = 5000;

/**
 * What one open page knows and shows: the stream writes into it, views read it. Whoever changes something marks a topic of
 * the paint loop (`clock`): `fleet` (samples of any host), `host` (samples of the host shown), `choice` (what the reader
 * chose to see), `tables` and `charts` (theirs alone), `cursor` (the time pointed at), `frame` (link, alarms, other hosts).
 */
export class Session {
    /** Since when the page is paused, epoch ms or null, and how many samples came since. */
    pause = { at: null, waiting: 0 };
    /** How long samples take from the server to this page, and from their arrival to the screen. */
    delays = { toPage: new PathDelay(), drawing: new PaintDelay() };
    announcer = new Announcer();
    held = new Held();
    /** Asks the server for what the page does not hold (stream/past.js, stream/moments.js); nothing until it is set. */
    past = { reach() {}, moment() {}, around() {}, range() {}, filled: () => 0, hasReached: () => false, whole: async () => null };

    /**
     * @param view what the reader has chosen to see (viewState.js)
     * @param clock the paint loop, whose `now()` is the page's monotonic ms
     * @param wallClock epoch ms
     * @param rules the reader's alarm thresholds
     * @param hasChosen whether the reader asked for a page; otherwise a lone host opens by itself
     */
    constructor({ view, clock, wallClock, rules, hasChosen = false }) {
        Object.assign(this, { view, clock, wallClock, hasChosen });
        this.link = new Link(clock.now(), wallClock());
        this.watch = createAlarmWatch({
            rules, wallClock, say: (line) => this.announcer.say(line), wholeOf: (...of) => this.past.whole(...of),
        });
        this.fleet = new Fleet({
            unheardMs: (from, to) => this.link.unheardMs(from, to),
            onSample: (host, probe, sample, isLive) => isLive && this.watch.sample(host, probe, sample),
        });
        this.overview = createOverview(this);
        view.subscribe((next, before) => {
            if (next.paused !== before.paused) this.pause = { at: next.paused ? wallClock() : null, waiting: 0 };
        });
    }

    now() {
        return this.clock.now();
    }

    /** The host whose page is open, null on the fleet's page and for a host that is not known. */
    get shownHost() {
        const { page, host } = this.view.state;
        return page === "host" ? this.fleet.host(host) : null;
    }

    openFleet() {
        this.hasChosen = true;
        this.view.toFleet();
    }

    openHost(name) {
        this.hasChosen = true;
        this.view.toHost(name);
    }

    /** Other hosts than before: those that are gone raise no alarms. Returns the names of all. */
    hostsChanged() {
        const names = new Set(this.fleet.hosts.map(({ name }) => name));
        this.watch.only(names);
        this.clock.mark("fleet", "host", "choice", "frame");
        return names;
    }
}

/** Which message a screen reader is given: the newest of those that wait, at most one in five seconds. */
export class Announcer {
    #saidAt = -Infinity;
    #waiting = null;

    say(message) {
        this.#waiting = message;
    }

    /** The message to give now, or null. */
    due(now) {
        if (this.#waiting === null || now - this.#saidAt < QUIET_MS) return null;
        const message = this.#waiting;
        this.#waiting = null;
        this.#saidAt = now;
        return message;
    }
}
