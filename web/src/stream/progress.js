// What a client sends before the server accepts it may take 16 KiB in all; more would end the connection each time.
const MARKS_BYTES_AT_MOST = 12_000;

/** How far the page has heard, key by key: the next connection goes on there, whichever server it meets. */
export class Progress {
    #since = null;
    /** Set once a proxy has found the first packet too large: then the marks of keys are left out. */
    isBrief = false;

    /** What a connection sends as `since`; null before anything was heard. */
    get told() {
        if (this.#since === null) return null;
        const { t, ...rest } = this.#since;
        return t && !this.isBrief && fits(t) ? this.#since : rest;
    }

    /** A snapshot. A server that is short of room leaves the marks out: then the page sends none either, until it gets some. */
    tookAll(meta) {
        this.#put(meta, meta?.t && withMarks({}, meta.t));
    }

    /** Changes since. */
    took(meta) {
        this.#put(meta, this.#since?.t && withMarks(this.#since.t, meta?.t));
    }

    #put(meta, marks) {
        this.#since = typeof meta?.epoch === "string" ? { epoch: meta.epoch, seq: meta.seq, t: marks } : null;
    }
}

const fits = (marks) => new TextEncoder().encode(JSON.stringify(marks)).length <= MARKS_BYTES_AT_MOST;

/** The marks of keys (Contract.md: `meta.t`) with newer ones put in; a key that is gone has none. */
function withMarks(marks, newer) {
    for (const [key, mark] of Object.entries(newer ?? {})) {
        if (mark === null) delete marks[key];
        else marks[key] = mark;
    }
    return marks;
}
