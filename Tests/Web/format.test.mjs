import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "../../web/src/model/format.js";

// Figures are compared with an ordinary space for the thin one.
const plain = (text) => text.replaceAll("\u202f", " ");

const rows = [
    ["bytes", 0, "0 B"], ["bytes", 999, "999 B"], ["bytes", 1000, "1.0 KiB"], ["bytes", 1536, "1.5 KiB"],
    ["bytes", 1023.9 * 1024, "1.0 MiB"], ["bytes", 250 * 1024 ** 2, "250 MiB"], ["bytes", -2048, "-2.0 KiB"],
    ["bytesTick", 50 * 1024 ** 2, "50 MiB"], ["bytesTick", 1.5 * 1024 ** 2, "1.5 MiB"], ["bytesTick", 0, "0"],
    ["kibibytes", 2048, "2.0 MiB"], ["rate", 1024, "1.0 KiB/s"],
    ["percent", 12.34, "12.3 %"], ["percent", 100, "100.0 %"],
    ["load", 1, "1.00"], ["count", 1234567, "1 234 567"], ["count", 12, "12"], ["countTick", 20_000, "20.0k"],
    ["micros", 80, "80 µs"], ["micros", 4200, "4.2 ms"], ["micros", 3_000_000, "3.0 s"],
    ["cpuTime", 0, "0:00.00"], ["cpuTime", 83_456, "1:23.45"],
    ["cpuTime", 59_999, "0:59.99"], ["cpuTime", 7_260_000, "2h01"],
    ["age", 0, "0.0 s"], ["age", 1290, "1.2 s"], ["age", 9990, "9.9 s"],
    ["age", 10_000, "10 s"], ["age", 95_000, "1 m 35 s"],
    ["perSecond", 0.5, "0.5/s"], ["perSecond", 123456, "123 456/s"], ["perSecond", 123456.5, "123 457/s"],
    ["duration", 3600, "1 h 00 m"], ["duration", 90_061, "1 d 01 h"],
];

for (const [name, value, expected] of rows) {
    test(`${name}(${value}) is ${expected}`, () => assert.equal(plain(format[name](value)), expected));
}

for (const name of new Set(rows.map(([name]) => name))) {
    test(`${name} of what is not known is a dash`, () => {
        for (const value of [null, undefined, NaN, Infinity, "5", {}]) {
            assert.equal(format[name](value), format.UNKNOWN);
        }
    });
}

test("times on an axis have 24 hours, and seconds only where they are not zero", () => {
    assert.equal(format.timeTick(new Date(2025, 0, 1, 18, 4, 0)), "18:04");
    assert.equal(format.timeTick(new Date(2025, 0, 1, 0, 4, 15)), "00:04:15");
});

test("an endpoint without an address is a dash, without a port the bare address", () => {
    assert.equal(format.endpoint(null, 80), format.UNKNOWN);
    assert.equal(format.endpoint("10.0.0.1", null), "10.0.0.1");
});
