const SNAPSHOT_DEPTH = 300;
const TOKEN_KEY = "streamassembler.token";

/**
 * The Socket.IO connection as one plain state: `connecting`, `live`, `stalled`, `reconnecting` or `refused`; `stalled`
 * where the server itself has no samples to give, with its `status` and `detail` why.
 * @param on `{updates, dUpdates, gone, state}`: what to do with each event and each change of state
 */
export function connect({ io, on, token }) {
    let since = null;
    const auth = (give) =>
        give({
            ...(token.read() && { token: token.read() }),
            subscribe: { depth: SNAPSHOT_DEPTH },
            ...(since && { since: fitting(since) }),
        });
    const socket = io({ transports: ["websocket"], auth, reconnectionDelay: 500, reconnectionDelayMax: 5000 });
    let wasLive = false;
    // What the server said last; nothing said on a connection means that all is well.
    let stall = null;
    const trying = () => (wasLive ? "reconnecting" : "connecting");

    // What was taken is remembered, so that the next connection goes on there, whichever server it meets.
    const taken = (meta, marks) => {
        since = typeof meta?.epoch === "string" ? { epoch: meta.epoch, seq: meta.seq, t: marks } : null;
    };
    const live = () => {
        wasLive = true;
        on.state(stall ?? { name: "live" });
    };
    const change = (take) => (what, meta) => {
        take(what, meta);
        taken(meta, since && withMarks(since.t, meta?.t));
        // A connection that goes on where the last one ended begins with changes.
        if (meta?.reason === "resume") live();
    };

    socket.on("updates", (snapshot, meta) => {
        on.updates(snapshot, meta);
        taken(meta, withMarks({}, meta?.t));
        live();
    });
    socket.on("status", ({ ready, redis }) => {
        stall = ready ? null : { name: "stalled", status: redis.status, detail: redis.detail ?? "" };
        on.state(stall ?? { name: "live" });
    });
    socket.on("dUpdates", change(on.dUpdates));
    socket.on("gone", change(on.gone));
    socket.on("connect_error", (error) => {
        // An active socket tries again by itself; an inactive one was refused by the server.
        if (socket.active) on.state({ name: trying(), attempt: 1 });
        else on.state({ name: "refused", reason: error.message, needsToken: isUnauthorized(error) });
    });
    socket.on("disconnect", () => {
        stall = null;
        // After a close by the server the client stays down unless told: the server may only be restarting.
        if (!socket.active) setTimeout(() => socket.connect(), 1000);
        on.state({ name: "reconnecting", attempt: 0 });
    });
    socket.io.on("reconnect_attempt", (attempt) => {
        on.state({ name: trying(), attempt });
    });

    on.state({ name: "connecting", attempt: 0 });
    return {
        retryWith(value) {
            token.write(value);
            on.state({ name: "connecting", attempt: 0 });
            socket.connect();
        },
    };
}

// Marks of more keys than this would make a first packet that servers may refuse.
const MARKS_AT_MOST = 5000;
const fitting = ({ t, ...rest }) => (Object.keys(t ?? {}).length <= MARKS_AT_MOST ? { ...rest, t } : rest);

/** The marks of keys (CONTRACT: `meta.t`) with newer ones put in; a key that is gone has none. */
function withMarks(marks, newer) {
    for (const [key, mark] of Object.entries(newer ?? {})) {
        if (mark === null) delete marks[key];
        else marks[key] = mark;
    }
    return marks;
}

const isUnauthorized = (error) => error.message === "unauthorized" || error.data?.code === "unauthorized";

/** The access token: from the address's fragment once, then kept by the browser. */
export function tokenStore({ location, history, storage }) {
    const fragment = new URLSearchParams(location.hash.slice(1));
    let held = fragment.get("token");
    if (held) {
        // Out of the address bar, so that it is not shared by copying the link.
        fragment.delete("token");
        const rest = fragment.toString();
        history.replaceState(null, "", location.pathname + location.search + (rest && `#${rest}`));
        save(held);
    }

    function save(value) {
        try {
            storage().setItem(TOKEN_KEY, value);
        } catch {
            // Storage may be off or full: the token then lasts as long as the page.
        }
    }

    return {
        read() {
            if (held) return held;
            try {
                return storage().getItem(TOKEN_KEY);
            } catch {
                return null;
            }
        },
        write(value) {
            held = value;
            save(value);
        },
    };
}
