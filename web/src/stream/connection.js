import { refusalOf } from "./refusal.js";
import { TransportChoice } from "./transports.js";

const SNAPSHOT_DEPTH = 300;
// How long a connection may take to open, and an open one to let the page in.
const OPEN_MS = 10_000;
const JOIN_MS = 8000;

/**
 * The Socket.IO connection as one plain state: `connecting`, `live`, `stalled`, `reconnecting` or `refused`; `stalled`
 * where the server itself has no samples to give, with its `status` and `detail` why. `live` is with `by: "polling"`
 * where no WebSocket gets through; a state that tries has the `refusal` where something answers, but not as it should.
 * @param on `{updates, dUpdates, gone, heartbeat, state}`: what to do with each event and each change of state
 * @param path where the server's Socket.IO is
 */
export function connect({ io, on, token, path = "/socket.io/", now = () => performance.now() }) {
    let since = null;
    // Set once a proxy has found the first packet too large.
    let isBrief = false;
    const choice = new TransportChoice();
    const auth = (give) =>
        give({
            ...(token.read() && { token: token.read() }),
            subscribe: { depth: SNAPSHOT_DEPTH },
            heartbeat: true,
            ...(since && { since: isBrief ? withoutMarks(since) : fitting(since) }),
        });
    const socket = io({
        path, auth, transports: choice.next(now()), tryAllTransports: true, timeout: OPEN_MS,
        reconnectionDelay: 500, reconnectionDelayMax: 5000,
    });
    let wasLive = false;
    // Why the last try failed, where something has answered.
    let refusal = null;
    const tried = (attempt) => ({ name: trying(), attempt, ...(refusal && { refusal }) });
    const isByPolling = () => socket.io.engine?.transport?.name === "polling";
    const isLive = () => ({ name: "live", ...(isByPolling() && { by: "polling" }) });
    const chooseAgain = () => {
        if (socket.io.opts) socket.io.opts.transports = choice.next(now());
    };
    // What the server said last; nothing said on a connection means that all is well.
    let stall = null;
    const trying = () => (wasLive ? "reconnecting" : "connecting");

    // What was taken is remembered, so that the next connection goes on there, whichever server it meets.
    const taken = (meta, marks) => {
        since = typeof meta?.epoch === "string" ? { epoch: meta.epoch, seq: meta.seq, t: marks } : null;
    };
    const live = () => {
        wasLive = true;
        refusal = null;
        on.state(stall ?? isLive());
    };
    const change = (take) => (what, meta) => {
        take(what, meta);
        taken(meta, since?.t && withMarks(since.t, meta?.t));
        // A connection that goes on where the last one ended begins with changes.
        if (meta?.reason === "resume") live();
    };

    socket.on("updates", (snapshot, meta) => {
        on.updates(snapshot, meta);
        // A server that is short of room leaves the marks out: then the page sends none either, until it gets some.
        taken(meta, meta?.t && withMarks({}, meta.t));
        live();
    });
    socket.on("heartbeat", () => on.heartbeat());
    socket.on("status", ({ ready, redis }) => {
        stall = ready ? null : { name: "stalled", status: redis.status, detail: redis.detail ?? "" };
        on.state(stall ?? isLive());
    });
    socket.on("dUpdates", change(on.dUpdates));
    socket.on("gone", change(on.gone));
    socket.on("connect_error", (error) => {
        // An active socket tries again by itself; an inactive one was refused by the server.
        if (socket.active) {
            refusal = refusalOf(error);
            if (refusal?.code === "too-large") isBrief = true;
            if (error.message === "timeout") choice.silent(now());
            on.state(tried(1));
        } else {
            const needsToken = isUnauthorized(error);
            on.state({ name: "refused", reason: error.message, needsToken, ...(needsToken && { wasGiven: Boolean(token.read()) }) });
        }
    });
    socket.on("disconnect", (reason, details) => {
        stall = null;
        if (!wasByPolling) choice.ended(now(), reason === "io server disconnect" || isClean(details?.context?.code));
        // After a close by the server the client does not reconnect by itself; but the server may only be restarting.
        if (!socket.active) setTimeout(() => socket.connect(), 1000);
        on.state({ name: "reconnecting", attempt: 0 });
    });
    socket.io.on("reconnect_attempt", (attempt) => {
        chooseAgain();
        on.state(tried(attempt));
    });

    // A WebSocket may open and then be deaf: some proxies answer for a server that never hears of it.
    let wasByPolling = false;
    let joining;
    socket.io.on("open", () => {
        const engine = socket.io.engine;
        wasByPolling = isByPolling();
        if (!wasByPolling) choice.opened(now());
        engine.once("upgrade", () => {
            wasByPolling = false;
            choice.opened(now());
            if (socket.connected && wasLive && !stall) on.state(isLive());
        });
        clearTimeout(joining);
        joining = setTimeout(() => {
            choice.silent(now());
            engine.close();
        }, JOIN_MS);
    });
    for (const event of ["connect", "connect_error", "disconnect"]) socket.on(event, () => clearTimeout(joining));

    on.state({ name: "connecting", attempt: 0 });
    return {
        retryWith(value) {
            token.write(value);
            on.state({ name: "connecting", attempt: 0 });
            socket.connect();
        },
    };
}

// The server says goodbye with a code; a connection that was cut has 1006 (RFC 6455 §7.4.1) or none.
const isClean = (code) => typeof code === "number" && code !== 1006;

// What a client sends before the server accepts it may take 16 KiB in all; more would end the connection each time.
const MARKS_BYTES_AT_MOST = 12_000;
const withoutMarks = ({ epoch, seq }) => ({ epoch, seq });
const fits = (marks) => new TextEncoder().encode(JSON.stringify(marks)).length <= MARKS_BYTES_AT_MOST;
const fitting = ({ t, ...rest }) => (t && fits(t) ? { ...rest, t } : rest);

/** The marks of keys (CONTRACT: `meta.t`) with newer ones put in; a key that is gone has none. */
function withMarks(marks, newer) {
    for (const [key, mark] of Object.entries(newer ?? {})) {
        if (mark === null) delete marks[key];
        else marks[key] = mark;
    }
    return marks;
}

const isUnauthorized = (error) => error.message === "unauthorized" || error.data?.code === "unauthorized";
