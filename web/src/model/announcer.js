const QUIET_MS = 5000;

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
