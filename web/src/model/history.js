/** The newest points of one probe of one host, by time, at most `capacity`, each sample id once. */
export class History {
    #capacity;
    #times = new Map();
    #points = [];

    constructor(capacity) {
        this.#capacity = capacity;
    }

    get points() {
        return this.#points;
    }

    get newest() {
        return this.#points.at(-1) ?? null;
    }

    /** Adds a point; false for a duplicate or one older than a full history reaches back. */
    put(id, t, values) {
        const known = this.#times.get(id);
        if (known !== undefined) {
            if (t <= known) return false;
            this.remove(id);
        }
        if (this.#points.length >= this.#capacity && t < this.#points[0].t) return false;
        this.#times.set(id, t);
        this.#points.splice(this.#placeAfter(t), 0, { ...values, id, t });
        while (this.#points.length > this.#capacity) this.#times.delete(this.#points.shift().id);
        return true;
    }

    remove(id) {
        if (!this.#times.delete(id)) return false;
        this.#points.splice(this.#points.findIndex((point) => point.id === id), 1);
        return true;
    }

    // Samples nearly always come in order: the search from the end is one step then.
    #placeAfter(t) {
        let place = this.#points.length;
        while (place > 0 && this.#points[place - 1].t > t) place -= 1;
        return place;
    }
}

/** The points from `start` on, plus one before it so that lines reach the edge. */
export function pointsSince(points, start) {
    let first = points.length;
    while (first > 0 && points[first - 1].t >= start) first -= 1;
    return points.slice(Math.max(0, first - 1));
}

/** Puts an empty point into every hole longer than `longest` ms: lines break there. */
export function withGaps(points, longest) {
    const out = [];
    points.forEach((point, i) => {
        if (i > 0 && point.t - points[i - 1].t > longest) out.push({ t: (point.t + points[i - 1].t) / 2 });
        out.push(point);
    });
    return out;
}

/** The point nearest to `t`, or null when none is within `reach` ms. */
export function nearest(points, t, reach) {
    let best = null;
    for (const point of points) {
        const distance = Math.abs(point.t - t);
        if (distance <= reach && (best === null || distance < Math.abs(best.t - t))) best = point;
    }
    return best;
}
