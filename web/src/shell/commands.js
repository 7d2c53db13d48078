import { SPANS_MS } from "../model/viewState.js";
import { nextTheme } from "./topBar.js";

/** Everything the keys do, in the order the help lists it. */
export function createCommands({ view, fleet, openHost, openFleet, openSwitcher, openAlarms, openHelp, copyLink, focusFilter }) {
    const onHost = () => view.state.page === "host";
    const step = (by) => {
        const names = fleet.hosts.map(({ name }) => name);
        if (!onHost() || names.length < 2) return false;
        openHost(names[(names.indexOf(view.state.host) + by + names.length) % names.length]);
        return true;
    };
    const shows = (i) => () => onHost() && (view.follow(SPANS_MS[i]), true);
    const command = (group, keys, words, run) => ({ group, keys, words, run });
    return [
        command("Anywhere", ["?"], "show this list", openHelp),
        command("Anywhere", ["g", "Ctrl+k"], "go to a host by name", openSwitcher),
        command("Anywhere", ["a"], "open alarms and thresholds", openAlarms),
        command("Anywhere", ["/"], "go to the filter", focusFilter),
        command("Anywhere", ["p", " "], "pause or resume", () => view.pause(!view.state.paused)),
        command("Anywhere", ["u"], "switch between UTC and local time", () => view.inZone(view.state.tz === "utc" ? "local" : "utc")),
        command("Anywhere", ["t"], "switch the theme: auto, dark, light", () => nextTheme(view)),
        command("Anywhere", ["l"], "copy a link to this view", copyLink),
        command("All hosts", ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], "move between cards", null),
        command("All hosts", ["Enter"], "open the host", null),
        command("One host", ["f", "Backspace"], "show all hosts", () => onHost() && (openFleet(), true)),
        command("One host", ["["], "previous host", () => step(-1)),
        command("One host", ["]"], "next host", () => step(1)),
        command("One host", ["1"], "show 1 minute", shows(0)),
        command("One host", ["2"], "show 5 minutes", shows(1)),
        command("One host", ["3"], "show 10 minutes", shows(2)),
        command("One host", ["Escape"], "back to live", () => onHost() && (view.live(), true)),
        command("In a table", ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"], "move between rows", null),
        command("In a table", ["Enter"], "select the row and show what belongs to it", null),
        command("In a table", ["s"], "keep the row on top (star), or release it", null),
    ];
}
