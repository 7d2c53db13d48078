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

test("WebSocket is tried first, after a silent one polling, and again when some time has passed", () => {
    const choice = new TransportChoice();
    assert.deepEqual(choice.next(0), ["websocket", "polling"]);
    choice.opened(0);
    choice.silent(8000);
    assert.deepEqual(choice.next(8001), ["polling", "websocket"]);
    assert.deepEqual(choice.next(608_000), ["websocket", "polling"]);
});

test("a WebSocket that is cut twice soon after opening is left alone for a while", () => {
    const choice = new TransportChoice();
    const live = (from, to, isClean = false) => { choice.opened(from); choice.ended(to, isClean); };
    live(0, 59_000);
    assert.deepEqual(choice.next(59_000), ["websocket", "polling"]);
    live(60_000, 130_000);
    live(131_000, 132_000);
    live(133_000, 134_000, true);
    live(135_000, 136_000);
    assert.deepEqual(choice.next(136_000), ["websocket", "polling"], "not twice in a row");
    live(137_000, 138_000);
    assert.deepEqual(choice.next(138_001), ["polling"]);
    assert.deepEqual(choice.next(738_000), ["websocket", "polling"]);
});
