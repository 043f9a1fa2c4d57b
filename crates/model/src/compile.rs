//! A domain's triggers made ready: an immutable snapshot with an index. Each trigger is filed under its most selective
//! required test, so that an event looks at a handful of triggers however many there are.

use crate::condition::{Test, Tree};
use crate::facts::Event;
use crate::field::Field;
use crate::operator::Operator;
use crate::trigger::Trigger;
use std::collections::{HashMap, HashSet};

/// A trigger made ready.
#[derive(Debug, Clone)]
pub struct Ready {
    /// As it stands.
    pub trigger: Trigger,
    /// Its conditions, values folded.
    pub tree: Tree,
    /// The fields that its conditions read.
    pub reads: Vec<Field>,
    /// Whether one of its conditions is that the ticket was opened.
    pub watches_creation: bool,
}

/// What a trigger can be filed under: an event without it cannot make the trigger fire.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Created,
    Deleted,
    ActionAdded,
    ActionEdited,
    Changed(Field),
    Equals(Field, String),
    ChangedTo(Field, String),
}

/// Keys that a trigger needs besides the one it is filed under, at most.
const NEEDS_MAX: usize = 3;

/// A trigger under one of its keys, with further keys without which it cannot fire: most are turned down here, before
/// anything of the trigger itself is read.
#[derive(Debug, Clone, Copy)]
struct Entry {
    at: u32,
    needs: [u32; NEEDS_MAX],
}

/// The number of the key that every event has.
const ALWAYS: u32 = 0;

/// Key numbers of one field.
#[derive(Debug, Default)]
struct FieldKeys {
    changed: Option<u32>,
    /// By folded value: the field has it; the field changed and has it.
    values: HashMap<String, (Option<u32>, Option<u32>)>,
    asks_changed_to: bool,
}

/// All enabled triggers of a domain, in order, with their index.
#[derive(Debug, Default)]
pub struct Triggers {
    ready: Vec<Ready>,
    fields: Vec<(Field, FieldKeys)>,
    happenings: [Option<u32>; 4],
    /// By key number. Under `ALWAYS` stand the triggers that no required line files: asked at every event.
    entries: Vec<Vec<Entry>>,
    /// Every field that some trigger reads.
    reads: Vec<Field>,
}

/// The keys that an event has, by number modulo the bits: some too many, never one too few.
struct Present {
    bits: [u64; 64],
    keys: Vec<u32>,
}

impl Present {
    fn add(&mut self, key: Option<u32>) {
        if let Some(key) = key {
            self.bits[(key / 64 % 64) as usize] |= 1 << (key % 64);
            self.keys.push(key);
        }
    }

    fn has(&self, key: u32) -> bool {
        self.bits[(key / 64 % 64) as usize] & (1 << (key % 64)) != 0
    }
}

impl Triggers {
    /// Makes triggers ready; disabled ones are left out. Order: position, ties by id.
    pub fn new(triggers: impl IntoIterator<Item = Trigger>) -> Self {
        let mut ready: Vec<Ready> =
            triggers.into_iter().filter(|trigger| trigger.draft.enabled).map(make_ready).collect();
        ready.sort_by_key(|ready| (ready.trigger.position, ready.trigger.id));
        let reads: HashSet<Field> = ready.iter().flat_map(|ready| ready.reads.iter().copied()).collect();
        let mut index = Triggers { reads: reads.into_iter().collect(), ..Triggers::default() };
        let options: Vec<Vec<Vec<Key>>> = ready.iter().map(|ready| ways(&ready.tree)).collect();
        let (numbers, popularity) = number(&options);
        index.entries = vec![Vec::new(); popularity.len()];
        for (key, number) in &numbers {
            index.name(key, *number);
        }
        for (at, ways) in options.iter().enumerate() {
            let ways: Vec<Vec<u32>> =
                ways.iter().map(|keys| keys.iter().map(|key| numbers[key]).collect()).collect();
            index.file(at as u32, &ways, &popularity);
        }
        index.ready = ready;
        index
    }

    /// The triggers, in order.
    pub fn all(&self) -> &[Ready] {
        &self.ready
    }

    /// Every field that some trigger reads.
    pub fn reads(&self) -> &[Field] {
        &self.reads
    }

    /// Lets events find the number of a key.
    fn name(&mut self, key: &Key, number: u32) {
        match key {
            Key::Created => self.happenings[0] = Some(number),
            Key::Deleted => self.happenings[1] = Some(number),
            Key::ActionAdded => self.happenings[2] = Some(number),
            Key::ActionEdited => self.happenings[3] = Some(number),
            Key::Changed(field) => self.keys_of(*field).changed = Some(number),
            Key::Equals(field, value) => {
                self.keys_of(*field).values.entry(value.clone()).or_default().0 = Some(number);
            }
            Key::ChangedTo(field, value) => {
                let keys = self.keys_of(*field);
                keys.asks_changed_to = true;
                keys.values.entry(value.clone()).or_default().1 = Some(number);
            }
        }
    }

    fn keys_of(&mut self, field: Field) -> &mut FieldKeys {
        let at = self.fields.iter().position(|(known, _)| *known == field).unwrap_or_else(|| {
            self.fields.push((field, FieldKeys::default()));
            self.fields.len() - 1
        });
        &mut self.fields[at].1
    }

    /// Files a trigger under the rarest of its ways, with the rarest of the keys that it needs besides.
    fn file(&mut self, at: u32, ways: &[Vec<u32>], popularity: &[usize]) {
        let crowd = |keys: &&Vec<u32>| keys.iter().map(|key| popularity[*key as usize]).sum::<usize>();
        let chosen = ways.iter().min_by_key(crowd).map_or(&[ALWAYS][..], Vec::as_slice);
        let mut needed: Vec<u32> =
            ways.iter().filter(|keys| keys.len() == 1 && *keys != chosen).map(|keys| keys[0]).collect();
        needed.sort_unstable_by_key(|key| (popularity[*key as usize], *key));
        needed.dedup();
        let mut needs = [ALWAYS; NEEDS_MAX];
        needs.iter_mut().zip(needed).for_each(|(place, key)| *place = key);
        for key in chosen {
            self.entries[*key as usize].push(Entry { at, needs });
        }
    }

    /// Indices of the triggers that this event might fire, in order, each once.
    pub fn candidates(&self, event: &Event<'_>) -> Vec<u32> {
        let present = self.present(event);
        let entries = present.keys.iter().filter_map(|key| self.entries.get(*key as usize)).flatten();
        let asked = entries.filter(|entry| entry.needs.iter().all(|key| present.has(*key)));
        let mut found: Vec<u32> = asked.map(|entry| entry.at).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn present(&self, event: &Event<'_>) -> Present {
        let mut present = Present { bits: [0; 64], keys: Vec::with_capacity(32) };
        present.add(Some(ALWAYS));
        let happenings = event.happenings;
        let happened = [
            happenings.created,
            happenings.deleted,
            !happenings.actions_added.is_empty(),
            !happenings.actions_edited.is_empty(),
        ];
        for (key, _) in self.happenings.iter().zip(happened).filter(|(_, happened)| *happened) {
            present.add(*key);
        }
        for (field, keys) in &self.fields {
            let changed = (keys.changed.is_some() || keys.asks_changed_to) && event.changed(*field);
            if changed {
                present.add(keys.changed);
            }
            if keys.values.is_empty() {
                continue;
            }
            for value in event.after.values(*field) {
                if let Some((equals, changed_to)) = keys.values.get(value) {
                    present.add(*equals);
                    present.add(changed_to.filter(|_| changed));
                }
            }
        }
        present
    }
}

/// Numbers all keys from 1 and counts how many triggers might stand under each.
fn number(options: &[Vec<Vec<Key>>]) -> (HashMap<Key, u32>, Vec<usize>) {
    let mut numbers: HashMap<Key, u32> = HashMap::new();
    let mut popularity = vec![0];
    for key in options.iter().flatten().flatten() {
        let next = popularity.len() as u32;
        let number = *numbers.entry(key.clone()).or_insert(next);
        if number == next {
            popularity.push(0);
        }
        popularity[number as usize] += 1;
    }
    (numbers, popularity)
}

fn make_ready(trigger: Trigger) -> Ready {
    let tree = Tree::new(&trigger.draft.conditions);
    let reads = trigger.draft.conditions.reads();
    let leaves = trigger.draft.conditions.leaves();
    let watches_creation = leaves.iter().any(|(_, leaf)| leaf.operator == Operator::Created);
    Ready { trigger, tree, reads, watches_creation }
}

/// The keys under which a line files its trigger; none when an event without a key can satisfy it.
fn keys(test: &Test) -> Option<Vec<Key>> {
    let each = |make: fn(Field, String) -> Key, field: Field| {
        Some(test.wanted.iter().map(|value| make(field, value.clone())).collect())
    };
    match test.operator {
        Operator::Created => Some(vec![Key::Created]),
        Operator::Deleted => Some(vec![Key::Deleted]),
        Operator::ActionAdded => Some(vec![Key::ActionAdded]),
        Operator::ActionEdited => Some(vec![Key::ActionEdited]),
        Operator::Changed | Operator::ChangedFrom => Some(vec![Key::Changed(test.field)]),
        Operator::ChangedTo => each(Key::ChangedTo, test.field),
        Operator::TagAdded if test.wanted.is_empty() => Some(vec![Key::Changed(Field::Tags)]),
        Operator::TagAdded => each(Key::ChangedTo, Field::Tags),
        Operator::Is | Operator::In => each(Key::Equals, test.field),
        // Tags and people are compared whole.
        Operator::Contains if test.field.holds_whole_values() => each(Key::Equals, test.field),
        Operator::IsNot | Operator::Contains | Operator::IsEmpty | Operator::IsSet => None,
    }
}

/// Every way to file a trigger: those of its tree, and the union of its lines that look at the change, since one of
/// them must hold as well.
fn ways(tree: &Tree) -> Vec<Vec<Key>> {
    fn firing(tree: &Tree) -> Option<Vec<Key>> {
        match tree {
            Tree::Leaf(test) if test.operator.is_firing() => keys(test),
            Tree::Leaf(_) => Some(Vec::new()),
            Tree::Block { all, any } => {
                let of_nodes = all.iter().chain(any).map(firing).collect::<Option<Vec<_>>>()?;
                Some(of_nodes.into_iter().flatten().collect())
            }
        }
    }
    filings(tree).into_iter().chain(firing(tree)).collect()
}

/// Every way to file a tree: each is a set of keys of which a firing event has at least one.
fn filings(tree: &Tree) -> Vec<Vec<Key>> {
    match tree {
        Tree::Leaf(test) => keys(test).into_iter().collect(),
        Tree::Block { all, any } => {
            let mut ways: Vec<Vec<Key>> = all.iter().flat_map(filings).collect();
            // One of ANY must hold: the union over all of its nodes is a way, if each node has one.
            let shortest = |node: &Tree| filings(node).into_iter().min_by_key(Vec::len);
            if !any.is_empty()
                && let Some(union) = any.iter().map(shortest).collect::<Option<Vec<_>>>()
            {
                ways.push(union.into_iter().flatten().collect());
            }
            ways
        }
    }
}
