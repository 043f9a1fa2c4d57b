//! A set of small numbers as one bit each: which changes an endpoint has seen.

use anyhow::{Context as _, Result, ensure};

/// Numbers from 0, a bit each.
#[derive(Clone, Default)]
pub(crate) struct Seen(Vec<u64>);

impl Seen {
    /// Adds a number; false if it was there.
    pub(crate) fn insert(&mut self, number: u32) -> bool {
        let (word, bit) = place(number);
        if word >= self.0.len() {
            self.0.resize((word + 1).next_power_of_two(), 0);
        }
        let fresh = self.0[word] & bit == 0;
        self.0[word] |= bit;
        fresh
    }

    /// Whether a number is there.
    pub(crate) fn contains(&self, number: u32) -> bool {
        let (word, bit) = place(number);
        self.0.get(word).is_some_and(|found| found & bit != 0)
    }
}

fn place(number: u32) -> (usize, u64) {
    ((number / 64) as usize, 1 << (number % 64))
}

/// Several sets as bytes, for the way between two processes of one machine.
pub(crate) fn to_bytes(sets: &[Seen]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for set in sets {
        bytes.extend((set.0.len() as u64).to_le_bytes());
        bytes.extend(set.0.iter().flat_map(|word| word.to_le_bytes()));
    }
    bytes
}

/// The sets that `to_bytes` wrote.
pub(crate) fn from_bytes(mut bytes: &[u8]) -> Result<Vec<Seen>> {
    let mut sets = Vec::new();
    while !bytes.is_empty() {
        let length = usize::try_from(word(&mut bytes)?)?;
        ensure!(length <= bytes.len() / 8, "a set is longer than what was sent of it");
        sets.push(Seen((0..length).map(|_| word(&mut bytes)).collect::<Result<_>>()?));
    }
    Ok(sets)
}

fn word(bytes: &mut &[u8]) -> Result<u64> {
    let (head, tail) = bytes.split_first_chunk().context("a set was cut short")?;
    *bytes = tail;
    Ok(u64::from_le_bytes(*head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_new_once() {
        let mut set = Seen::default();
        for number in [0, 63, 64, 100_000] {
            assert!(!set.contains(number));
            assert!(set.insert(number));
            assert!(!set.insert(number));
            assert!(set.contains(number));
        }
        assert!(!set.contains(1) && !set.contains(u32::MAX));
    }

    #[test]
    fn sets_survive_the_way() -> Result<()> {
        let mut set = Seen::default();
        for number in (0..1000).step_by(7) {
            set.insert(number);
        }
        let bytes = to_bytes(&[set.clone(), Seen::default(), set.clone()]);
        let back = from_bytes(&bytes)?;
        assert_eq!(back.len(), 3);
        assert!((0..1000).all(|number| back[2].contains(number) == number.is_multiple_of(7)));
        assert!((0..1000).all(|number| !back[1].contains(number)));
        assert!(from_bytes(&bytes[..bytes.len() - 1]).is_err());
        assert!(from_bytes(&[255; 8]).is_err());
        Ok(())
    }
}
