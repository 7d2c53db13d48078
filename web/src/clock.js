/**
 * The page's only animation loop. Tasks are painted when their topic was marked or their time has come;
 * nothing is painted while the tab is hidden, and everything once when it shows again.
 */
export function createClock({ requestFrame, now, isHidden }) {
    const tasks = [];
    let marked = new Set();
    let wasHidden = false;

    function frame() {
        requestFrame(frame);
        if (isHidden()) {
            wasHidden = true;
            return;
        }
        const at = now();
        const topics = marked;
        marked = new Set();
        for (const task of tasks) {
            const due = at - task.paintedAt >= task.everyMs || wasHidden || task.topics.some((topic) => topics.has(topic));
            if (!due) continue;
            task.paintedAt = at;
            task.paint(at);
        }
        wasHidden = false;
    }

    return {
        now,
        /** Paints at least every `everyMs` and in the next frame after one of `topics` is marked. */
        paint(topics, everyMs, paint) {
            tasks.push({ topics, everyMs, paint, paintedAt: -Infinity });
        },
        mark(...topics) {
            topics.forEach((topic) => marked.add(topic));
        },
        start() {
            requestFrame(frame);
        },
    };
}
