//! The builder as the template shows it: every control with its choices, what is chosen, and the faults beside it.

use super::draft::{Block, Doing, Draft, Line, Row};
use super::faults::Faults;
use super::sentence::Teller;
use super::tried::Tried;
use crate::api::definitions::form::{ActionForm, FieldForm, MemberForm, ValueForm};
use crate::mask::mask_url;
use model::field::FieldKind;
use model::operator::{Arity, Operator};

/// A choice of a list.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// What the form sends.
    pub(crate) value: String,
    /// What people read.
    pub(crate) label: String,
    /// Whether it is chosen.
    pub(crate) chosen: bool,
}

/// How a value is given.
#[derive(Debug)]
pub(crate) enum Control {
    /// Not at all.
    Nothing,
    /// One of a list; an optional one may be left out.
    One(Vec<Choice>),
    /// Some of a list.
    Some(Vec<Choice>),
    /// A text.
    Text(String),
    /// A person's reference code, with the name of the one that is given.
    Person(String, String),
    /// Texts, one a line.
    Texts(String),
}

/// A line of a block.
#[derive(Debug)]
pub(crate) struct LineView {
    /// What the names of its fields begin with.
    pub(crate) name: String,
    /// What the ids of its controls begin with.
    pub(crate) id: String,
    /// Its number, from 1.
    pub(crate) number: usize,
    /// The value of the button that removes it.
    pub(crate) remove: String,
    /// The value that choosing its field sends.
    pub(crate) choose: String,
    /// A nested pair of blocks: its JSON.
    pub(crate) nested: Option<String>,
    /// The line in words.
    pub(crate) sentence: String,
    /// The fields there are.
    pub(crate) fields: Vec<Choice>,
    /// The operators that fit.
    pub(crate) operators: Vec<Choice>,
    /// How the value is given.
    pub(crate) control: Control,
    /// Whether it may be left out.
    pub(crate) optional: bool,
    /// What is wrong with it.
    pub(crate) fault: Option<String>,
    /// The members that are wrong: `field`, `operator`, `value`.
    pub(crate) bad: Vec<&'static str>,
}

impl LineView {
    /// Whether this member is wrong.
    pub(crate) fn is_bad(&self, member: &str) -> bool {
        self.bad.contains(&member)
    }
}

/// A block.
#[derive(Debug)]
pub(crate) struct BlockView {
    /// `all` or `any`.
    pub(crate) name: &'static str,
    /// What it says.
    pub(crate) legend: String,
    /// When its conditions count.
    pub(crate) help: String,
    /// Its lines.
    pub(crate) lines: Vec<LineView>,
    /// What is wrong with the conditions as a whole.
    pub(crate) fault: Option<String>,
}

/// A member of an action.
#[derive(Debug)]
pub(crate) struct MemberView {
    /// The name of its field.
    pub(crate) name: String,
    /// The id of its control.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) label: String,
    /// Its choices; none for a text.
    pub(crate) choices: Option<Vec<Choice>>,
    /// What is given.
    pub(crate) value: String,
    /// Whether it is an address.
    pub(crate) is_url: bool,
    /// Characters at most.
    pub(crate) length_max: usize,
    /// What is wrong with it.
    pub(crate) fault: Option<String>,
}

/// An action.
#[derive(Debug)]
pub(crate) struct ActionView {
    /// What the names of its fields begin with.
    pub(crate) name: String,
    /// What the ids of its controls begin with.
    pub(crate) id: String,
    /// Its place, from 0.
    pub(crate) at: usize,
    /// The kinds there are.
    pub(crate) kinds: Vec<Choice>,
    /// What it needs.
    pub(crate) members: Vec<MemberView>,
    /// What it may be given besides.
    pub(crate) more: Vec<MemberView>,
    /// Whether it sends something, and to which address, without its secrets.
    pub(crate) sends_to: Option<String>,
    /// What is wrong with it as a whole.
    pub(crate) fault: Option<String>,
}

/// The whole builder.
pub(crate) struct Builder {
    /// Where the form goes.
    pub(crate) address: String,
    /// What was typed.
    pub(crate) draft: Draft,
    /// ALL and ANY.
    pub(crate) blocks: Vec<BlockView>,
    /// What it does.
    pub(crate) actions: Vec<ActionView>,
    /// What it does, in words.
    pub(crate) sentence: String,
    /// Faults, each where it stands.
    pub(crate) faults: Faults,
    /// What the guard of the way out says to the saved URLs.
    pub(crate) warnings: Vec<String>,
    /// People to choose from, by reference code; none when no line asks for one.
    pub(crate) people: Vec<(String, String)>,
    /// What trying it has shown.
    pub(crate) tried: Tried,
    /// What has the focus next.
    pub(crate) focus: Option<String>,
}

impl Builder {
    /// Whether this has the focus next.
    pub(crate) fn focused(&self, id: &str) -> bool {
        self.focus.as_deref() == Some(id)
    }

    /// The webhooks among the actions: place, address without its secrets.
    pub(crate) fn webhooks(&self) -> Vec<(usize, String)> {
        let sends = |action: &ActionView| Some((action.at, action.sends_to.clone()?));
        self.actions.iter().filter_map(sends).collect()
    }
}

/// Whether a field's values are people.
pub(crate) fn names_people(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Person | FieldKind::People)
}

/// A block with its lines.
pub(crate) fn block_view(teller: &Teller<'_>, draft: &Draft, faults: &Faults, block: Block) -> BlockView {
    let (t, name) = (teller.t, block.as_str());
    let (legend, help) = match block {
        Block::All => (t.say("block-all"), t.say("block-all-help")),
        Block::Any => (t.say("block-any"), t.say("block-any-help")),
    };
    let lines = draft.lines(block).iter().enumerate();
    BlockView {
        name,
        legend,
        help,
        lines: lines.map(|(at, line)| line_view(teller, faults, name, at, line)).collect(),
        fault: faults.at("conditions").filter(|_| block == Block::All),
    }
}

fn line_view(teller: &Teller<'_>, faults: &Faults, block: &str, at: usize, line: &Line) -> LineView {
    let path = format!("conditions.{block}[{at}]");
    let is_bad = |member: &&str| faults.under(&format!("{path}.{member}")).is_some();
    let mut view = LineView {
        name: format!("{block}.{at}"),
        id: format!("{block}-{at}"),
        number: at + 1,
        remove: format!("remove:{block}:{at}"),
        choose: format!("field:{block}:{at}"),
        nested: None,
        sentence: teller.line(line),
        fields: Vec::new(),
        operators: Vec::new(),
        control: Control::Nothing,
        optional: false,
        fault: faults.under(&path),
        bad: ["field", "operator", "value"].into_iter().filter(is_bad).collect(),
    };
    match line {
        Line::Nested(text) => view.nested = Some(text.clone()),
        Line::Row(row) => {
            let defined = teller.definitions.fields.iter().find(|field| field.name == row.field);
            view.fields = fields(teller, row);
            view.operators = operators(teller, defined, row);
            (view.control, view.optional) = control(teller, defined, row);
        }
    }
    view
}

fn fields(teller: &Teller<'_>, row: &Row) -> Vec<Choice> {
    let choice = |field: &FieldForm| Choice {
        value: field.name.clone(),
        label: field.label.text(teller.t.locale()).to_owned(),
        chosen: field.name == row.field,
    };
    with_unknown(teller.definitions.fields.iter().map(choice).collect(), &row.field)
}

fn operators(teller: &Teller<'_>, field: Option<&FieldForm>, row: &Row) -> Vec<Choice> {
    let fits = |name: &str| field.is_none_or(|field| field.operators.contains(&name));
    let fitting = teller.definitions.operators.iter().filter(|operator| fits(operator.name));
    fitting
        .map(|operator| Choice {
            value: operator.name.to_owned(),
            label: operator.label.text(teller.t.locale()).to_owned(),
            chosen: operator.name == row.operator,
        })
        .collect()
}

/// The control for a line's value, and whether it may be left out.
fn control(teller: &Teller<'_>, field: Option<&FieldForm>, row: &Row) -> (Control, bool) {
    let arity = Operator::parse(&row.operator).map_or(Arity::One, Operator::arity);
    let values = field.and_then(|field| field.values.as_ref());
    let first = row.values.first().cloned().unwrap_or_default();
    let control = match (arity, values) {
        (Arity::None, _) => Control::Nothing,
        // A part of a text is searched for in names too.
        (Arity::One, Some(_)) if row.operator == Operator::Contains.word() => Control::Text(first),
        (Arity::Many, Some(values)) => Control::Some(choices(teller, values, &row.values)),
        (Arity::Many, None) => Control::Texts(row.values.join("\n")),
        (Arity::One | Arity::Optional, Some(values)) => {
            Control::One(choices(teller, values, &row.values[..row.values.len().min(1)]))
        }
        (Arity::One | Arity::Optional, None) => match field.is_some_and(|field| names_people(field.kind)) {
            true => {
                let name = teller.people.get(&first).cloned().unwrap_or_default();
                Control::Person(first, name)
            }
            false => Control::Text(first),
        },
    };
    (control, arity == Arity::Optional)
}

fn choices(teller: &Teller<'_>, values: &[ValueForm], chosen: &[String]) -> Vec<Choice> {
    let choice = |value: &ValueForm| Choice {
        value: value.value.clone(),
        label: value.label.text(teller.t.locale()).to_owned(),
        chosen: chosen.contains(&value.value),
    };
    let mut all: Vec<Choice> = values.iter().map(choice).collect();
    for value in chosen {
        all = with_unknown(all, value);
    }
    all
}

/// A value that the list does not have is shown all the same: it was there once, or another spelling is.
fn with_unknown(mut choices: Vec<Choice>, value: &str) -> Vec<Choice> {
    if !value.is_empty() && !choices.iter().any(|choice| choice.value == value) {
        choices.push(Choice { value: value.to_owned(), label: value.to_owned(), chosen: true });
    }
    choices
}

/// An action with its members.
pub(crate) fn action_view(teller: &Teller<'_>, faults: &Faults, at: usize, doing: &Doing) -> ActionView {
    let kind = |action: &ActionForm| Choice {
        value: action.kind.to_owned(),
        label: action.label.text(teller.t.locale()).to_owned(),
        chosen: action.kind == doing.kind,
    };
    let defined = teller.definitions.actions.iter().find(|action| action.kind == doing.kind);
    let member = |member: &MemberForm| member_view(teller, faults, at, doing, member);
    let members = || defined.iter().flat_map(|action| &action.members);
    let url = mask_url(doing.member("url"));
    let path = format!("actions[{at}]");
    let own = faults.at(&path).or_else(|| faults.at(&format!("{path}.kind")));
    ActionView {
        name: format!("actions.{at}"),
        id: format!("actions-{at}"),
        at,
        kinds: with_unknown(teller.definitions.actions.iter().map(kind).collect(), &doing.kind),
        members: members().filter(|member| member.required).map(member).collect(),
        more: members().filter(|member| !member.required).map(member).collect(),
        sends_to: (doing.kind == "webhook").then_some(url),
        fault: own,
    }
}

fn member_view(
    teller: &Teller<'_>,
    faults: &Faults,
    at: usize,
    doing: &Doing,
    member: &MemberForm,
) -> MemberView {
    let value = doing.member(member.name);
    let chosen: Vec<String> = Some(value.to_owned()).filter(|value| !value.is_empty()).into_iter().collect();
    MemberView {
        name: format!("actions.{at}.{}", member.name),
        id: format!("actions-{at}-{}", member.name),
        label: member.label.text(teller.t.locale()).to_owned(),
        choices: member.values.as_ref().map(|values| choices(teller, values, &chosen)),
        value: value.to_owned(),
        is_url: member.name == "url",
        length_max: member.length_max,
        fault: faults.at(&format!("actions[{at}].{}", member.name)),
    }
}
