// Figures as text. A value that is not known is a dash, never a zero. Units are binary.

export const UNKNOWN = "–";
const THIN = "\u202f";
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

const known = (write) => (value) => (typeof value === "number" && Number.isFinite(value) ? write(value) : UNKNOWN);

/** Three digits or so: 0.12, 1.2, 12.3, 123. */
export const short = known((value) => {
    const size = Math.abs(value);
    if (size >= 99.95) return value.toFixed(0);
    return value.toFixed(1);
});

export const percent = known((value) => `${value.toFixed(1)}${THIN}%`);

export const percentBare = known((value) => value.toFixed(1));

export const load = known((value) => value.toFixed(2));

export const count = known((value) => Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, THIN));

export const whole = known((value) => String(Math.round(value)));

/** Counts on an axis: whole, in thousands where large. */
export const countTick = known((value) => (Math.abs(value) >= 10_000 ? `${short(value / 1000)}k` : whole(value)));

export const bytes = known((value) => {
    const size = Math.abs(value);
    let unit = 0;
    // 999.95 KiB would print as 1000: the next unit starts where four digits would.
    while (unit < UNITS.length - 1 && size / 1024 ** unit >= 999.5) unit += 1;
    const scaled = value / 1024 ** unit;
    return `${unit === 0 ? scaled.toFixed(0) : short(scaled)}${THIN}${UNITS[unit]}`;
});

/** Bytes on an axis: no decimals where they would be zero. */
export const bytesTick = known((value) => (value === 0 ? "0" : bytes(value).replace(/\.0(?=\D)/, "")));

export const kibibytes = known((value) => bytes(value * 1024));

export const rate = known((value) => `${bytes(value)}/s`);

/** Microseconds as a time of fitting unit. */
export const micros = known((value) => {
    if (value < 1000) return `${value.toFixed(0)}${THIN}µs`;
    if (value < 1_000_000) return `${short(value / 1000)}${THIN}ms`;
    return `${short(value / 1_000_000)}${THIN}s`;
});

/** As `micros`, also below zero. */
export const signedMicros = known((value) => (value < 0 ? `−${micros(-value)}` : micros(value)));

/** CPU time used, as top writes it: minutes:seconds.hundredths, hours from 100 minutes on. */
export const cpuTime = known((ms) => {
    const seconds = ms / 1000;
    if (seconds < 6000) {
        const rest = (Math.floor(seconds * 100) / 100) % 60;
        return `${Math.floor(seconds / 60)}:${rest.toFixed(2).padStart(5, "0")}`;
    }
    return `${Math.floor(seconds / 3600)}h${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}`;
});

/** How long ago, ticking in tenths while young. */
export const age = known((ms) => {
    const seconds = ms / 1000;
    if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)}${THIN}s`;
    return duration(seconds);
});

/** Seconds in the two largest units. */
export const duration = known((seconds) => {
    const s = Math.floor(seconds);
    const pad = (value) => String(value).padStart(2, "0");
    if (s < 60) return `${s}${THIN}s`;
    if (s < 3600) return `${Math.floor(s / 60)}${THIN}m ${pad(s % 60)}${THIN}s`;
    if (s < 86_400) return `${Math.floor(s / 3600)}${THIN}h ${pad(Math.floor(s / 60) % 60)}${THIN}m`;
    return `${Math.floor(s / 86_400)}${THIN}d ${pad(Math.floor(s / 3600) % 24)}${THIN}h`;
});

/** Time of day, 24 hours, in the reader's time zone or in UTC. */
export function timeOfDay(epochMs, tz = "local") {
    if (typeof epochMs !== "number" || !Number.isFinite(epochMs)) return UNKNOWN;
    const at = new Date(epochMs);
    const parts = tz === "utc"
        ? [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]
        : [at.getHours(), at.getMinutes(), at.getSeconds()];
    return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** Time of day on an axis: seconds only where they are not zero. */
export const timeTick = (date, tz) => timeOfDay(Number(date), tz).replace(/:00$/, "");

/** How long ago in one unit: `2 min ago`. */
export const ago = known((ms) => {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 60) return `${seconds} s ago`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s ago`;
    return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min ago`;
});

/** An address and port; IPv6 in brackets. */
export function endpoint(address, port) {
    if (!address) return UNKNOWN;
    const host = address.includes(":") ? `[${address}]` : address;
    return typeof port === "number" ? `${host}:${port}` : host;
}

/** Events per second: whole ones as they are, fewer with a digit more. */
export const perSecond = known((value) => `${Number.isInteger(value) || Math.abs(value) >= 99.95 ? count(value) : short(value)}/s`);
