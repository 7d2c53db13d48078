import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
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
