//! Texts by the ten thousand against all that reads the query options of a list: what the grammar makes, what is left of
//! that after some damage, and any bytes at all. Each is read or refused, in bounded time, and never more than that.

use super::bounds::Bounds;
use super::plan::{Frame, plan};
use super::{Options, SHAPE};
use crate::public::odata::{Texts, holds, project, sort};
use engine::Caller;
use model::access_profile::Grant;
use model::cause::{Actor, Via};
use model::ids::DomainId;
use store::ticket_search::Span;

/// Texts of each kind.
const GRAMMAR: usize = 30_000;
const DAMAGED: usize = 45_000;
const BYTES: usize = 30_000;

/// Numbers that look like chance and are the same each time: SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).unwrap_or(0)
    }

    fn pick<'p>(&mut self, from: &[&'p str]) -> &'p str {
        from[self.below(from.len())]
    }

    /// The word, or the same in capitals.
    fn word(&mut self, from: &[&str]) -> String {
        let word = self.pick(from);
        if self.below(4) == 0 { word.to_uppercase() } else { word.to_owned() }
    }
}

/// Says which text it was when a test panics.
struct Told<'t>(&'t str);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the text was {:?}", self.0);
        }
    }
}

const TEXTS: [&str; 6] =
    ["subject", "owner/id", "createdBy/businessName", "ownerTeam", "$it/status", "category"];
const NUMBERS: [&str; 4] = ["id", "type", "actionCount", "origin"];
const DATES: [&str; 4] = ["createdDate", "lastUpdate", "resolvedIn", "slaSolutionDate"];
const COMPARE: [&str; 6] = ["eq", "ne", "gt", "ge", "lt", "le"];
const QUOTED: [&str; 6] = ["'x'", "''", "'d''água'", "'2026-01-31'", "'17'", "'🚧 \u{301}'"];
const COUNTS: [&str; 5] = ["0", "-1", "17", "1.5", "9223372036854775807"];
const DAYS: [&str; 4] =
    ["2026-01-31", "2026-01-31T10:00:00Z", "2025-12-04t00:21:12.5903668", "2026-02-28T23:59:59.999-03:00"];

/// One condition.
fn condition(dice: &mut Dice) -> String {
    let compare = dice.word(&COMPARE);
    match dice.below(9) {
        0 => format!("{} {compare} {}", dice.word(&NUMBERS), dice.pick(&COUNTS)),
        1 => format!("{} {compare} {}", dice.word(&DATES), dice.pick(&DAYS)),
        2 => format!("{} in ({}, {})", dice.word(&TEXTS), dice.pick(&QUOTED), dice.pick(&QUOTED)),
        3 => {
            let function = dice.word(&["contains", "startswith", "endswith"]);
            format!("{function}({},{})", dice.word(&TEXTS), dice.pick(&QUOTED))
        }
        4 => format!(
            "{}({}) {compare} {}",
            dice.word(&["length", "tolower", "trim"]),
            dice.word(&TEXTS),
            dice.pick(&COUNTS)
        ),
        5 => format!(
            "{}({}) {compare} {}",
            dice.word(&["year", "day", "second"]),
            dice.word(&DATES),
            dice.pick(&COUNTS)
        ),
        6 => format!("{} {} null", dice.word(&TEXTS), dice.word(&["eq", "ne"])),
        7 => format!("{} {compare} {}", dice.pick(&QUOTED), dice.word(&TEXTS)),
        _ => format!("{} {compare} {}", dice.word(&TEXTS), dice.pick(&QUOTED)),
    }
}

/// A filter that the grammar allows.
fn filter(dice: &mut Dice, depth: usize) -> String {
    let Some(depth) = depth.checked_sub(1) else { return condition(dice) };
    match dice.below(8) {
        0 | 1 => {
            let word = dice.word(&["and", "or"]);
            format!("{} {word} {}", filter(dice, depth), filter(dice, depth))
        }
        2 => format!("({})", filter(dice, depth)),
        3 => format!("{} ({})", dice.word(&["not"]), filter(dice, depth)),
        4 => {
            let ask = dice.word(&["any", "all"]);
            format!(
                "clients/{ask}(c: c/id {} {} and {})",
                dice.pick(&COMPARE),
                dice.pick(&QUOTED),
                filter(dice, depth)
            )
        }
        5 => format!("tags/any(t: t eq {} or {})", dice.pick(&QUOTED), filter(dice, depth)),
        6 => {
            let (number, text) = (dice.pick(&COUNTS), dice.pick(&QUOTED));
            format!(
                "customFieldValues/any(c: c/customFieldId eq {number} and c/items/any(i: i/customFieldItem eq {text}))"
            )
        }
        _ => condition(dice),
    }
}

/// An option other than a filter.
fn option(dice: &mut Dice) -> String {
    let parts = [
        "id",
        "owner",
        "clients($expand=organization)",
        "actions($select=id,origin;$expand=createdBy)",
        "owner/id",
        "*",
        "createdDate desc",
        "tolower(subject) asc",
        "customFieldValues($expand=items)",
    ];
    let many = 1 + dice.below(5);
    (0..many).map(|_| dice.pick(&parts)).collect::<Vec<_>>().join(", ")
}

/// Bytes cut out, doubled, swapped or made up, a few times; what is no UTF-8 then is replaced, as in a query string.
fn damaged(dice: &mut Dice, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.below(4) {
        let (from, many) = (dice.below(bytes.len()), dice.below(12));
        let to = (from + many).min(bytes.len());
        match dice.below(6) {
            0 => drop(bytes.drain(from..to)),
            1 => {
                let part = bytes[from..to].to_vec();
                let at = dice.below(bytes.len());
                bytes.splice(at..at, part);
            }
            2 if !bytes.is_empty() => {
                let other = dice.below(bytes.len());
                bytes.swap(from, other);
            }
            3 => {
                let signs = b"()',;:/$*=- \0\xff\xc3\xf0\x9f0eZ%";
                bytes.insert(from, signs[dice.below(signs.len())]);
            }
            4 => bytes.truncate(from),
            _ => bytes.insert(from, u8::try_from(dice.below(256)).unwrap_or(0)),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads a text as each of the options, plans what can be read, and asks it of a ticket's answer.
fn throw(text: &str) {
    let told = Told(text);
    let some = || Some(text.to_owned());
    let everybody = Caller {
        domain: DomainId(1),
        actor: Actor { person: None, via: Via::ApiKey, key: None },
        grants: vec![Grant::AllowReadingAllTickets],
        teams: Vec::new(),
        cause: None,
        integration: None,
    };
    let frame = Frame { updated: Span::ALL, with_deleted: false };
    for texts in [
        Texts { select: some(), ..Texts::default() },
        Texts { expand: some(), ..Texts::default() },
        Texts { filter: some(), ..Texts::default() },
        Texts { order_by: some(), ..Texts::default() },
    ] {
        let Ok(options) = Options::read(&texts, &SHAPE) else { continue };
        let bounds = options.filter.as_ref().map_or_else(|| Bounds::all(true), Bounds::of);
        plan(bounds, &options.order, frame, &[], &everybody);
        if let Some(filter) = &options.filter {
            holds(filter, SHAPE.example());
        }
        if !options.order.is_empty() {
            sort(&mut vec![SHAPE.example().clone(), SHAPE.example().clone()], &options.order);
        }
        if options.selection.names.is_some() || !options.selection.expanded.is_empty() {
            project(SHAPE.example().clone(), &options.selection);
        }
    }
    drop(told);
}

fn answer_to(filter: &str) -> bool {
    let texts = Texts { filter: Some(filter.to_owned()), ..Texts::default() };
    let options =
        Options::read(&texts, &SHAPE).unwrap_or_else(|failure| panic!("{filter}: {}", failure.detail));
    holds(options.filter.as_ref().expect("a filter"), SHAPE.example())
}

#[test]
fn what_the_grammar_makes_is_read_and_not_turns_it_round() {
    let mut dice = Dice(1);
    for _ in 0..GRAMMAR {
        let depth = dice.below(5);
        let text = filter(&mut dice, depth);
        let _told = Told(&text);
        assert_eq!(answer_to(&text), !answer_to(&format!("not ({text})")), "{text}");
    }
}

#[test]
fn no_damage_makes_it_fail() {
    let mut dice = Dice(2);
    for case in 0..DAMAGED {
        let depth = dice.below(4);
        let text = if case.is_multiple_of(4) { option(&mut dice) } else { filter(&mut dice, depth) };
        throw(&damaged(&mut dice, &text));
    }
}

#[test]
fn no_bytes_make_it_fail() {
    let mut dice = Dice(3);
    for _ in 0..BYTES {
        let many = dice.below(120);
        let bytes: Vec<u8> = (0..many).map(|_| u8::try_from(dice.below(256)).unwrap_or(0)).collect();
        // Half of them within what is on a keyboard.
        let typed = |byte: &u8| b' ' + byte % 95;
        let bytes = if many.is_multiple_of(2) { bytes.iter().map(typed).collect() } else { bytes };
        throw(&String::from_utf8_lossy(&bytes));
    }
}
