//! Why a trigger did or did not fire for a change: evaluated again from what the change keeps, nothing else stored.

use crate::cause::ChainEnd;
use crate::change::Change;
use crate::condition::{Condition, Conditions, Node, Reason, Tree, reasons};
use crate::facts::{Event, Facts};
use crate::ids::{IntegrationId, TriggerId};
use crate::operator::Operator;
use serde::Serialize;

/// A trigger as it stood when the change was made.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Which trigger.
    pub trigger: TriggerId,
    /// Its revision then.
    pub revision: i64,
    /// Its place in the order then.
    pub position: i64,
    /// Whether it ran then.
    pub enabled: bool,
    /// Its conditions then.
    pub conditions: &'a Conditions,
    /// The integration that keeps it.
    pub managed_by: Option<IntegrationId>,
}

/// The answer, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It fired.
    Fired,
    /// It was disabled.
    Disabled,
    /// A condition did not hold: see `first_false`.
    ConditionFalse,
    /// ALL holds, but no node of an ANY block does.
    NoneOfAny,
    /// The filters held, but no condition on the change did.
    NoFiringCondition,
    /// A guard ended the run before it.
    EndedByGuard,
    /// It tells another domain, and the change came from there.
    CameIn,
    /// It tells another domain, and the ticket has no counterpart there.
    NotLinked,
}

/// The conditions as they stood in one pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// From 1.
    pub pass: u32,
    /// Why, line by line.
    pub reasons: Vec<Reason>,
}

/// Why, or why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// In one word.
    pub verdict: Verdict,
    /// The revision that was asked.
    pub revision: i64,
    /// The line that decided against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_false: Option<Reason>,
    /// The conditions in each pass that asked them.
    pub evaluations: Vec<Evaluation>,
    /// Why its actions were undone though it fired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The guard that ended the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<ChainEnd>,
}

/// Explains one trigger for one change.
pub fn explain(change: &Change, asked: Asked<'_>) -> Explanation {
    let fired = change.firings.iter().find(|firing| firing.trigger == asked.trigger);
    if let Some(firing) = fired {
        return Explanation {
            verdict: Verdict::Fired,
            revision: firing.revision,
            first_false: None,
            evaluations: vec![Evaluation { pass: firing.pass, reasons: firing.reasons.clone() }],
            fault: firing.fault.clone(),
            ended: change.ended,
        };
    }
    let mut verdict = Verdict::Disabled;
    let mut evaluations = Vec::new();
    for pass in passes(change, &asked) {
        let (found, reasons) = evaluate(change, &asked, pass);
        // The first pass saw what the save did, so it is the most telling; a guard is the last word.
        verdict = if evaluations.is_empty() || found == Verdict::EndedByGuard { found } else { verdict };
        evaluations.push(Evaluation { pass, reasons });
    }
    if verdict == Verdict::EndedByGuard {
        verdict = kept_from(change, &asked);
    }
    if !asked.enabled {
        verdict = Verdict::Disabled;
    }
    let first_false = match verdict {
        Verdict::ConditionFalse | Verdict::NoneOfAny => {
            let first = evaluations.first();
            first.and_then(|evaluation| line_against(asked.conditions, "", &evaluation.reasons)).cloned()
        }
        Verdict::NoFiringCondition => evaluations.first().and_then(|evaluation| {
            let mut reasons = evaluation.reasons.iter();
            reasons.find(|reason| reason.condition.operator.is_firing() && !reason.held).cloned()
        }),
        _ => None,
    };
    Explanation {
        verdict,
        revision: asked.revision,
        first_false,
        evaluations,
        fault: None,
        ended: change.ended,
    }
}

/// Whether these conditions would have fired for a change had a trigger with them stood at this place in the order, and
/// why. What the triggers really did is kept, but nothing that a trigger of its own id did.
pub fn dry_run(change: &Change, position: i64, conditions: &Conditions) -> Explanation {
    // No trigger has this id, and none stands before it at its position.
    let asked =
        Asked { trigger: TriggerId(0), revision: 0, position, enabled: true, conditions, managed_by: None };
    let found = explain(change, asked);
    match found.verdict {
        // It held and it fires: nothing but having been there kept it from being asked.
        Verdict::EndedByGuard | Verdict::CameIn | Verdict::NotLinked => {
            Explanation { verdict: Verdict::Fired, ended: None, ..found }
        }
        _ => Explanation { ended: None, ..found },
    }
}

/// What kept a trigger from being asked that would have fired: a guard, or what an integration lets cross. One whose
/// integration is gone is known by this, that no guard ended the run.
fn kept_from(change: &Change, asked: &Asked<'_>) -> Verdict {
    let created = |(_, line): (String, &Condition)| line.operator == Operator::Created;
    let watches_creation = || asked.conditions.leaves().into_iter().any(created);
    let is_new = || change.happenings.created && watches_creation();
    match (asked.managed_by, change.cause.integration) {
        (Some(keeper), Some(from)) if keeper == from => Verdict::CameIn,
        (Some(keeper), _) if !is_new() && change.after_save().link(keeper).is_none() => Verdict::NotLinked,
        (None, Some(_)) if change.ended.is_none() => Verdict::CameIn,
        (None, None) if change.ended.is_none() => Verdict::NotLinked,
        _ => Verdict::EndedByGuard,
    }
}

/// The line that keeps a pair of blocks from holding; none when they hold. A false line inside a block that holds all
/// the same decides nothing.
fn line_against<'r>(conditions: &Conditions, prefix: &str, reasons: &'r [Reason]) -> Option<&'r Reason> {
    let against = |block: &str, nodes: &[Node]| -> Vec<Option<&'r Reason>> {
        let of = |(at, node): (usize, &Node)| {
            let path = format!("{prefix}{block}[{at}]");
            match node {
                Node::Leaf(_) => reasons.iter().find(|reason| reason.path == path && !reason.held),
                Node::Block(inner) => line_against(inner, &format!("{path}."), reasons),
            }
        };
        nodes.iter().enumerate().map(of).collect()
    };
    let in_all = against("all", &conditions.all).into_iter().flatten().next();
    in_all
        .or_else(|| against("any", &conditions.any).into_iter().collect::<Option<Vec<_>>>()?.first().copied())
}

/// The passes in which the run asked this trigger: the first, and each after one that changed a field it reads. The
/// one after the last effect counts too, whether or not a guard let it begin.
fn passes(change: &Change, asked: &Asked<'_>) -> Vec<u32> {
    let reads = asked.conditions.reads();
    let mut passes = vec![1];
    let mut state = change.after_save();
    for effect in &change.effects {
        let before = state.clone();
        effect.delta.apply(&mut state);
        let next = effect.pass + 1;
        if passes.last() != Some(&next) && reads.iter().any(|field| !field.same(&before, &state)) {
            passes.push(next);
        }
    }
    passes
}

fn evaluate(change: &Change, asked: &Asked<'_>, pass: u32) -> (Verdict, Vec<Reason>) {
    let state = change.state_at(pass, asked.position, asked.trigger);
    let before = Facts::new(change.before());
    let event = Event { before: &before, after: Facts::new(Some(&state)), happenings: &change.happenings };
    let tree = Tree::new(asked.conditions);
    let reasons = reasons(asked.conditions, &event);
    let all_holds = match &tree {
        Tree::Block { all, .. } => all.iter().all(|node| node.holds(&event)),
        Tree::Leaf(_) => true,
    };
    let verdict = match (tree.holds(&event), tree.fires(&event)) {
        // It would have fired: only a guard can have kept it from being asked.
        (true, true) => Verdict::EndedByGuard,
        (true, false) => Verdict::NoFiringCondition,
        (false, _) if all_holds => Verdict::NoneOfAny,
        (false, _) => Verdict::ConditionFalse,
    };
    (verdict, reasons)
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
