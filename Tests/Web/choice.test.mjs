import assert from "node:assert/strict";
import { test } from "node:test";
import { Choice } from "../../web/src/model/choice.js";
import { Fleet } from "../../web/src/model/fleet.js";
import { top } from "./samples.mjs";

function fleetOf(...names) {
    const fleet = new Fleet();
    fleet.append(names.map((name) => top(name, 1)), 0);
    return fleet;
}

test("without a wish the first host is shown, and stays when one appears before it", () => {
    const fleet = fleetOf("m");
    const choice = new Choice(null);
    assert.equal(choice.host(fleet).name, "m");
    fleet.append([top("a", 1)], 0);
    assert.equal(choice.host(fleet).name, "m");
});

test("a wished host is shown as soon as it is known", () => {
    const fleet = fleetOf("a");
    const choice = new Choice("z");
    assert.equal(choice.host(fleet).name, "a");
    fleet.append([top("z", 1)], 0);
    assert.equal(choice.host(fleet).name, "z");
});

test("when the shown host leaves the first one is shown, when all leave none", () => {
    const fleet = fleetOf("a", "b");
    const choice = new Choice(null);
    choice.wish("b");
    assert.equal(choice.host(fleet).name, "b");
    fleet.drop({ keys: ["sa:{b}:top"] });
    assert.equal(choice.host(fleet).name, "a");
    fleet.drop({ keys: ["sa:{a}:top"] });
    assert.equal(choice.host(fleet), null);
});
