/** A test for rows: every word typed must stand somewhere in a row's values. */
export function matcher(typed) {
    const words = String(typed ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return () => true;
    return (...values) => {
        const held = values.filter((value) => value !== null && value !== undefined).join("\n").toLowerCase();
        return words.every((word) => held.includes(word));
    };
}
