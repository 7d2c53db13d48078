/** Ticks of a chart with two halves around zero: zero, and at least one in each half. */
export function mirroredTicks([low, high]) {
    const half = (size, share) => {
        const found = byteTicks(0, size, 3).filter((value) => value > 0);
        return share < 0.45 ? found.slice(-1) : found;
    };
    const share = high / (high - low);
    return [...half(-low, 1 - share).map((value) => -value).reverse(), 0, ...half(high, share)];
}

/** Round values between `low` and `high` bytes, about `wanted` of them: 1, 2 or 5 × 10ⁿ of a binary unit. */
export function byteTicks(low, high, wanted) {
    if (!(high > low) || wanted < 1) return [low];
    const unit = 1024 ** Math.max(0, Math.floor(Math.log((high - low) / wanted) / Math.log(1024)));
    const rough = (high - low) / wanted / unit;
    const power = 10 ** Math.floor(Math.log10(rough));
    const size = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999);
    // A thousand of a unit is not round in binary: the next unit is.
    const step = (size >= 1000 ? 1024 : size) * unit;
    const ticks = [];
    for (let value = Math.ceil(low / step) * step; value <= high; value += step) ticks.push(value + 0);
    return ticks;
}
