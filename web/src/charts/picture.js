import { palette } from "./palette.js";

const SCALE = 2;
const WORDS = "h3, .note, .headline, .legend .name, .legend .value, svg text, .cores-label, .cores-value";
const FONT = "system-ui, sans-serif";

/** A panel as a PNG: its title, its legend with the values shown, its chart with axes. */
export async function chartPicture(panel) {
    const box = panel.getBoundingClientRect();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(box.width * SCALE);
    canvas.height = Math.round(box.height * SCALE);
    const context = canvas.getContext("2d");
    context.scale(SCALE, SCALE);
    const colours = palette();
    context.fillStyle = colours.panel;
    context.fillRect(0, 0, box.width, box.height);
    for (const line of panel.querySelectorAll(".marks line")) putLine(context, line, box, colours.muted);
    for (const picture of panel.querySelectorAll("canvas")) {
        const at = picture.getBoundingClientRect();
        if (picture.width > 0 && at.width > 0) context.drawImage(picture, at.left - box.left, at.top - box.top, at.width, at.height);
    }
    for (const swatch of panel.querySelectorAll(".swatch")) {
        const at = swatch.getBoundingClientRect();
        context.fillStyle = getComputedStyle(swatch).backgroundColor;
        context.fillRect(at.left - box.left, at.top - box.top, at.width, at.height);
    }
    for (const word of panel.querySelectorAll(WORDS)) putWord(context, word, box);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function putLine(context, line, box, colour) {
    const at = line.getBoundingClientRect();
    context.fillStyle = colour;
    context.fillRect(at.left - box.left, at.top - box.top, Math.max(1, at.width), 1);
}

// Where the browser has put it, in the font it has there.
function putWord(context, word, box) {
    const at = word.getBoundingClientRect();
    const style = getComputedStyle(word);
    if (at.width === 0 || style.visibility === "hidden") return;
    const isSVG = word instanceof SVGElement;
    context.font = `${style.fontWeight} ${style.fontSize} ${FONT}`;
    context.fillStyle = isSVG ? style.fill : style.color;
    context.textBaseline = "middle";
    const lines = word.textContent.split("\n");
    const high = at.height / lines.length;
    lines.forEach((line, i) =>
        context.fillText(line, at.left - box.left, at.top - box.top + (i + 0.5) * high, Math.max(at.width, 8)));
}
