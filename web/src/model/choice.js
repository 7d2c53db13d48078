/** Which host is shown: the wished one as soon as it is known, else the one already shown, else the first. */
export class Choice {
    #wished;
    #shown = null;

    constructor(wished) {
        this.#wished = wished;
    }

    wish(name) {
        this.#wished = name;
    }

    /** Never changes merely because another host appeared: the reader would lose the place. */
    host(fleet) {
        const host = fleet.host(this.#wished) ?? fleet.host(this.#shown) ?? fleet.hosts[0] ?? null;
        this.#shown = host?.name ?? null;
        return host;
    }
}
