//! Sharing an amount so that the parts add up to it.

use aftercart_shared::returns::Percent;

/// Shares `total` in proportion to `weights` by the method of the largest remainder: everybody gets the whole units due,
/// and what is left goes unit by unit to those who lost most by rounding, the earlier one first among equals. The parts
/// always add up to `total`, and none differs from its exact share by a whole unit.
///
/// A weight below nought counts as nought; are all of them nought, everybody gets the same. A negative total is shared
/// like a positive one. Without weights there are no parts.
pub fn split(total: i64, weights: &[i64]) -> Vec<i64> {
    let weigh = |weight: &i64| i128::from((*weight).max(0));
    let mut weights: Vec<i128> = weights.iter().map(weigh).collect();
    if weights.iter().all(|weight| *weight == 0) {
        weights.fill(1);
    }
    let whole: i128 = weights.iter().sum();
    let amount = i128::from(total).abs();
    let mut parts: Vec<i128> = weights.iter().map(|weight| amount * weight / whole).collect();
    let left = amount - parts.iter().sum::<i128>();
    let mut lost: Vec<usize> = (0..weights.len()).collect();
    // A stable sort: among equals the earlier stays in front.
    lost.sort_by_key(|&i| std::cmp::Reverse(amount * weights[i] % whole));
    for &i in lost.iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[i] += 1;
    }
    let sign = i128::from(total.signum());
    parts.into_iter().map(|part| i64::try_from(part * sign).unwrap_or(0)).collect()
}

/// What the first `count` of `quantity` equal pieces share of `total`. The earlier pieces carry the units that do not
/// divide, as [`split`] would have it.
pub fn pieces(total: i64, quantity: i64, count: i64) -> i64 {
    if quantity <= 0 {
        return 0;
    }
    let count = count.clamp(0, quantity);
    let (each, over) = (total / quantity, total % quantity);
    each * count + over.signum() * over.abs().min(count)
}

/// `percent` of an amount, half a unit rounded up (away from nought).
pub fn portion(amount: i64, percent: Percent) -> i64 {
    let exact = i128::from(amount) * i128::from(percent.basis_points());
    let rounded = (exact.abs() + 5_000) / 10_000 * exact.signum();
    i64::try_from(rounded).unwrap_or(i64::MAX)
}
