import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../web/src/stream/refusal.js";
import { TransportChoice } from "../../web/src/stream/transports.js";

const failed = (status, body = "") => Object.assign(new Error("xhr poll error"), { context: { status, responseText: body } });

test("where nothing answers there is no refusal", () => {
    for (const error of [new Error("timeout"), new Error("websocket error"), failed(0), failed(200), undefined, { context: {} }, { context: null }]) {
        assert.equal(refusalOf(error), null);
    }
});

test("the server's own reasons are told in its words, a proxy's answers in ours", () => {
    const own = (status, error) => refusalOf(failed(status, JSON.stringify({ code: 4, message: "Forbidden", error })));
    assert.equal(own(403, { code: "forbidden-host", message: "no" }).title, "The server does not answer to this name");
    assert.equal(own(503, { code: "shutting-down", message: "wait." }).text, "Wait.");
    assert.equal(own(503, { code: "too-many-connections" }).text, "");
    for (const [status, code] of [[401, "proxy-login"], [403, "proxy-forbidden"], [404, "no-path"], [413, "too-large"], [429, "too-often"],
        [502, "bad-gateway"], [503, "bad-gateway"], [504, "bad-gateway"], [418, "http"], [500, "http"]]) {
        for (const body of ["", "<html>", "null", "[]", "{}", '{"error":7}', '{"error":{"code":"toString"}}', '{"error":{"code":"__proto__"}}']) {
            assert.equal(refusalOf(failed(status, body)).code, code, `${status} ${body}`);
        }
    }
    assert.equal(refusalOf(failed(400, '{"code":1,"message":"Session ID unknown"}')).code, "not-sticky");
    assert.equal(refusalOf(Object.assign(new Error("server error"), { code: "parser error" })).code, "no-server");
});

const MINUTE = 60_000;

test("WebSocket alone, as long as nothing speaks against it", () => {
    const choice = new TransportChoice();
    for (const now of [0, MINUTE, 100 * MINUTE]) {
        assert.deepEqual(choice.next(now), ["websocket"]);
        choice.opened(now);
        choice.ended(now + 1, true);
    }
});

test("the way back to WebSocket stays open after one that failed, and is taken after one that took over", () => {
    const choice = new TransportChoice();
    assert.equal(choice.failed(), true, "the other way at once");
    assert.equal(choice.failed(), false, "both were tried");
    assert.deepEqual(choice.next(0), ["polling", "websocket"]);
    choice.openedByPolling(0);
    choice.opened(5);
    assert.deepEqual(choice.next(10), ["websocket"]);
    assert.equal(choice.isRenewalDue(100 * MINUTE), false);
});

test("one that carries nothing is tried again only behind polling", () => {
    const choice = new TransportChoice();
    choice.next(0);
    choice.opened(0);
    choice.silent();
    for (const now of [1, 30 * MINUTE]) assert.deepEqual(choice.next(now), ["polling", "websocket"]);
});

test("by polling, a new connection is due after a minute, then after twice as long each time, at most an hour", () => {
    const choice = new TransportChoice();
    choice.failed();
    let now = 0;
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
        choice.next(now);
        assert.equal(choice.isRenewalDue(now + 100 * MINUTE), false, "nothing is open");
        choice.openedByPolling(now);
        assert.equal(choice.isRenewalDue(now + minutes * MINUTE - 1), false);
        now += minutes * MINUTE;
        assert.equal(choice.isRenewalDue(now), true);
        choice.renewed();
    }
    choice.openedByPolling(now);
    choice.opened(now);
    choice.ended(now + 2 * MINUTE, false);
    choice.openedByPolling(now);
    assert.equal(choice.isRenewalDue(now + MINUTE), true, "a WebSocket got through since");
});

/** Opens and is cut so often that WebSockets are left alone for a while. */
function cutTwice(choice, now) {
    for (const began of [now - 2000, now - 1000]) {
        choice.opened(began);
        choice.ended(began + 1000, false);
    }
}

test("one that is cut twice within a minute is left alone for ten minutes, then for twice as long", () => {
    const choice = new TransportChoice();
    let now = 5000;
    for (const minutes of [10, 20, 40, 80, 120, 120]) {
        cutTwice(choice, now);
        assert.deepEqual(choice.next(now + minutes * MINUTE - 1), ["polling"]);
        choice.openedByPolling(now);
        assert.equal(choice.isRenewalDue(now + minutes * MINUTE - 1), false);
        assert.equal(choice.isRenewalDue(now + minutes * MINUTE), true);
        assert.deepEqual(choice.next(now + minutes * MINUTE), ["polling", "websocket"]);
        now += minutes * MINUTE + 5000;
    }
    // One that lasted shows that the way is good again.
    choice.opened(now);
    choice.ended(now + 2 * MINUTE, false);
    now += 3 * MINUTE;
    cutTwice(choice, now);
    assert.deepEqual(choice.next(now + 10 * MINUTE), ["polling", "websocket"]);
});

test("an end that the server announced is no cut, nor is one after a minute", () => {
    const choice = new TransportChoice();
    for (const [lasted, isClean] of [[1000, false], [1000, true], [1000, false], [MINUTE, false], [1000, false]]) {
        choice.opened(0);
        choice.ended(lasted, isClean);
        assert.deepEqual(choice.next(lasted), ["websocket"]);
    }
});
