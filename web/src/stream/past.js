import { fillTrends, fleetRequests } from "../model/hosts/columns.js";
import { figuresOf, hasColumns, pathsOf } from "../model/hosts/pointColumns.js";
import { createReader } from "./reader.js";

// Of a server that sends whole samples all that it has; else what the tables of two minutes need: charts have columns.
const SAMPLES = 1200;
const WHOLE_SAMPLES = 240;
// Of probes that have no tables apart there are no columns either.
const PLAIN_SAMPLES = 600;
const GLOB = /[*?[\]\\]/;
const STEP_MS = 1000;
const POINTS_AT_MOST = 600;
const NAMES_AT_ONCE = 100;
const BUSY_MS = 1000;

/** Asks the server for what it holds beyond what it sends by itself: of one host its last samples, of all columns of figures. */
export function createPast(session, { token, ask = async () => null, later = setTimeout, reader = createReader({ token, later }) }) {
    const { clock, fleet, held, view } = session;
    const asked = new Set();
    // By host: from when on its columns are asked for.
    const reached = new Map();
    const settled = new Set();
    let trends = 0;
    let last = Promise.resolve();
    const isShown = (host) => view.state.page === "host" && view.state.host === host;
    const rest = (ms) => new Promise((resolve) => later(resolve, ms));

    /** Asks for columns, one request after the other, as often as the server has no time; null where it has none to give. */
    function columns(request, isWanted) {
        last = last.then(() => columnsInTurn(request, isWanted));
        return last;
    }

    async function columnsInTurn(request, isWanted) {
        while (isWanted()) {
            const answer = await ask("series", request);
            if (answer?.ok) return answer;
            if (answer?.error?.code !== "busy") return null;
            await rest(BUSY_MS);
        }
        return null;
    }

    function fill({ samples, now, ...notes }) {
        fleet.fill(samples, session.now(), now, notes);
        clock.mark("host");
    }

    const past = {
        /** After a new snapshot the server may hold what the page lost. */
        forget() {
            asked.clear();
            reached.clear();
            settled.clear();
        },
        /** Whether of a host all has come that the charts were asked to show. */
        hasReached: (name) => settled.has(name) || !fleet.takesFigures,
        /** What came of a host since its last sample that is here whole. */
        goOn(host) {
            asked.delete(host);
            return past.ask(host, fleet.store.times(host, "top").at(-1));
        },
        async ask(host, since = undefined) {
            // A name with wildcards would bring others' samples.
            if (asked.has(host) || GLOB.test(host)) return;
            asked.add(host);
            const limit = fleet.takesFigures ? WHOLE_SAMPLES : SAMPLES;
            const fields = [["host", host], ["limit", limit], ...(since === undefined ? [] : [["since", since]])];
            const { answer, waitMs } = await reader.get("window", fields);
            // Without it the page shows what came since it was opened.
            if (waitMs !== null) asked.delete(host);
            if (waitMs > 0) later(() => view.state.host === host && past.ask(host, since), waitMs);
            if (!answer) return;
            fill(answer);
            if (!fleet.takesFigures || answer.samples.length < WHOLE_SAMPLES) return;
            const isPlain = ([name, { latest }]) => latest && !(latest.details?.length > 0 && hasColumns(name));
            const probes = [...fleet.host(host)?.probes ?? []].filter(isPlain).map(([name]) => ["probe", name]);
            if (probes.length === 0) return;
            const more = await reader.get("window", [["host", host], ...probes, ["limit", PLAIN_SAMPLES]]);
            if (more.answer) fill(more.answer);
        },
        /** Fills the charts of the host shown from `from` on, as far as the server holds it. */
        async reach(host, from) {
            const start = Math.max(from, held.from ?? Infinity);
            const isReached = (reached.get(host.name) ?? Infinity) <= start + STEP_MS;
            if (!fleet.takesFigures || !Number.isFinite(start) || isReached || GLOB.test(host.name)) return;
            reached.set(host.name, start);
            // The last samples come whole, with their own times.
            await past.ask(host.name);
            for (const [name, probe] of host.probes) {
                if (!hasColumns(name)) continue;
                const end = probe.history.lackingUntil(start, probe.longestMs);
                if (end === null) continue;
                const step = STEP_MS * Math.max(1, Math.ceil((end - start) / POINTS_AT_MOST / STEP_MS));
                const requests = probe.latest ? pathsOf(name, probe.latest) : [];
                const answers = [];
                for (const paths of requests) {
                    const request = { hosts: [host.name], probes: [name], paths: paths.map(({ path }) => path) };
                    const answer = await columns({ ...request, from: start, to: end, step }, () => isShown(host.name));
                    if (answer === null) break;
                    answers.push({ paths, answer });
                }
                // Who went on before all came begins again when he comes back.
                if (answers.length < requests.length && !isShown(host.name)) return reached.delete(host.name);
                for (const { t, sample } of figuresOf(name, answers)) probe.fill(sample, t, step);
                for (const { id, t } of fleet.store.entries(host.name, name)) probe.history.settle(id, t);
                clock.mark("host");
            }
            settled.add(host.name);
        },
        /** Fills the trends of all hosts' cards. `onFilled` gets the hosts' names. */
        async askTrends(onFilled) {
            if (!fleet.takesFigures || held.now === null) return;
            const mine = (trends += 1);
            const names = fleet.hosts.map(({ name }) => name).filter((name) => !GLOB.test(name));
            for (let first = 0; first < names.length; first += NAMES_AT_ONCE) {
                // All are asked for at once where a request has room for their names.
                const hosts = names.length <= NAMES_AT_ONCE ? [] : names.slice(first, first + NAMES_AT_ONCE);
                for (const request of fleetRequests(names.length, held.now, held.spanMs)) {
                    const answer = await columns({ ...request, ...(hosts.length > 0 && { hosts }) }, () => mine === trends);
                    if (answer === null) return;
                    onFilled(fillTrends(fleet, answer));
                    clock.mark("fleet");
                }
            }
        },
    };
    return past;
}
