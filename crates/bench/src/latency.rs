//! How long things took: a histogram of microseconds, and the few figures that are reported of it.

use anyhow::Result;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The longest time told apart: ten minutes. Longer ones count as that.
const LONGEST_US: u64 = 600_000_000;

/// Recorded times, exact to a thousandth.
pub(crate) struct Latencies(Histogram<u64>);

/// The figures of a report, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Percentiles {
    /// How many times were recorded.
    pub(crate) count: u64,
    /// Half of them were at most this.
    pub(crate) p50: f64,
    /// Nine of ten were at most this.
    pub(crate) p90: f64,
    /// Ninety-nine of a hundred were at most this.
    pub(crate) p99: f64,
    /// All were at most this.
    pub(crate) max: f64,
}

impl Latencies {
    /// An empty histogram.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(Histogram::new_with_bounds(1, LONGEST_US, 3)?))
    }

    /// Records one time.
    pub(crate) fn record_ns(&mut self, ns: u64) {
        self.0.saturating_record((ns / 1000).max(1));
    }

    /// Takes in what another histogram recorded.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<()> {
        Ok(self.0.add(&other.0)?)
    }

    /// The figures so far; zeros when nothing was recorded.
    pub(crate) fn percentiles(&self) -> Percentiles {
        if self.0.is_empty() {
            return Percentiles::default();
        }
        let at = |quantile| milliseconds(self.0.value_at_quantile(quantile));
        Percentiles {
            count: self.0.len(),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            max: milliseconds(self.0.max()),
        }
    }
}

fn milliseconds(us: u64) -> f64 {
    us as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_exact_to_a_thousandth() -> Result<()> {
        let mut latencies = Latencies::new()?;
        for ms in 1..=1000 {
            latencies.record_ns(ms * 1_000_000);
        }
        let figures = latencies.percentiles();
        assert_eq!(figures.count, 1000);
        for (found, wanted) in
            [(figures.p50, 500.0), (figures.p90, 900.0), (figures.p99, 990.0), (figures.max, 1000.0)]
        {
            assert!((found / wanted - 1.0).abs() < 0.001, "{found} for {wanted}");
        }
        Ok(())
    }

    #[test]
    fn nothing_recorded_is_all_zeros() -> Result<()> {
        assert_eq!(Latencies::new()?.percentiles(), Percentiles::default());
        Ok(())
    }

    #[test]
    fn merging_adds_and_extremes_are_held() -> Result<()> {
        let (mut one, mut other) = (Latencies::new()?, Latencies::new()?);
        one.record_ns(0);
        other.record_ns(u64::MAX);
        one.merge(&other)?;
        let figures = one.percentiles();
        assert_eq!(figures.count, 2);
        assert!(figures.p50 <= 0.001 && figures.max >= 600_000.0, "{figures:?}");
        Ok(())
    }
}
