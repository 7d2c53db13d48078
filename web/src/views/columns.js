/** A column of figures: right-aligned, largest first when chosen. `width` in ch. */
export const figure = (key, label, width, format, more = {}) => ({ key, label, width, format, numeric: true, ...more });

/** A column of words; without a width it takes what is left. */
export const words = (key, label, width, more = {}) => ({ key, label, width, ...more });
