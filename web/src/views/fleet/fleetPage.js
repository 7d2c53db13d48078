import { readColors } from "../../charts/cardChart.js";
import { HOSTS } from "../../model/filter/fields.js";
import { compile } from "../../model/filter/language.js";
import { arranged, orderWords } from "../../model/hosts/fleetOrder.js";
import { inPlace } from "../../model/tables/rowOrder.js";
import { el, setText } from "../dom.js";
import { createFleetControls } from "./fleetControls.js";
import { createHostCard } from "./hostCard.js";
import { createOrderHold } from "../orderHold.js";

// Longer than 150 lines: which cards there are, where they stand and which has the focus hang together.

// The order by a figure changes with the figure: not more often than this, and never under the reader's hand.
const REORDER_MS = 5000;

/**
 * All hosts as cards. Only cards in view whose host changed are drawn; the order is the reader's to keep.
 * @param hrefOf the address of a host's page, for a link that opens in a tab of its own
 */
export function createFleetPage(session, { hrefOf }) {
    const { clock, fleet, overview, view } = session;
    const needPaint = () => clock.mark("fleet");
    const summary = el("p", { class: "summary note" });
    const controls = createFleetControls({
        view,
        onChange() {
            wanted = true;
            needPaint();
        },
    });
    const list = el("ul", { class: "cards", "aria-label": "Hosts" });
    const nothing = el("p", { class: "nothing", hidden: true, text: "No host matches the filter." });
    const node = el("section", { class: "fleet", hidden: true, "aria-labelledby": "fleet-title" },
        el("header", {}, el("h2", { id: "fleet-title", text: "Hosts" }), summary), list, nothing,
        // Next to the heading, but after the cards for the Tab key: the cards are what readers come for.
        controls.node);
    const hold = createOrderHold(list);
    const cards = new Map();
    let shape = { width: 0, ratio: 1 };
    let colors = null;
    let orderedAt = -Infinity;
    let wanted = true;
    let changed = false;
    let placed = [];
    let focused = null;
    let known = 0;
    let focusNext = null;

    const seen = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) {
            const card = cards.get(target.dataset.host);
            if (!card) continue;
            card.inView = isIntersecting;
            card.changed ||= isIntersecting;
        }
        needPaint();
    }, { rootMargin: "80px" });
    // One measure for all: every card has the same width.
    new ResizeObserver(() => {
        const width = Math.floor(list.querySelector("canvas")?.clientWidth ?? 0);
        const ratio = globalThis.devicePixelRatio || 1;
        if (width === 0 || (width === shape.width && ratio === shape.ratio)) return;
        shape = { width, ratio };
        for (const card of cards.values()) card.changed = true;
        needPaint();
    }).observe(list);

    list.addEventListener("click", (event) => {
        const name = event.target.closest("li")?.dataset.host;
        if (name === undefined || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        session.openHost(name);
    });
    list.addEventListener("focusin", (event) => focusOn(event.target.closest("li")));
    list.addEventListener("keydown", (event) => {
        const target = neighbour(event.target.closest("li"), event.key);
        if (!target) return;
        event.preventDefault();
        target.firstChild.focus();
    });

    // One card takes part in the tab order: the arrow keys move between them.
    function focusOn(item) {
        if (!item) return;
        if (focused?.link !== item.firstChild) focused?.link.setAttribute("tabindex", -1);
        focused = cards.get(item.dataset.host) ?? null;
        item.firstChild.setAttribute("tabindex", 0);
    }

    function neighbour(item, key) {
        if (!item) return null;
        const items = [...list.children];
        const place = items.indexOf(item);
        const columns = Math.max(1, items.findIndex((one) => one.offsetTop > items[0].offsetTop));
        const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
        if (step !== undefined) return items[place + step] ?? null;
        return { Home: items[0], End: items.at(-1) }[key] ?? null;
    }

    function arrange(entries, now) {
        // What the reader asks for is shown at once; hosts that come and go move no card that somebody aims at.
        const isHeld = !wanted && hold.isHeld && placed.length > 0;
        if (!wanted && !changed && (now - orderedAt < REORDER_MS || isHeld)) return;
        wanted = changed = false;
        orderedAt = now;
        const due = arranged(entries, controls.current);
        placed = isHeld ? inPlace(due, placed, ({ name }) => name).rows : due;
        if (!isHeld) for (const card of cards.values()) if (card.isGone) forget(card);
        const items = placed.map(({ name }) => {
            if (!cards.has(name)) {
                const card = createHostCard({ name, href: hrefOf(name) });
                cards.set(name, card);
                seen.observe(card.node);
            }
            return cards.get(name).node;
        });
        const held = document.activeElement;
        if (items.length !== list.children.length || items.some((item, i) => list.children[i] !== item)) {
            list.replaceChildren(...items);
            if (held && held !== document.body && list.contains(held)) held.focus({ preventScroll: true });
        }
        if (items.length > 0 && !list.querySelector('[tabindex="0"]')) focusOn(items[0]);
        nothing.hidden = items.length > 0 || entries.length === 0;
    }

    function forget(card) {
        seen.unobserve(card.node);
        cards.delete(card.name);
        card.node.remove();
    }

    return {
        node,
        /** Another theme, other colours. */
        restyle() {
            colors = null;
            for (const card of cards.values()) card.changed = true;
        },
        changed(names) {
            for (const name of names) if (cards.has(name)) cards.get(name).changed = true;
        },
        /** All hosts are painted again: after a snapshot, or when some were removed. */
        reset(names) {
            changed = true;
            for (const [name, card] of cards) {
                card.changed = true;
                card.isGone = !names.has(name);
                if (!card.isGone) continue;
                if (hold.isHeld) card.leave();
                else forget(card);
            }
        },
        focusFilter: () => controls.focus(),
        /** The card that the Tab key comes to has the focus; false where there is none. */
        focusFirst() {
            const link = list.querySelector('[tabindex="0"]');
            link?.focus();
            return link !== null;
        },
        /** Gives the focus to the host that the reader comes back from, as soon as it is shown again. */
        focusCard(name) {
            focusNext = name;
        },
        /** While paused, figures stand still, but no card calls a host live while the page hears none. */
        showHeard(isHeard) {
            for (const card of cards.values()) card.showHeard(isHeard);
        },
        paint(now) {
            const entries = overview.entries(now);
            const { sort, filter } = controls.current;
            const asked = compile(HOSTS, filter);
            const kept = asked.rows(entries);
            controls.paint(asked.problem);
            if (entries.length !== known) changed = true;
            known = entries.length;
            arrange(entries, now);
            if (focusNext !== null) {
                cards.get(focusNext)?.link.focus();
                focusNext = null;
            }
            colors ??= readColors(document.documentElement);
            for (const entry of entries) {
                const card = cards.get(entry.name);
                if (!card?.inView) continue;
                card.tick(entry, orderWords(sort, entry));
                if (!card.changed) continue;
                card.changed = shape.width === 0;
                card.paint(fleet.host(entry.name), { now, shape, colors, spanMs: session.held.spanMs });
            }
            const count = (word, test) => {
                const found = kept.filter(test).length;
                return found > 0 ? `${found} ${word}` : null;
            };
            const all = asked.isEmpty ? `${entries.length}` : `${kept.length} of ${entries.length}`;
            setText(summary, [all, count("silent", (entry) => entry.state === "stale"),
                count("with alarms", (entry) => entry.alarms > 0)].filter(Boolean).join(", "));
        },
    };
}
