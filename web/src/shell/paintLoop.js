// About a frame: a shorter rest is not worth a timer.
const SHORT_MS = 20;

/**
 * The page's only animation loop. Tasks are painted when one of their topics was marked or their time has come;
 * nothing is painted while the tab is hidden, and everything once when it shows again.
 * @param later `(run, ms) → cancel`: without it every frame is asked for; with it none while nothing can be due
 */
export function createPaintLoop({ requestFrame, now, isHidden, later = null }) {
    const tasks = [];
    let wasHidden = false;
    let cancel = null;

    const dueIn = (task, at) => {
        const rested = at - task.paintedAt;
        return Math.min(task.everyMs - rested, task.marked ? task.restMs - rested : Infinity);
    };

    function plan() {
        const at = later ? now() : 0;
        const rest = later ? Math.min(...tasks.map((task) => dueIn(task, at))) : 0;
        if (!(rest > SHORT_MS)) {
            cancel = null;
            requestFrame(frame);
            return;
        }
        cancel = later(() => {
            cancel = null;
            requestFrame(frame);
        }, rest);
    }

    function frame() {
        if (!later) plan();
        paintDue();
        if (later) plan();
    }

    // Where it waits for a later time, what is due now may be due before.
    function wake() {
        if (!cancel) return;
        cancel();
        plan();
    }

    function paintDue() {
        if (isHidden()) {
            wasHidden = true;
            return;
        }
        const at = now();
        for (const task of tasks) {
            const rested = at - task.paintedAt;
            const due = wasHidden || rested >= task.everyMs || (task.marked && rested >= task.restMs);
            if (!due) continue;
            task.marked = false;
            task.paintedAt = at;
            task.paint(at);
        }
        wasHidden = false;
    }

    return {
        now,
        /**
         * Paints in the next frame after one of `topics` is marked, but not within `restMs` of the last time,
         * and at least every `everyMs`.
         */
        paint(topics, { everyMs, restMs = 0 }, paint) {
            tasks.push({ topics, everyMs, restMs, paint, marked: false, paintedAt: -Infinity });
        },
        /** Paints everything in the next frame, rested or not: the reader asked for another page. */
        rush() {
            for (const task of tasks) task.paintedAt = -Infinity;
            wake();
        },
        mark(...marked) {
            for (const task of tasks) task.marked ||= task.topics.some((topic) => marked.includes(topic));
            wake();
        },
        start() {
            requestFrame(frame);
        },
    };
}
