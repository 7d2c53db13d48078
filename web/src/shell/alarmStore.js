import { DEFAULT_RULES, parseRules } from "../model/alarmRules.js";

const KEY = "streamassembler.alarms";

/** The reader's thresholds, kept by this browser; where none or broken ones are kept, the defaults. */
export function alarmStore(storage) {
    return {
        read() {
            try {
                return parseRules(storage().getItem(KEY) ?? "").rules ?? DEFAULT_RULES;
            } catch {
                return DEFAULT_RULES;
            }
        },
        write(rules) {
            try {
                storage().setItem(KEY, JSON.stringify({ rules }));
            } catch {
                // Storage may be off or full: the thresholds then last as long as the page.
            }
        },
    };
}
