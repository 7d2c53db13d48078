import { clockPoint } from "./clock.js";
import { netstatPoint } from "./netstat.js";
import { topPoint } from "./top.js";

// A point is what the charts keep of a sample: numbers by name, null where there is no reading. Numbers of things that
// come and go carry their names: `core:0`, `disk:vda:rd`, `if:eth0:rx`.

/** By probe: `(sample, faults) → point`. A probe that is not here is shown by the generic view. */
export const pointReaders = { top: topPoint, netstat: netstatPoint, clock: clockPoint };
