//! Whether the value of a custom field is one that the field can have: its kind, its items, its rule, its line.

use crate::classification::{Classification, CustomField, CustomFieldKind};
use crate::fault::Fault;
use crate::text;
use crate::text::same;
use crate::ticket::{CustomFieldItem, CustomFieldValue};
use crate::time::Timestamp;
use crate::wording::Text;

/// Checks the values that are not among those the ticket had; those it had are put into the domain's spelling neither.
/// `path` is the list's name.
pub fn check(
    faults: &mut Vec<Fault>,
    path: &str,
    values: &mut [CustomFieldValue],
    had: &[CustomFieldValue],
    words: &Classification,
) {
    for at in 0..values.len() {
        let (earlier, rest) = values.split_at_mut(at);
        let Some(value) = rest.first_mut().filter(|value| !had.contains(value)) else { continue };
        let place = |member: &str| format!("{path}[{at}].{member}");
        let Some(field) = words.custom_field(value.custom_field_id) else {
            let message = text!("there is no custom field {id} in this domain", id = value.custom_field_id);
            faults.push(Fault::new(place("customFieldId"), message));
            continue;
        };
        let had_field = had.iter().any(|one| one.custom_field_id == field.number);
        if !field.is_active && !had_field {
            let message = text!("the field {number} is out of use", number = field.number);
            faults.push(Fault::new(place("customFieldId"), message));
        }
        check_rule(faults, &place, field, value);
        let key = |one: &CustomFieldValue| (one.custom_field_id, one.custom_field_rule_id, one.line);
        if earlier.iter().any(|other| key(other) == key(value)) {
            faults.push(Fault::new(place("line"), text!("is given twice for this field and rule")));
        }
        check_kind(faults, &place, field, value, words);
    }
}

/// Somebody whom a value names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Where, for faults.
    pub field: String,
    /// The reference code.
    pub id: String,
    /// Whether it has to be a client.
    pub is_client: bool,
}

/// The people that values name which are not among those the ticket had; `path` is the list's name. Whether they exist is
/// known to the database alone.
pub fn named(
    path: &str,
    values: &[CustomFieldValue],
    had: &[CustomFieldValue],
    words: &Classification,
) -> Vec<Named> {
    let mut found = Vec::new();
    for (at, value) in values.iter().enumerate().filter(|(_, value)| !had.contains(value)) {
        let kind = words.custom_field(value.custom_field_id).map(|field| field.kind);
        let is_client = kind == Some(CustomFieldKind::Client);
        if !is_client && kind != Some(CustomFieldKind::Person) {
            continue;
        }
        for (item_at, item) in value.items.iter().enumerate() {
            let (member, id) =
                if is_client { ("clientId", &item.client_id) } else { ("personId", &item.person_id) };
            let field = format!("{path}[{at}].items[{item_at}].{member}");
            found.push(Named { field, id: id.clone(), is_client });
        }
    }
    found
}

fn check_rule(
    faults: &mut Vec<Fault>,
    place: &dyn Fn(&str) -> String,
    field: &CustomField,
    value: &CustomFieldValue,
) {
    let rule = field.rules.iter().find(|rule| rule.number == value.custom_field_rule_id);
    if rule.is_none() && !field.rules.is_empty() {
        let message = text!(
            "the field {number} has no rule {rule}",
            number = field.number,
            rule = value.custom_field_rule_id
        );
        faults.push(Fault::new(place("customFieldRuleId"), message));
    }
    if value.line != 1 && rule.is_some_and(|rule| !rule.several_lines) {
        faults.push(Fault::new(place("line"), text!("must be 1: the rule shows the field once")));
    }
}

fn check_kind(
    faults: &mut Vec<Fault>,
    place: &dyn Fn(&str) -> String,
    field: &CustomField,
    value: &mut CustomFieldValue,
    words: &Classification,
) {
    let kind = field.kind;
    if kind.has_items() {
        if value.value.as_deref().is_some_and(|text| !text.is_empty()) {
            let message = text!("must be null: a field of the kind {kind} holds items", kind = kind.as_str());
            faults.push(Fault::new(place("value"), message));
        }
        if kind == CustomFieldKind::SingleChoice && value.items.len() > 1 {
            faults
                .push(Fault::new(place("items"), text!("must hold one item: the field is a single choice")));
        }
        for (at, item) in value.items.iter_mut().enumerate() {
            check_item(faults, &|member| place(&format!("items[{at}].{member}")), field, item, words);
        }
        return;
    }
    if !value.items.is_empty() {
        let message = text!("must be empty: a field of the kind {kind} holds a text", kind = kind.as_str());
        faults.push(Fault::new(place("items"), message));
    }
    let text = value.value.as_deref().unwrap_or_default();
    if let Some(wanted) = Some(text).filter(|text| !text.is_empty()).and_then(|text| wrong(kind, text)) {
        faults.push(Fault::new(place("value"), wanted));
    }
}

/// What a text of this kind would have to be, when it is not.
fn wrong(kind: CustomFieldKind, text: &str) -> Option<Text> {
    let is_date = || Timestamp::parse(text).is_some() || text.parse::<jiff::civil::Date>().is_ok();
    match kind {
        CustomFieldKind::Number if !is_number(text) => Some(text!("must be a number such as 1.530,75")),
        CustomFieldKind::Date if !is_date() => Some(text!("must be a date such as 2026-03-04T03:00:00.000Z")),
        CustomFieldKind::Time if Timestamp::parse(text).is_none() => {
            Some(text!("must be a time such as 1991-01-01T15:30:00.000Z"))
        }
        CustomFieldKind::Email if !is_email(text) => {
            Some(text!("must be an e-mail address such as ana@example.com"))
        }
        CustomFieldKind::Phone if !is_phone(text) => {
            Some(text!("must be a phone number such as (11) 91234-5678"))
        }
        CustomFieldKind::Url if !is_url(text) => {
            Some(text!("must be an address such as https://example.com/"))
        }
        _ => None,
    }
}

/// Brazilian: points between groups of three, or none at all, a comma before the fraction.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text.split_once(',').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    let grouped = rest.peek().is_some();
    digits(first)
        && digits(fraction)
        && (!grouped || first.len() <= 3)
        && rest.all(|group| digits(group) && group.len() == 3)
}

fn is_email(text: &str) -> bool {
    let blank = text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let parts = text.rsplit_once('@');
    !blank
        && parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.starts_with('.'))
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= 3 && text.chars().all(|letter| letter.is_ascii_digit() || "+-() ./#x".contains(letter))
}

fn is_url(text: &str) -> bool {
    let url = url::Url::parse(text);
    url.is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "ftp") && url.has_host())
}

/// Checks that an item says what its kind needs; a chosen item and a team get the domain's spelling.
fn check_item(
    faults: &mut Vec<Fault>,
    place: &dyn Fn(&str) -> String,
    field: &CustomField,
    item: &mut CustomFieldItem,
    words: &Classification,
) {
    let needed = match field.kind {
        CustomFieldKind::Person => Some(("personId", item.person_id.is_empty())),
        CustomFieldKind::Client => Some(("clientId", item.client_id.is_empty())),
        CustomFieldKind::Team => Some(("team", item.team.is_empty())),
        CustomFieldKind::File => Some(("storageFileGuid", item.storage_file_guid.is_empty())),
        _ => None,
    };
    if let Some((member, true)) = needed {
        faults.push(Fault::new(place(member), text!("is missing")));
    } else if field.kind == CustomFieldKind::Team {
        match words.team(&item.team).map(str::to_owned) {
            Some(known) => item.team = known,
            None => {
                let message = text!("there is no team `{name}` in this domain", name = item.team);
                faults.push(Fault::new(place("team"), message));
            }
        }
    }
    if field.kind.is_choice() {
        let given = item.custom_field_item.trim();
        match field.items.iter().find(|known| same(known.trim(), given)) {
            Some(known) => item.custom_field_item.clone_from(known),
            None => {
                let message = text!("the field {number} has no item `{given}`", number = field.number, given);
                faults.push(Fault::new(place("customFieldItem"), message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{custom_values, plain_value};

    fn words(kind: CustomFieldKind) -> Classification {
        let mut field = CustomField::new(5, "Campo", kind, &[900]);
        field.items = vec!["Norte".into(), "São Paulo".into()];
        field.rules[0].several_lines = false;
        Classification { custom_fields: vec![field], ..Classification::default() }
    }

    fn told(kind: CustomFieldKind, values: &mut [CustomFieldValue]) -> Vec<String> {
        let mut faults = Vec::new();
        check(&mut faults, "customFieldValues", values, &[], &words(kind));
        faults.into_iter().map(|fault| fault.field).collect()
    }

    fn takes(kind: CustomFieldKind, text: &str) -> bool {
        told(kind, &mut [plain_value(5, text)]).is_empty()
    }

    #[test]
    fn texts_are_compared_with_their_kind() {
        use CustomFieldKind::{Date, Email, Number, Phone, Text, Time, Url};
        let good = [
            (Number, &["1.530,75", "0", "-12", "1530,5", "1.000.000"][..]),
            (Date, &["2026-03-04T03:00:00.000Z", "2026-03-04", "2026-03-04T00:00:00"]),
            (Time, &["1991-01-01T15:30:00.000Z"]),
            (Email, &["ana@exemplo.com.br"]),
            (Phone, &["(11) 91234-5678", "+55 11 3000.0000"]),
            (Url, &["https://exemplo.com.br/a?b=c"]),
            (Text, &["qualquer coisa"]),
        ];
        for (kind, texts) in good {
            for text in texts.iter().chain(&[""]) {
                assert!(takes(kind, text), "{kind:?} {text}");
            }
        }
        let bad = [
            (Number, &["1,530.75", "1.53", "1530,", ",5", "12a", "1.5300", "1e3", "1234.567"][..]),
            (Date, &["04/03/2026", "2026-13-01", "ontem"]),
            (Time, &["15:30"]),
            (Email, &["ana", "ana@", "@x.com", "a b@x.com", "ana@local"]),
            (Phone, &["12", "ramal nove"]),
            (Url, &["exemplo.com.br", "javascript:alert(1)", "https://"]),
        ];
        for (kind, texts) in bad {
            for text in texts {
                assert_eq!(
                    told(kind, &mut [plain_value(5, text)]),
                    ["customFieldValues[0].value"],
                    "{kind:?} {text}"
                );
            }
        }
    }

    #[test]
    fn an_item_must_exist_and_gets_the_domains_spelling() {
        let chosen = |text: &str| CustomFieldItem { custom_field_item: text.into(), ..Default::default() };
        let of = |items: Vec<CustomFieldItem>| CustomFieldValue { value: None, items, ..plain_value(5, "") };
        let mut values = [of(vec![chosen("sao paulo "), chosen("norte")])];
        assert_eq!(told(CustomFieldKind::MultiChoice, &mut values), Vec::<String>::new());
        assert_eq!(values[0].items[0].custom_field_item, "São Paulo");
        assert_eq!(told(CustomFieldKind::SingleChoice, &mut values), ["customFieldValues[0].items"]);
        let mut values = [of(vec![chosen("Sul")])];
        let place = "customFieldValues[0].items[0].customFieldItem";
        assert_eq!(told(CustomFieldKind::SingleChoice, &mut values), [place]);
        assert_eq!(told(CustomFieldKind::Person, &mut values), ["customFieldValues[0].items[0].personId"]);
        assert_eq!(told(CustomFieldKind::Text, &mut values), ["customFieldValues[0].items"]);
        assert_eq!(told(CustomFieldKind::Team, &mut [plain_value(5, "x")]), ["customFieldValues[0].value"]);
    }

    #[test]
    fn a_team_must_exist_and_people_are_named_for_whoever_knows_them() {
        use CustomFieldKind::{Client, Person, Team, Text};
        let of = |team: &str, person: &str, client: &str| {
            let (team, person_id, client_id) = (team.into(), person.into(), client.into());
            let item = CustomFieldItem { team, person_id, client_id, ..Default::default() };
            CustomFieldValue { value: None, items: vec![item], ..plain_value(5, "") }
        };
        let with_team = Classification { teams: vec!["Nível 3".into()], ..words(Team) };
        let mut faults = Vec::new();
        let mut values = [of("nivel 3", "", "")];
        check(&mut faults, "x", &mut values, &[], &with_team);
        assert_eq!((faults.len(), values[0].items[0].team.as_str()), (0, "Nível 3"));
        assert_eq!(told(Team, &mut values), ["customFieldValues[0].items[0].team"]);
        let asked = |kind: CustomFieldKind, had: &[CustomFieldValue]| -> Vec<_> {
            let found = named("x", &[of("", "ana", "acme")], had, &words(kind));
            found.into_iter().map(|named| (named.field, named.id, named.is_client)).collect()
        };
        assert_eq!(asked(Person, &[]), [("x[0].items[0].personId".into(), "ana".into(), false)]);
        assert_eq!(asked(Client, &[]), [("x[0].items[0].clientId".into(), "acme".into(), true)]);
        assert!(asked(Text, &[]).is_empty());
        assert!(asked(Person, &[of("", "ana", "acme")]).is_empty(), "the ticket had it");
    }

    #[test]
    fn field_rule_and_line_must_belong_together() {
        let value = |id: i64, rule: i64, line: i64| CustomFieldValue {
            custom_field_rule_id: rule,
            line,
            ..plain_value(id, "x")
        };
        let mut values =
            [value(5, 900, 1), value(5, 901, 1), value(5, 900, 2), value(6, 900, 1), value(5, 900, 1)];
        let wanted = ["[1].customFieldRuleId", "[2].line", "[3].customFieldId", "[4].line"];
        let wanted: Vec<_> = wanted.iter().map(|place| format!("customFieldValues{place}")).collect();
        assert_eq!(told(CustomFieldKind::Text, &mut values), wanted);
    }

    #[test]
    fn a_ticket_keeps_the_values_it_has() {
        let mut values = custom_values();
        let (had, mut faults) = (values.clone(), Vec::new());
        check(&mut faults, "x", &mut values, &had, &Classification::default());
        assert!(faults.is_empty(), "{faults:?}");
        let mut out_of_use = words(CustomFieldKind::Text);
        out_of_use.custom_fields[0].is_active = false;
        let mut another = [plain_value(5, "another")];
        check(&mut faults, "x", &mut another, &[plain_value(5, "one")], &out_of_use);
        assert!(faults.is_empty(), "a value it has may change: {faults:?}");
        check(&mut faults, "x", &mut another, &[], &out_of_use);
        assert_eq!(faults.len(), 1, "a new one is refused");
    }
}
