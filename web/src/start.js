// The libraries are global scripts that the set-up places: without them say so instead of showing nothing.
const missing = [["d3", "d3.min.js"], ["io", "socket.io.min.js"]].filter(([name]) => !(name in globalThis));

if (missing.length === 0) {
    await import("./shell/main.js");
} else {
    const files = missing.map(([, file]) => `vendor/${file}`).join(" and ");
    const text = `The server lacks ${files}. Run web/fetch-vendor.sh on it, then reload this page.`;
    document.getElementById("app").textContent = text;
}
