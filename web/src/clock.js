/**
 * The page's only animation loop. Tasks are painted when one of their topics was marked or their time has come;
 * nothing is painted while the tab is hidden, and everything once when it shows again.
 */
export function createClock({ requestFrame, now, isHidden }) {
    const tasks = [];
    let wasHidden = false;

    function frame() {
        requestFrame(frame);
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
        mark(...marked) {
            for (const task of tasks) task.marked ||= task.topics.some((topic) => marked.includes(topic));
        },
        start() {
            requestFrame(frame);
        },
    };
}
