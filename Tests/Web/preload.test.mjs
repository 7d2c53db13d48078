import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const WEB = new URL("../../web/", import.meta.url);

test("the page asks for every module at once: none is found only after another has come", () => {
    const asked = [...readFileSync(new URL("index.html", WEB), "utf8").matchAll(/modulepreload" href="assets\/(src\/[^"]+)"/g)]
        .map(([, path]) => path);
    const modules = readdirSync(new URL("src", WEB), { recursive: true }).filter((name) => name.endsWith(".js"))
        .map((name) => `src/${name}`).filter((name) => name !== "src/start.js");
    assert.deepEqual(asked.sort(), modules.sort());
});
