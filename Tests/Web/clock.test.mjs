import assert from "node:assert/strict";
import { test } from "node:test";
import { createClock } from "../../web/src/clock.js";

/** A clock moved by hand: `frame(ms)` runs the frame that was asked for. */
function manualClock() {
    let at = 0;
    let asked = [];
    const page = { hidden: false };
    const clock = createClock({ requestFrame: (frame) => asked.push(frame), now: () => at, isHidden: () => page.hidden });
    return {
        clock,
        page,
        frame(time) {
            at = time;
            const frames = asked;
            asked = [];
            assert.equal(frames.length, 1, "one loop");
            frames[0]();
        },
    };
}

test("a task is painted when its topic was marked, once", () => {
    const { clock, frame } = manualClock();
    const painted = [];
    clock.paint(["data"], 1e9, (at) => painted.push(at));
    clock.start();
    frame(0);
    clock.mark("other");
    frame(16);
    clock.mark("data");
    frame(32);
    frame(48);
    assert.deepEqual(painted, [0, 32]);
});

test("a task is painted when its time has come", () => {
    const { clock, frame } = manualClock();
    const painted = [];
    clock.paint([], 200, (at) => painted.push(at));
    clock.start();
    [0, 100, 199, 200, 399, 400].forEach(frame);
    assert.deepEqual(painted, [0, 200, 400]);
});

test("nothing is painted while hidden, everything once when shown again", () => {
    const { clock, page, frame } = manualClock();
    const painted = [];
    clock.paint(["data"], 1e9, (at) => painted.push(at));
    clock.start();
    frame(0);
    page.hidden = true;
    clock.mark("data");
    [10, 20, 30].forEach(frame);
    page.hidden = false;
    frame(40);
    frame(50);
    assert.deepEqual(painted, [0, 40]);
});

test("what is marked while painting is painted in the next frame", () => {
    const { clock, frame } = manualClock();
    const painted = [];
    clock.paint(["a"], 1e9, (at) => {
        painted.push(at);
        if (at === 0) clock.mark("a");
    });
    clock.start();
    frame(0);
    frame(16);
    frame(32);
    assert.deepEqual(painted, [0, 16]);
});
