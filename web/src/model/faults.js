/** Counts what samples held that could not be taken, by kind, so that the page can say so instead of hiding it. */
export class Faults {
    samples = 0;
    values = 0;
    rows = 0;
    clockSteps = 0;

    count(kind, times = 1) {
        this[kind] += times;
    }

    get total() {
        return this.samples + this.values + this.rows + this.clockSteps;
    }

    /** One line for people; empty while there is nothing to say. */
    get words() {
        const told = (count, one, many) => (count === 0 ? null : `${count} ${count === 1 ? one : many}`);
        return [
            told(this.samples, "unreadable sample", "unreadable samples"),
            told(this.values, "invalid value", "invalid values"),
            told(this.rows, "unreadable row", "unreadable rows"),
            told(this.clockSteps, "clock set back", "clocks set back"),
        ].filter(Boolean).join(", ");
    }
}
