import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_RULES } from "../../web/src/model/alarms/alarmRules.js";
import { Session } from "../../web/src/model/session.js";
import { createViewState } from "../../web/src/model/view/viewState.js";
import { createPaintLoop } from "../../web/src/shell/paintLoop.js";
import { createTabTitle } from "../../web/src/shell/tabTitle.js";
import { T0, top } from "./samples.mjs";

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

// What a hidden tab tells, although nothing is painted in it.

// After some minutes a browser runs timers that were set by timers, for the fifth time in a row, at whole minutes only.
const LONG_CHAIN = 5;

/** A tab of a browser that slows down the timers of hidden tabs; the server beats each second, the hosts write after it. */
function openedTab({ host = null } = {}) {
    let at = 0;
    let nesting = 0;
    let number = 0;
    const timers = new Set();
    const titles = [];
    const tab = { hidden: false };
    const later = (run, ms) => {
        const grid = !tab.hidden ? 1 : nesting >= LONG_CHAIN ? 60_000 : 1000;
        const timer = { run, at: Math.ceil((at + ms) / grid) * grid, nesting: nesting + 1 };
        timers.add(timer);
        return () => timers.delete(timer);
    };
    const session = new Session({
        view: createViewState(), clock: { now: () => at, mark() {} }, wallClock: () => T0 + at, rules: DEFAULT_RULES,
    });
    const { fleet, link } = session;
    let told = 0;
    const title = createTabTitle(session, { isHidden: () => tab.hidden, later, show: (text) => titles.push(text), onLink: () => { told += 1; } });
    const received = (what) => {
        link.received(at, T0 + at, what);
        title.heard();
    };
    link.changed({ name: "live" }, 0, T0);
    if (host) session.openHost(host);
    title.paint(0);
    const self = {
        titles, session,
        get title() { return titles.at(-1); },
        get told() { return told; },
        hide(hidden = true) {
            tab.hidden = hidden;
            title.turned();
        },
        /** Lets time pass, in which the server beats and `writing` hosts write. */
        run(ms, { beating = true, writing = ["a", "b"] } = {}) {
            for (const end = at + ms; at < end;) {
                at += 100;
                if (at % 1000 === 300 && beating) received({ isBeat: true });
                if (at % 1000 === 700 && writing.length > 0) {
                    received({ hasSamples: true });
                    number += 1;
                    fleet.append(writing.map((name) => top(name, number)), at);
                }
                for (const timer of [...timers].filter((due) => due.at <= at)) {
                    timers.delete(timer);
                    nesting = timer.nesting;
                    timer.run();
                    nesting = 0;
                }
                if (!tab.hidden && at % 200 === 0) {
                    link.check(at, T0 + at, fleet.hosts);
                    title.paint(at);
                }
            }
        },
        /** The page stands still, as in a sleeping computer. */
        sleep(ms) {
            at += ms;
        },
    };
    self.run(5000);
    return self;
}

const NOTHING = { beating: false, writing: [] };

test("the title of a hidden tab tells within seconds that the link is lost, also after a long time, and that it is back", () => {
    for (const minutes of [0, 1, 30]) {
        const tab = openedTab({ host: "a" });
        tab.hide();
        tab.run(minutes * 60_000 + 1000);
        assert.deepEqual(tab.titles.filter((title) => title.startsWith("(")), []);
        tab.run(7000, NOTHING);
        assert.equal(tab.title, "(not live) a · StreamAssembler");
        assert.equal(tab.told, 1, "and so does all else, when it is seen");
        tab.run(2000);
        assert.equal(tab.title, "a · StreamAssembler");
    }
});

test("a hidden tab tells that its host, or every host, is silent", () => {
    const one = openedTab({ host: "a" });
    one.hide();
    one.run(10_000, { writing: ["b"] });
    assert.equal(one.title, "(silent) a · StreamAssembler");
    one.run(2000);
    assert.equal(one.title, "a · StreamAssembler");
    const all = openedTab();
    all.hide();
    all.run(10_000, { writing: [] });
    assert.equal(all.title, "(all hosts silent) StreamAssembler");
});

test("a hidden tab whose computer slept tells nothing of the link before it has listened again", () => {
    const tab = openedTab();
    tab.hide();
    tab.run(3000);
    for (let i = 0; i < 5; i += 1) {
        tab.sleep(100_000);
        tab.run(10_000);
    }
    assert.deepEqual(tab.titles, ["StreamAssembler"]);
});

test("a tab that is seen again no longer looks by timer", () => {
    const tab = openedTab();
    tab.hide();
    tab.run(2000);
    tab.hide(false);
    const { told } = tab;
    tab.run(3000);
    assert.equal(tab.told, told);
    assert.equal(tab.title, "StreamAssembler");
});
