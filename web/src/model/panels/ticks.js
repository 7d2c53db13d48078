/** Round values between `low` and `high` bytes, about `wanted` of them: 1, 2 or 5 × 10ⁿ of a binary unit. */
export function byteTicks(low, high, wanted) {
    if (!(high > low) || wanted < 1) return [low];
    const unit = 1024 ** Math.max(0, Math.floor(Math.log(high / wanted) / Math.log(1024)));
    const rough = (high - low) / wanted / unit;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) * unit;
    const ticks = [];
    for (let value = Math.ceil(low / step) * step; value <= high; value += step) ticks.push(value);
    return ticks;
}
