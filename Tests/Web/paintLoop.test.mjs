import assert from "node:assert/strict";
import { test } from "node:test";
import { createPaintLoop } from "../../web/src/shell/paintLoop.js";

/** A clock moved by hand: `frame(ms)` runs the frame that was asked for. */
function manualClock() {
    let at = 0;
    let asked = [];
    const page = { hidden: false };
    const requestFrame = (frame) => asked.push(frame);
    const clock = createPaintLoop({ requestFrame, now: () => at, isHidden: () => page.hidden });
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
    clock.paint(["data"], { everyMs: 1e9 }, (at) => painted.push(at));
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
    clock.paint([], { everyMs: 200 }, (at) => painted.push(at));
    clock.start();
    [0, 100, 199, 200, 399, 400].forEach(frame);
    assert.deepEqual(painted, [0, 200, 400]);
});

test("a task that rests is painted once for many marks, and none is lost", () => {
    const { clock, frame } = manualClock();
    const painted = [];
    clock.paint(["data"], { everyMs: 1e9, restMs: 250 }, (at) => painted.push(at));
    clock.start();
    frame(0);
    for (const at of [50, 100, 150]) {
        clock.mark("data");
        frame(at);
    }
    frame(249);
    frame(250);
    frame(600);
    assert.deepEqual(painted, [0, 250]);
});

test("nothing is painted while hidden, everything once when shown again", () => {
    const { clock, page, frame } = manualClock();
    const painted = [];
    clock.paint(["data"], { everyMs: 1e9 }, (at) => painted.push(at));
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
    clock.paint(["a"], { everyMs: 1e9 }, (at) => {
        painted.push(at);
        if (at === 0) clock.mark("a");
    });
    clock.start();
    frame(0);
    frame(16);
    frame(32);
    assert.deepEqual(painted, [0, 16]);
});

test("with a timer no frame is asked for while nothing can be due, and a mark wakes the loop", () => {
    let at = 0;
    const frames = [];
    const timers = [];
    const painted = [];
    const clock = createPaintLoop({
        requestFrame: (frame) => frames.push(frame),
        now: () => at,
        isHidden: () => false,
        later(run, ms) {
            const timer = { run, at: at + ms };
            timers.push(timer);
            return () => timers.splice(timers.indexOf(timer), 1);
        },
    });
    clock.paint(["data"], { everyMs: 1000, restMs: 200 }, (time) => painted.push(time));
    clock.start();
    frames.shift()();
    assert.deepEqual([frames.length, timers.map((timer) => timer.at)], [0, [1000]]);
    at = 50;
    clock.mark("data");
    assert.deepEqual([frames.length, timers.map((timer) => timer.at)], [0, [200]], "it rests first");
    at = 200;
    timers.shift().run();
    frames.shift()();
    at = 500;
    clock.mark("data");
    assert.deepEqual([frames.length, timers.length], [1, 0], "rested enough: the next frame");
    clock.mark("data");
    assert.equal(frames.length, 1, "one frame for many marks");
    frames.shift()();
    assert.deepEqual(painted, [0, 200, 500]);
});

test("in a rush everything is painted in the next frame, rested or not", () => {
    const { clock, frame } = manualClock();
    const painted = [];
    clock.paint(["data"], { everyMs: 1e9, restMs: 250 }, (at) => painted.push(at));
    clock.start();
    frame(0);
    clock.rush();
    frame(16);
    frame(32);
    assert.deepEqual(painted, [0, 16]);
});
