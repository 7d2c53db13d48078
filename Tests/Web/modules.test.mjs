import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WEB = new URL("../../web/", import.meta.url);

test("the page asks for every module at once: none is found only after another has come", () => {
    const asked = [...readFileSync(new URL("index.html", WEB), "utf8").matchAll(/modulepreload" href="assets\/(src\/[^"]+)"/g)]
        .map(([, path]) => path);
    const modules = readdirSync(new URL("src", WEB), { recursive: true }).filter((name) => name.endsWith(".js"))
        .map((name) => `src/${name}`).filter((name) => name !== "src/start.js");
    assert.deepEqual(asked.sort(), modules.sort());
});

test("the list is the one that .ci/preload writes", () => {
    const script = fileURLToPath(new URL("../../.ci/preload", import.meta.url));
    assert.equal(execFileSync("python3", [script, "--check"], { encoding: "utf8" }), "");
});

const SCRIPT = fileURLToPath(new URL("../../.ci/page-style", import.meta.url));

/** What the check says of modules given as `{path: text}`. */
function said(modules) {
    const folder = mkdtempSync(join(tmpdir(), "page-style-"));
    try {
        for (const [path, text] of Object.entries(modules)) {
            mkdirSync(join(folder, dirname(path)), { recursive: true });
            writeFileSync(join(folder, path), text);
        }
        const { stdout, stderr, status } = spawnSync("python3", [SCRIPT, folder], { encoding: "utf8" });
        assert.equal(stderr, "");
        assert.equal(status, stdout === "" ? 0 : 1);
        return stdout;
    } finally {
        rmSync(folder, { recursive: true });
    }
}

test("the page's own modules keep the style", () => {
    assert.equal(spawnSync("python3", [SCRIPT], { encoding: "utf8" }).stdout, "");
});

for (const [line, words] of [
    ["\tconst a = 1;", /a tab/], ["const a = 1; ", /a space at the end/], ["  const a = 1;", /no multiple of four/], ["var a = 1;", /var/],
    ["if (a == 1) b();", /==: write ===/], ["if (a != 1) b();", /!=: write !==/], ["const a = 'b';", /single quotes/],
    ["console.log(a);", /console/], ["const a = 1", /no semicolon/], ["call(a)", /no semicolon/], [`const a = "${"x".repeat(130)}";`, /characters; allowed: 140/],
    ["const a = 1;\n\n\nconst b = 2;", /more than one empty line/], ["const a = 1;\n", /one line break/],
    ["const a = 1;\n".repeat(160).trim(), /160 lines; allowed: 150/],
    ['import { b } from "./b.js";', /there is no \.\/b\.js/], [`export const ${"never"}Used = 1;`, /is exported and used nowhere else/],
]) {
    test(`${JSON.stringify(line.slice(0, 40))} is found`, () => assert.match(said({ "model/a.js": `${line}\n` }), words));
}

test("what is right is let pass", () => {
    const text = [
        "// Longer than 150 lines: it's a reason.", "const a = \"it's\";", "if (a == null || /'/.test(a)) b();", "const c = a", "    // And on.", "    .trim();",
        "const d = `one", "  two 'quoted'", "three`;", "/**", " * A comment, with 'quotes' == anything", " */", "const e = (", "    a", ");", ...Array(150).fill("a();"),
    ].join("\n");
    assert.equal(said({ "model/a.js": `${text}\n` }), "");
});

test("modules import along the arrows, what there is, and in no circle", () => {
    const uses = (name, path) => `import { ${name} } from "${path}";\n\nexport const parts = ${name};\n`;
    assert.match(said({ "model/a.js": uses("parts", "../views/b.js"), "views/b.js": uses("parts", "../model/a.js") }), /model may not import from views/);
    assert.match(said({ "model/a.js": uses("parts", "./b.js"), "model/b.js": uses("parts", "./a.js") }), /a cycle: model\/a\.js → model\/b\.js → model\/a\.js/);
    assert.match(said({ "model/a.js": uses("other", "./b.js"), "model/b.js": "export const parts = 1;\n" }), /does not export other/);
    assert.match(said({ "model/a.js": 'import { parts } from "./b.js";\n\ncall();\n', "model/b.js": "export const parts = 1;\n" }), /imported and not used/);
    assert.match(said({ "attic/a.js": 'import { parts } from "./b.js";\n\ncall(parts);\n', "attic/b.js": "export const parts = 1;\n" }), /the folder has no row/);
});
