import assert from "node:assert/strict";
import { test } from "node:test";
import { PROCESSES } from "../../web/src/model/filter/fields.js";
import { compile } from "../../web/src/model/filter/language.js";
import { fold, pattern } from "../../web/src/model/filter/pattern.js";

const TEXTS = ["", "a", "b", "ab", "aab", "abc", "a b", "A1", "foo-bar", "foo_bar 12", "\n", "x\ny", "^$", "[a]", "a.b", "日本", "é", "-", "]", "10.0.0.1:80", "\t9"];

// Each against the browser's own engine, which is right where it ends.
for (const source of [
    "a", "^a", "a$", "^$", "^a?b+$", "a|b", "^(a|b)*$", "(?:ab)+", "(?<n>a)b", "[ab]", "[^ab]", "[a-c]{2}", "a{2}", "a{1,2}b", "a{2,}", "^.{3}$",
    "\\d", "\\D", "\\w+\\s\\w", "\\W", "\\S", "^\\s", "\\bfoo", "foo\\b", "o\\B", "\\.", "a.b", "[.]", "[\\d.]+:\\d+", "[]]", "[\\]]", "[-a]", "[a-]", "\\^\\$", "a*?b", "",
    "(a|)b", "(a*)*b", "(|a)+", "x\\ny", "\\x61", "\\u0061", "[\\x61-\\x63]c", "{", "a{", "a{x}", "foo|^$|9", "[^]a", "\\-", "é", "[à-ï]", "(^a|b$)", "a||b", "\\t\\d",
]) {
    test(`/${source}/ finds what the browser's own engine finds`, () => {
        let own;
        try {
            own = new RegExp(source, "iu");
        } catch {
            own = new RegExp(source, "i");
        }
        const ours = pattern(source);
        for (const text of TEXTS) assert.equal(ours.test(fold(text)), own.test(text), JSON.stringify(text));
    });
}

test("random expressions find what the browser's own engine finds", () => {
    const parts = ["a", "b", ".", "[ab]", "[^a]", "(a|b)", "(ab)", "\\w", "\\b", "^", "$", "|", "x"];
    const more = ["", "", "*", "+", "?", "{1,2}", "{2}"];
    let seed = 11;
    const next = (most) => (seed = (seed * 48271) % 2147483647) % most;
    for (let i = 0; i < 3000; i += 1) {
        const source = Array.from({ length: 1 + next(6) }, () => {
            const part = parts[next(parts.length)];
            return part + (/^(\\b|\^|\$|\|)$/.test(part) ? "" : more[next(more.length)]);
        }).join("");
        const [ours, own] = [pattern(source), new RegExp(source, "i")];
        for (let k = 0; k < 8; k += 1) {
            const text = Array.from({ length: next(8) }, () => "ab x"[next(4)]).join("");
            assert.equal(ours.test(text), own.test(text), `/${source}/ on ${JSON.stringify(text)}`);
        }
    }
});

test("expressions that hang an engine which goes back do not hang this one", () => {
    const long = "a".repeat(4000);
    const rows = [{ comm: `${long}!` }, ...Array.from({ length: 200 }, (_, i) => ({ comm: `${long.slice(0, 900)}${i}!` }))];
    const began = process.cpuUsage();
    for (const source of ["/(a+)+$/", "/(a|a)*b/", "/(a|aa)+$/", "/^(\\w+\\s?)*$/", "/(.*a){20}b/", "/(.*)*x(.*)*y/", "/(a?){300}a{300}/", "/(x+x+)+y/"]) {
        compile(PROCESSES, source).rows(rows);
    }
    const { user } = process.cpuUsage(began);
    assert.ok(user < 10e6, `${user} µs`);
});

test("one that asks for more than its budget is ignored for all rows, and says so", () => {
    let seed = 3;
    const next = (most) => (seed = (seed * 48271) % 2147483647) % most;
    const rows = Array.from({ length: 3000 }, () => ({ comm: Array.from({ length: 200 }, () => "ab"[next(2)]).join("") }));
    const filter = compile(PROCESSES, "/a(a|b){60}a(a|b){60}x/");
    assert.equal(filter.rows(rows).length, rows.length);
    assert.match(filter.problem, /takes too long: simplify it/);
});

for (const source of ["((((){600}){600}){600}){600}", "(a{500}){500}", "a{99999999}", "(((((((a{9}){9}){9}){9}){9}){9}){9})", "(".repeat(290), "[".repeat(299)]) {
    test(`/${source.slice(0, 30)}/ is refused at once`, () => assert.throws(() => pattern(source), Error));
}
