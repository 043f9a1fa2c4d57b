//! Tests of `cause`: how chains are counted and what a ticket forgets of them.

use super::*;

#[test]
fn a_cause_keeps_its_root_and_deepens_by_one() {
    let cause = Cause::root(ChangeId(7)).next().next();
    assert_eq!(cause, Cause { depth: 2, ..Cause::root(ChangeId(7)) });
    assert_eq!(Cause { depth: u32::MAX, ..cause }.next().depth, u32::MAX);
}

#[test]
fn firings_are_counted_for_each_trigger_and_chain_apart() {
    let mut memory = ChainMemory::default();
    for _ in 0..5 {
        memory.remember(TriggerId(1), ChangeId(10));
    }
    memory.remember(TriggerId(1), ChangeId(11));
    memory.remember(TriggerId(2), ChangeId(10));
    let counts = [(1, 10), (1, 11), (2, 10), (2, 11)]
        .map(|(trigger, root)| memory.count(TriggerId(trigger), ChangeId(root)));
    assert_eq!(counts, [5, 1, 1, 0]);
}

#[test]
fn of_one_trigger_the_three_newest_chains_are_kept() {
    let mut memory = ChainMemory::default();
    for root in [1, 2, 3, 1, 4] {
        memory.remember(TriggerId(1), ChangeId(root));
    }
    // Chain 1 fired again, so chain 2 was the oldest.
    let counts = [1, 2, 3, 4].map(|root| memory.count(TriggerId(1), ChangeId(root)));
    assert_eq!(counts, [2, 0, 1, 1]);
}

#[test]
fn a_ticket_remembers_sixty_entries_and_no_more() {
    let mut memory = ChainMemory::default();
    for trigger in 1..=100 {
        memory.remember(TriggerId(trigger), ChangeId(1));
    }
    let known = |trigger: i64| memory.count(TriggerId(trigger), ChangeId(1)) == 1;
    assert_eq!((known(40), known(41), known(100)), (false, true, true));
}

#[test]
fn a_memory_survives_json_and_counts_without_overflow() {
    let mut memory = ChainMemory::default();
    for _ in 0..300 {
        memory.remember(TriggerId(1), ChangeId(1));
    }
    assert_eq!(memory.count(TriggerId(1), ChangeId(1)), 255);
    let text = serde_json::to_string(&memory).unwrap();
    assert_eq!(serde_json::from_str::<ChainMemory>(&text).unwrap(), memory);
}

#[test]
fn ends_are_told_in_words_and_survive_json() {
    let ends = [
        (
            ChainEnd::Depth { depth: 10 },
            "this change is number 11 of one chain of causes; past 10 no trigger fires",
        ),
        (ChainEnd::Repeat { trigger: TriggerId(3) }, "a trigger fired 5 times on this ticket"),
        (ChainEnd::Passes, "went on changing the ticket for 10 passes"),
    ];
    for (end, words) in ends {
        assert!(end.in_words().to_string().contains(words), "{}", end.in_words());
        let text = serde_json::to_string(&end).unwrap();
        assert_eq!(serde_json::from_str::<ChainEnd>(&text).unwrap(), end);
    }
}
