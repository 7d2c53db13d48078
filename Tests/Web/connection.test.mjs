import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { tokenStore } from "../../web/src/shell/browserStore.js";
import { connect } from "../../web/src/stream/connection.js";

/** A stand-in for the official client's socket: the test speaks as the server. */
function page({ stored = null, now } = {}) {
    const socket = Object.assign(new EventEmitter(), { io: new EventEmitter(), active: true, connects: 0 });
    const engine = Object.assign(new EventEmitter(), { transport: { name: "websocket" } });
    Object.assign(socket.io, { engine, opts: {}, delay: null, reconnectionDelay(ms) { this.delay = ms; } });
    socket.connect = () => { socket.connects += 1; };
    const asked = [];
    socket.timeout = () => ({ emit: (event, argument, answer) => asked.push({ event, argument, answer: (given) => answer(null, given) }) });
    socket.on("connect", () => { socket.connected = true; });
    socket.disconnect = () => socket.emit("disconnect", "io client disconnect");
    const states = [];
    const got = [];
    let options;
    const token = { held: stored, read() { return this.held; }, write(value) { this.held = value; } };
    const link = connect({
        io: (given) => { options = given; return socket; },
        token,
        now,
        on: {
            updates: (...args) => got.push(["updates", ...args]),
            dUpdates: (...args) => got.push(["dUpdates", ...args]),
            gone: (...args) => got.push(["gone", ...args]),
            details: (...args) => got.push(["details", ...args]),
            whole: (...args) => got.push(["whole", ...args]),
            heartbeat: (...args) => got.push(["heartbeat", ...args]),
            state: (state) => states.push(state),
        },
    });
    const auth = () => {
        let sent;
        options.auth((value) => { sent = value; });
        return sent;
    };
    return { socket, states, got, link, token, auth, options, asked };
}

const last = (list) => list.at(-1);

test("it speaks WebSocket, and asks for the newest figures of each key and a heartbeat", () => {
    const { options, auth } = page();
    assert.deepEqual(options.transports, ["websocket"]);
    // The client would go on by polling for good.
    assert.equal(options.tryAllTransports, undefined);
    assert.deepEqual(auth(), { subscribe: { depth: 1, figures: true }, heartbeat: true });
});

test("it is live with the first snapshot, not before", () => {
    const { socket, states, got } = page();
    assert.equal(last(states).name, "connecting");
    socket.emit("connect");
    assert.equal(last(states).name, "connecting");
    socket.emit("updates", { a: 1 }, { now: 5 });
    assert.equal(last(states).name, "live");
    assert.deepEqual(got, [["updates", { a: 1 }, { now: 5 }]]);
});

test("a server that does not follow Redis is stalled, with the reason, until it says that it does", () => {
    const { socket, states } = page();
    socket.emit("updates", {}, {});
    socket.emit("status", { ready: false, redis: { status: "wrong-password", detail: "AUTH: WRONGPASS" } });
    const stalled = { name: "stalled", status: "wrong-password", detail: "AUTH: WRONGPASS" };
    assert.deepEqual(last(states), stalled);
    socket.emit("updates", {}, {});
    assert.deepEqual(last(states), stalled, "a snapshot says nothing of Redis");
    socket.emit("status", { ready: true, redis: { status: "live" } });
    assert.equal(last(states).name, "live");
});

test("on another connection a server that says nothing follows Redis", () => {
    const { socket, states } = page();
    socket.emit("status", { ready: false, redis: { status: "loading" } });
    assert.deepEqual(last(states), { name: "stalled", status: "loading", detail: "" });
    socket.emit("disconnect", "transport close");
    socket.emit("updates", {}, {});
    assert.equal(last(states).name, "live");
});

test("a lost connection is reconnecting, with its tries counted, until a snapshot comes", () => {
    const { socket, states } = page();
    socket.emit("updates", {}, {});
    socket.emit("disconnect", "transport close");
    assert.equal(last(states).name, "reconnecting");
    socket.emit("connect_error", new Error("websocket error"));
    socket.io.emit("reconnect_attempt", 3);
    assert.deepEqual([last(states).name, last(states).attempt], ["reconnecting", 3]);
    socket.emit("connect_error", new Error("websocket error"));
    assert.equal(last(states).name, "reconnecting");
    socket.emit("updates", {}, {});
    assert.equal(last(states).name, "live");
});

test("a new connection says how far the last one came, key by key", () => {
    const { socket, auth, states } = page();
    assert.equal(auth().since, undefined);
    socket.emit("updates", {}, { epoch: "e", seq: 3, t: { a: "a1", b: "b1" } });
    socket.emit("dUpdates", [{}], { epoch: "e", seq: 5, t: { b: "b2", c: "c1" } });
    socket.emit("gone", { keys: ["a"] }, { epoch: "e", seq: 6, t: { a: null } });
    assert.deepEqual(auth().since, { epoch: "e", seq: 6, t: { b: "b2", c: "c1" } });

    socket.emit("disconnect", "transport close");
    assert.equal(last(states).name, "reconnecting");
    socket.emit("dUpdates", [{}], { epoch: "other", seq: 1, reason: "resume", t: { c: "c2" } });
    assert.equal(last(states).name, "live");
    assert.deepEqual(auth().since, { epoch: "other", seq: 1, t: { b: "b2", c: "c2" } });

    socket.emit("updates", {}, { epoch: "other", seq: 2, t: { d: "d1" } });
    assert.deepEqual(auth().since, { epoch: "other", seq: 2, t: { d: "d1" } });
});

test("a state without marks leaves none to be told, whatever changes name, until the next one", () => {
    const { socket, auth } = page();
    socket.emit("updates", {}, { epoch: "e", seq: 3, t: { a: "a1" } });
    socket.emit("updates", {}, { epoch: "e", seq: 4 });
    socket.emit("dUpdates", [{}], { epoch: "e", seq: 5, t: { b: "b1" } });
    assert.deepEqual(auth().since, { epoch: "e", seq: 5 });
    socket.emit("updates", {}, { epoch: "e", seq: 6, t: { c: "c1" } });
    assert.deepEqual(auth().since, { epoch: "e", seq: 6, t: { c: "c1" } });
});

test("after a WebSocket that did not open, polling is tried at once, and a WebSocket may take over", () => {
    const { socket, states } = page();
    const before = states.length;
    socket.emit("connect_error", new Error("websocket error"));
    assert.equal(states.length, before, "the try goes on");
    assert.equal(socket.io.delay, 0);
    socket.io.emit("reconnect_attempt", 1);
    assert.deepEqual(socket.io.opts.transports, ["polling", "websocket"]);
    // No server there: the next tries take their time, and polling stays first, which sees soonest that one is back.
    socket.emit("connect_error", failure(0));
    assert.equal(socket.io.delay, 250);
    socket.io.emit("reconnect_attempt", 2);
    assert.deepEqual(socket.io.opts.transports, ["polling", "websocket"]);
    opens(socket, "polling");
    assert.equal(socket.io.delay, 500);
    upgrades(socket);
    socket.emit("disconnect", "transport close");
    socket.io.emit("reconnect_attempt", 1);
    assert.deepEqual(socket.io.opts.transports, ["websocket"]);
});

test("a page that lives by polling is connected anew now and then, and stays live meanwhile", () => {
    let at = 0;
    const { socket, states } = page({ now: () => at });
    const live = () => {
        opens(socket, "polling");
        socket.emit("updates", {}, {});
    };
    socket.emit("connect_error", new Error("websocket error"));
    socket.io.emit("reconnect_attempt", 1);
    live();
    at = 59_000;
    socket.emit("heartbeat");
    assert.equal(socket.connects, 0);
    at = 60_000;
    const before = states.length;
    socket.emit("heartbeat");
    socket.emit("heartbeat");
    assert.equal(socket.connects, 1);
    assert.deepEqual(socket.io.opts.transports, ["polling", "websocket"]);
    assert.equal(states.length, before, "nothing is said of it");
    live();
    assert.deepEqual(last(states), { name: "live", by: "polling" });
    // Where the server is away just then, that is said.
    at = 1_000_000;
    socket.emit("heartbeat");
    socket.emit("connect_error", failure(0));
    assert.equal(last(states).name, "reconnecting");
});

test("a connection that the page opens by itself goes by what was learned", () => {
    const { socket, link } = page({ stored: "old" });
    socket.emit("connect_error", new Error("websocket error"));
    socket.io.emit("reconnect_attempt", 1);
    opens(socket, "polling");
    upgrades(socket);
    socket.active = false;
    socket.emit("connect_error", new Error("unauthorized"));
    link.retryWith("new");
    assert.deepEqual(socket.io.opts.transports, ["websocket"]);
});

function opens(socket, transport) {
    socket.io.engine.transport = { name: transport };
    socket.io.emit("open");
    // The page is let in: else it would wait for that.
    socket.emit("connect");
}

function upgrades(socket) {
    socket.io.engine.transport = { name: "websocket" };
    socket.io.engine.emit("upgrade");
}

const failure = (status, body = "") => Object.assign(new Error("xhr poll error"), { context: { status, responseText: body } });

test("an answer that lets nobody in is told with each try until the page is live", () => {
    const { socket, states } = page();
    socket.emit("connect_error", new Error("websocket error"));
    const body = JSON.stringify({ code: 4, message: "Forbidden", error: { code: "forbidden-origin", message: "set --allowed-origin x" } });
    socket.emit("connect_error", failure(403, body));
    assert.equal(last(states).refusal.code, "forbidden-origin");
    assert.equal(last(states).refusal.text, "Set --allowed-origin x.");
    socket.io.emit("reconnect_attempt", 2);
    assert.deepEqual([last(states).attempt, last(states).refusal.code], [2, "forbidden-origin"]);
    socket.emit("connect_error", failure(0));
    assert.equal(last(states).refusal, undefined, "nothing answers now");
    socket.emit("connect_error", failure(502));
    socket.emit("updates", {}, {});
    assert.deepEqual(last(states), { name: "live" });
});

test("after a body that was too large the next connection sends no marks", () => {
    const { socket, auth } = page();
    socket.emit("updates", {}, { epoch: "e", seq: 3, t: { a: "a1" } });
    assert.deepEqual(auth().since.t, { a: "a1" });
    socket.emit("connect_error", new Error("websocket error"));
    socket.emit("connect_error", failure(413));
    assert.deepEqual(auth().since, { epoch: "e", seq: 3 });
});

test("it says when it is live by polling", () => {
    const { socket, states } = page();
    socket.io.engine = Object.assign(new EventEmitter(), { transport: { name: "polling" } });
    socket.io.emit("open");
    socket.emit("connect");
    socket.emit("updates", {}, {});
    assert.deepEqual(last(states), { name: "live", by: "polling" });
    socket.connected = true;
    socket.io.engine.transport = { name: "websocket" };
    socket.io.engine.emit("upgrade");
    assert.deepEqual(last(states), { name: "live" });
});

test("marks of too many keys are left out, and a server that tells no epoch gets nothing", () => {
    const { socket, auth } = page();
    const t = Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [`k${i}`, "m"]));
    socket.emit("updates", {}, { epoch: "e", seq: 3, t });
    assert.deepEqual(auth().since, { epoch: "e", seq: 3 });
    const large = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`sa:{host-${i}.ä.example}:netstat`, "x".repeat(60)]));
    socket.emit("updates", {}, { epoch: "e", seq: 4, t: large });
    assert.ok(JSON.stringify(auth()).length < 16_000);
    assert.deepEqual(auth().since, { epoch: "e", seq: 4 });
    socket.emit("updates", {}, undefined);
    assert.equal(auth().since, undefined);
});

test("a refusal for want of a token asks for one, and sends it with the next try", () => {
    const { socket, states, link, auth } = page({ stored: "old" });
    assert.equal(auth().token, "old");
    socket.active = false;
    socket.emit("connect_error", new Error("unauthorized"));
    assert.deepEqual([last(states).name, last(states).needsToken], ["refused", true]);
    link.retryWith("new");
    assert.equal(auth().token, "new");
    assert.equal(socket.connects, 1);
    assert.equal(last(states).name, "connecting");
});

test("another refusal is shown with its reason and asks for nothing", () => {
    const { socket, states } = page();
    socket.active = false;
    socket.emit("connect_error", new Error("too many connections"));
    assert.deepEqual(last(states), { name: "refused", needsToken: false, reason: "too many connections" });
});

function browser(hash, stored = {}) {
    const replaced = [];
    return {
        replaced, stored,
        location: { hash, pathname: "/", search: "" },
        history: { replaceState: (...args) => replaced.push(args[2]) },
        storage: () => ({ getItem: (key) => stored[key] ?? null, setItem: (key, value) => { stored[key] = value; } }),
    };
}

test("a token in the fragment is kept and taken out of the address", () => {
    const given = browser("#token=s3cret&host=web-1");
    assert.equal(tokenStore(given).read(), "s3cret");
    assert.deepEqual(given.replaced, ["/#host=web-1"]);
    assert.equal(tokenStore(browser("", given.stored)).read(), "s3cret");
});

test("servers under paths of one host have tokens of their own", () => {
    const under = (pathname, hash, stored) => Object.assign(browser(hash, stored), { location: { hash, pathname, search: "" } });
    const first = under("/a/", "#token=one");
    assert.equal(tokenStore(first).read(), "one");
    assert.deepEqual(first.replaced, ["/a/"]);
    assert.equal(tokenStore(under("/b/", "", first.stored)).read(), null);
    assert.equal(tokenStore(under("/", "", first.stored)).read(), null);
    assert.equal(tokenStore(under("/a/", "", first.stored)).read(), "one");
});

test("without storage the token lasts as long as the page", () => {
    const given = { ...browser(""), storage: () => { throw new Error("denied"); } };
    const token = tokenStore(given);
    assert.equal(token.read(), null);
    token.write("typed");
    assert.equal(token.read(), "typed");
});

test("it asks for the details of the host that is looked at, anew on each connection, and of none when nobody looks", () => {
    const { socket, asked, link, got } = page();
    link.look("a");
    assert.deepEqual(asked, [], "nobody is there yet");
    socket.emit("connect");
    assert.deepEqual([asked[0].event, asked[0].argument], ["details", { hosts: ["a"], depth: 1 }]);
    link.look("a");
    assert.equal(asked.length, 1, "what is asked for is not asked for again");
    link.look("b");
    link.look(null);
    assert.deepEqual(asked.slice(1).map(({ argument }) => argument.hosts), [["b"], []]);
    link.look("b*");
    assert.equal(asked.length, 3, "a name with wildcards would bring others' details");
    socket.emit("connect");
    assert.deepEqual(last(asked).argument.hosts, []);
    socket.emit("details", [{ id: "1" }], { seq: 1 });
    assert.deepEqual(last(got), ["details", [{ id: "1" }], { seq: 1 }]);
});

const settled = () => new Promise((done) => setImmediate(done));

test("a server that knows no details is asked for whole samples, until one does", async () => {
    const { socket, asked, got, auth } = page();
    socket.emit("connect");
    asked[0].answer({ ok: false, error: { code: "unknown-event" } });
    await settled();
    assert.deepEqual([last(asked).event, last(asked).argument], ["subscribe", { depth: 300 }]);
    assert.deepEqual(last(got), ["whole", true]);
    assert.deepEqual(auth().subscribe, { depth: 300 }, "the next connection begins with them");
    socket.emit("connect");
    last(asked).answer({ ok: false, error: { code: "unknown-event" } });
    await settled();
    assert.equal(asked.length, 3, "nothing has changed");
    socket.emit("connect");
    last(asked).answer({ ok: true, keys: [] });
    await settled();
    assert.deepEqual([last(asked).event, last(asked).argument], ["subscribe", { depth: 1, figures: true }]);
    assert.deepEqual(last(got), ["whole", false]);
});

test("an answer to an earlier choice, or on an earlier connection, changes nothing", async () => {
    const { socket, asked, link, got } = page();
    socket.emit("connect");
    link.look("a");
    asked[0].answer({ ok: false, error: { code: "unknown-event" } });
    await settled();
    assert.equal(got.length, 0);
    socket.connected = false;
    asked[1].answer({ ok: false, error: { code: "unknown-event" } });
    await settled();
    assert.equal(got.length, 0);
});
