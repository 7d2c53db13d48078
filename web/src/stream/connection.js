import { asker, createChoice } from "./choice.js";
import { Progress } from "./progress.js";
import { isClean, isUnauthorized, refusalOf } from "./refusal.js";
import { TransportChoice } from "./transports.js";

// How long a connection may take to open, and an open one to let the page in.
const OPEN_MS = 10_000;
const JOIN_MS = 8000;
const RETRY_MS = 500;

/**
 * The Socket.IO connection as one plain state: `connecting`, `live`, `stalled`, `reconnecting` or `refused`; `stalled`
 * where the server itself has no samples to give, with its `status` and `detail` why. `live` is with `by: "polling"`
 * where no WebSocket gets through; a state that tries has the `refusal` where something answers, but not as it should.
 * @param on `{updates, dUpdates, details, gone, heartbeat, state}`: what to do with each event and each change of state;
 *   `whole(isWhole)`: whether samples come with their details, as an older server sends them
 * @param path where the server's Socket.IO is
 */
export function connect({ io, on, token, path = "/socket.io/", now = () => performance.now() }) {
    const progress = new Progress();
    const ways = new TransportChoice();
    const auth = (give) =>
        give({
            ...(token.read() && { token: token.read() }),
            subscribe: choice.subscription,
            heartbeat: true,
            ...(progress.told && { since: progress.told }),
        });
    const socket = io({
        path, auth, transports: ways.next(now()), timeout: OPEN_MS,
        reconnectionDelay: RETRY_MS, reconnectionDelayMax: 5000,
    });
    const ask = asker(socket);
    const choice = createChoice({ ask, isOpen: () => socket.connected, onWhole: (isWhole) => on.whole?.(isWhole) });
    let wasLive = false;
    // While a connection by polling is replaced: the page stays live, and the next connection goes on where it ended.
    let isRenewing = false;
    // Why the last try failed, where something has answered.
    let refusal = null;
    const tried = (attempt) => ({ name: trying(), attempt, ...(refusal && { refusal }) });
    const isByPolling = () => socket.io.engine?.transport?.name === "polling";
    const isLive = () => ({ name: "live", ...(isByPolling() && { by: "polling" }) });
    const chooseAgain = () => {
        if (socket.io.opts) socket.io.opts.transports = ways.next(now());
    };
    const open = () => {
        chooseAgain();
        socket.connect();
    };
    // What the server said last; nothing said on a connection means that all is well.
    let stall = null;
    const trying = () => (wasLive ? "reconnecting" : "connecting");

    const live = () => {
        wasLive = true;
        isRenewing = false;
        refusal = null;
        on.state(stall ?? isLive());
    };
    const change = (take) => (what, meta) => {
        take(what, meta);
        progress.took(meta);
        // A connection that goes on where the last one ended begins with changes.
        if (meta?.reason === "resume") live();
    };

    socket.on("updates", (snapshot, meta) => {
        on.updates(snapshot, meta);
        progress.tookAll(meta);
        live();
    });
    socket.on("heartbeat", () => {
        on.heartbeat();
        if (wasLive && !stall && ways.isRenewalDue(now())) {
            isRenewing = true;
            ways.renewed();
            socket.disconnect();
            open();
        }
    });
    socket.on("status", ({ ready, redis }) => {
        stall = ready ? null : { name: "stalled", status: redis.status, detail: redis.detail ?? "" };
        on.state(stall ?? isLive());
    });
    socket.on("dUpdates", change(on.dUpdates));
    socket.on("details", (list, meta) => on.details(list, meta));
    socket.on("connect", () => choice.tell());
    socket.on("gone", change(on.gone));
    socket.on("connect_error", (error) => {
        isRenewing = false;
        // An active socket tries again by itself; an inactive one was refused by the server.
        if (socket.active) {
            const isAtOnce = ways.failed();
            // Half the delay: the client counts the try that was made at once too, and doubles with each.
            socket.io.reconnectionDelay(isAtOnce ? 0 : RETRY_MS / 2);
            if (isAtOnce) return;
            refusal = refusalOf(error);
            if (refusal?.code === "too-large") progress.isBrief = true;
            on.state(tried(1));
        } else {
            const needsToken = isUnauthorized(error);
            on.state({ name: "refused", reason: error.message, needsToken, ...(needsToken && { wasGiven: Boolean(token.read()) }) });
        }
    });
    socket.on("disconnect", (reason, details) => {
        stall = null;
        if (!wasByPolling) ways.ended(now(), reason === "io server disconnect" || isClean(details?.context?.code));
        if (isRenewing) return;
        // After a close by the server the client does not reconnect by itself; but the server may only be restarting.
        if (!socket.active) setTimeout(open, 1000);
        on.state({ name: "reconnecting", attempt: 0 });
    });
    socket.io.on("reconnect_attempt", (attempt) => {
        chooseAgain();
        if (!isRenewing) on.state(tried(attempt));
    });

    // A WebSocket may open and then be deaf: some proxies answer for a server that never hears of it.
    let wasByPolling = false;
    let joining;
    socket.io.on("open", () => {
        const engine = socket.io.engine;
        wasByPolling = isByPolling();
        if (wasByPolling) ways.openedByPolling(now());
        else ways.opened(now());
        socket.io.reconnectionDelay(RETRY_MS);
        engine.once("upgrade", () => {
            wasByPolling = false;
            ways.opened(now());
            if (socket.connected && wasLive && !stall) on.state(isLive());
        });
        clearTimeout(joining);
        joining = setTimeout(() => {
            ways.silent();
            engine.close();
        }, JOIN_MS);
    });
    for (const event of ["connect", "connect_error", "disconnect"]) socket.on(event, () => clearTimeout(joining));

    on.state({ name: "connecting", attempt: 0 });
    return {
        look: choice.look,
        ask,
        retryWith(value) {
            token.write(value);
            on.state({ name: "connecting", attempt: 0 });
            open();
        },
    };
}
