import { METRICS } from "./alarmRules.js";
import { readingsOf } from "./alarmReadings.js";
import { Alarms } from "./alarms.js";
import { isStripped } from "../hosts/details.js";
import { excused } from "../link/silence.js";

/**
 * Alarms over what arrives: samples as they come, silence as time passes. `say` gets a line for each begin and end;
 * `wholeOf(host, probe, t)` gives the sample with its tables, null for none: they say who stands out.
 */
export function createAlarmWatch({ rules, wallClock, say, wholeOf = async () => null }) {
    const alarms = new Alarms(rules);

    function tell(entry) {
        if (!entry) return;
        const { label } = METRICS[entry.metric];
        say(entry.until === null ? `Alarm on ${entry.host}: ${label}` : `Alarm ended on ${entry.host}: ${label}`);
    }

    // Of hosts that nobody looks at no tables come: they are asked for when an alarm begins.
    async function nameCulprit(entry, host, probe, { t }) {
        const whole = await wholeOf(host, probe, t);
        entry.culprit ??= whole && readingsOf(probe, whole)[entry.metric]?.culprit() || null;
    }

    return {
        alarms,
        sample(host, probe, sample) {
            const now = wallClock();
            for (const [metric, { value, culprit }] of Object.entries(readingsOf(probe, sample))) {
                const entry = alarms.observe(host, metric, value, now, culprit);
                tell(entry);
                if (entry?.until === null && entry.culprit === null && isStripped(sample)) nameCulprit(entry, host, probe, sample);
            }
        },
        /** @param hosts all that are known; only while the page itself hears everything */
        silence(hosts, at) {
            const unclear = excused(hosts, at);
            for (const host of hosts) {
                const isSilent = host.isStale(at);
                if (isSilent && unclear.has(host)) continue;
                const now = wallClock();
                const [seconds, since] = isSilent ? [host.silentMs(at) / 1000, now - host.ageMs(at)] : [0, now];
                tell(alarms.observe(host.name, "stale", seconds, now, undefined, since));
            }
        },
        /** Hosts that are gone are watched no longer. */
        only(names) {
            for (const { host } of alarms.lasting) if (!names.has(host)) alarms.forget(host, wallClock());
        },
        /** How many alarms last, by host. */
        counts() {
            const counts = new Map();
            for (const { host } of alarms.lasting) counts.set(host, (counts.get(host) ?? 0) + 1);
            return counts;
        },
    };
}
