//! What a button of the builder does to the form: lines come and go, a field gets the operators that fit it. Each answers
//! where the focus goes next.

use super::draft::{Block, Doing, Draft, Line, Row};
use model::field::{Field, FieldKind};
use model::operator::Operator;

/// What was pressed or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Save it.
    Save,
    /// Show it again.
    Show,
    /// Add a line to a block.
    Add(Block),
    /// Remove a line.
    Remove(Block, usize),
    /// The field of a line was chosen.
    Field(Block, usize),
    /// Add an action.
    AddAction,
    /// Remove an action.
    RemoveAction(usize),
    /// Show the body of a ticket.
    Body,
    /// Ask the last changes.
    Changes,
    /// Send a test by the action at this place.
    Send(usize),
    /// Let the webhook at this place call the test receiver.
    Receiver(usize),
}

impl Step {
    /// Reads the value of a button; anything else shows the form again.
    pub(crate) fn parse(text: &str) -> Step {
        let mut parts = text.split(':');
        let (verb, first, second) = (parts.next(), parts.next(), parts.next());
        let block = first.and_then(Block::parse);
        let at = |part: Option<&str>| part.and_then(|part| part.parse::<usize>().ok());
        match (verb, block, at(second), at(first)) {
            (Some("save"), ..) => Step::Save,
            (Some("add"), Some(block), ..) => Step::Add(block),
            (Some("remove"), Some(block), Some(at), _) => Step::Remove(block, at),
            (Some("field"), Some(block), Some(at), _) => Step::Field(block, at),
            (Some("add-action"), ..) => Step::AddAction,
            (Some("remove-action"), _, _, Some(at)) => Step::RemoveAction(at),
            (Some("body"), ..) => Step::Body,
            (Some("changes"), ..) => Step::Changes,
            (Some("send"), _, _, Some(at)) => Step::Send(at),
            (Some("receiver"), _, _, Some(at)) => Step::Receiver(at),
            _ => Step::Show,
        }
    }
}

/// Does a step; answers the id of what should have the focus then.
pub(crate) fn take(draft: &mut Draft, step: Step) -> Option<String> {
    let focus = match step {
        Step::Add(block) => {
            let row = Row { field: "status".into(), ..Row::default() };
            draft.lines_mut(block).push(Line::Row(row));
            Some(format!("{}-{}-field", block.as_str(), draft.lines(block).len() - 1))
        }
        Step::Remove(block, at) => {
            if at < draft.lines(block).len() {
                draft.lines_mut(block).remove(at);
            }
            Some(match (draft.lines(block).len(), at) {
                (0, _) => format!("add-{}", block.as_str()),
                (_, at) => format!("{}-{}-field", block.as_str(), at.saturating_sub(1)),
            })
        }
        Step::Field(block, at) => {
            if let Some(Line::Row(row)) = draft.lines_mut(block).get_mut(at) {
                row.values.clear();
            }
            Some(format!("{}-{at}-field", block.as_str()))
        }
        Step::AddAction => {
            draft.actions.push(Doing { kind: "webhook".into(), members: Vec::new() });
            Some(format!("actions-{}-kind", draft.actions.len() - 1))
        }
        Step::RemoveAction(at) => {
            if at < draft.actions.len() {
                draft.actions.remove(at);
            }
            Some(match draft.actions.len() {
                0 => "add-action".to_owned(),
                _ => format!("actions-{}-kind", at.saturating_sub(1)),
            })
        }
        Step::Receiver(at) => Some(format!("actions-{at}-url")),
        Step::Save | Step::Show | Step::Body | Step::Changes | Step::Send(_) => None,
    };
    settle(draft);
    focus
}

/// Gives each line an operator that fits its field.
fn settle(draft: &mut Draft) {
    for block in Block::BOTH {
        for at in 0..draft.lines(block).len() {
            let Some(Line::Row(row)) = draft.lines(block).get(at) else { continue };
            let field = row.field.parse().unwrap_or(Field::Status);
            if Operator::parse(&row.operator).is_some_and(|operator| operator.fits(field)) {
                continue;
            }
            let operator = first_operator(field, fires_besides(draft, block, at));
            if let Some(Line::Row(row)) = draft.lines_mut(block).get_mut(at) {
                row.field = field.to_string();
                row.operator = operator.word().to_owned();
            }
        }
    }
}

/// Whether another line already looks at the change.
fn fires_besides(draft: &Draft, block: Block, at: usize) -> bool {
    let firing = |row: &Row| Operator::parse(&row.operator).is_some_and(Operator::is_firing);
    Block::BOTH.into_iter().any(|other| {
        draft.lines(other).iter().enumerate().any(|(place, line)| match line {
            Line::Row(row) => (other, place) != (block, at) && firing(row),
            Line::Nested(_) => true,
        })
    })
}

/// The operator that a field begins with: the first that fits; where nothing else looks at the change, one that does.
fn first_operator(field: Field, fires_besides: bool) -> Operator {
    let wanted = match field.kind() {
        FieldKind::Choice if !fires_besides => Operator::ChangedTo,
        FieldKind::Tags if !fires_besides => Operator::TagAdded,
        FieldKind::Happening => Operator::Created,
        _ if !fires_besides => Operator::Changed,
        _ => Operator::Is,
    };
    let fitting = || Operator::ALL.into_iter().filter(|operator| operator.fits(field));
    fitting().find(|operator| *operator == wanted).or_else(|| fitting().next()).unwrap_or(wanted)
}
