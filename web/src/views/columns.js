/** A column of figures: right-aligned, largest first when chosen. `width` in ch. */
export const figure = (key, label, width, format, more = {}) => ({ key, label, width, format, numeric: true, ...more });

/** The same figure's highest value, shown beside its mean under a zoomed range only. */
export const peak = (key, label, width, format, more = {}) =>
    figure(key, label, width, format, { title: "Highest value in the range shown", ...more, onlyInRange: true });

/** A column of words; without a width it takes what is left. */
export const words = (key, label, width, more = {}) => ({ key, label, width, ...more });
