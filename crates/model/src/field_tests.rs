//! Tests of `field`: names, what each field reads, and what counts as the same.

use super::*;
use crate::samples::random::{self, cases};
use crate::samples::{bare_ticket, client, plain_value, rich_ticket};
use crate::ticket::CustomFieldItem;
use proptest::prelude::*;

fn all_fields() -> impl Iterator<Item = Field> {
    Field::FIXED.into_iter().chain([77, 78, 79].map(Field::CustomField))
}

#[test]
fn names_read_back_and_foreign_ones_are_refused() {
    for field in all_fields() {
        assert_eq!(field.to_string().parse(), Ok(field));
        let text = serde_json::to_string(&field).unwrap();
        assert_eq!(serde_json::from_str::<Field>(&text).unwrap(), field);
    }
    assert_eq!("custom_field:77".parse(), Ok(Field::CustomField(77)));
    for text in ["", "Status", "custom_field", "custom_field:", "custom_field:1.5", "mood"] {
        assert!(text.parse::<Field>().is_err(), "{text}");
    }
}

#[test]
fn a_rich_ticket_is_read_in_every_field() {
    let ticket = rich_ticket();
    let read = |field: Field| field.read(&ticket);
    assert_eq!(read(Field::Ticket), [""; 0]);
    assert_eq!(read(Field::Status), ["Em atendimento"]);
    assert_eq!(read(Field::BaseStatus), ["InAttendance"]);
    assert_eq!(read(Field::Urgency), ["Média"]);
    assert_eq!(read(Field::Category), ["Falha"]);
    assert_eq!(read(Field::Service), ["TI > Redes > Conexão", "Conexão"]);
    assert_eq!(read(Field::Owner), ["ana"]);
    assert_eq!(read(Field::Team), ["Nível 3"]);
    assert_eq!(read(Field::Type), ["public"]);
    assert_eq!(read(Field::Origin), ["9"]);
    assert_eq!(read(Field::Tags), ["rede", "Atenção"]);
    assert_eq!(read(Field::Client), ["613348413", "bia"]);
    assert_eq!(read(Field::CustomField(77)), ["Nordeste", "São Paulo "]);
    assert_eq!(read(Field::CustomField(78)), ["1.530,75"]);
    assert_eq!(read(Field::CustomField(79)), ["mapa.pdf"]);
}

#[test]
fn what_is_missing_reads_as_nothing() {
    let ticket = bare_ticket();
    let set: Vec<_> = all_fields().filter(|field| !field.read(&ticket).is_empty()).collect();
    assert_eq!(set, [Field::Status, Field::BaseStatus, Field::Type, Field::Origin]);
}

#[test]
fn every_part_of_a_custom_item_is_read_and_empty_ones_are_not() {
    let item = |part: &str| CustomFieldItem { team: part.into(), ..CustomFieldItem::default() };
    let person =
        CustomFieldItem { person_id: "ana".into(), client_id: "c1".into(), ..CustomFieldItem::default() };
    let mut line = plain_value(77, "");
    line.items = vec![item(""), item("Suporte"), person];
    let ticket = Ticket { custom_fields: vec![plain_value(78, "x"), line], ..bare_ticket() };
    assert_eq!(Field::CustomField(77).read(&ticket), ["Suporte", "ana", "c1"]);
}

#[test]
fn a_person_renamed_is_the_same_person() {
    let renamed = |id: &str| crate::person::PersonRef {
        business_name: "Outro".into(),
        ..crate::samples::person(id, client().profile_type)
    };
    let left = Ticket { owner: Some(client()), clients: vec![client()], ..bare_ticket() };
    let right =
        Ticket { owner: Some(renamed("613348413")), clients: vec![renamed("613348413")], ..bare_ticket() };
    assert!(Field::Owner.same(&left, &right) && Field::Client.same(&left, &right));
    let other = Ticket { owner: Some(renamed("x")), clients: vec![renamed("x")], ..bare_ticket() };
    assert!(!Field::Owner.same(&left, &other) && !Field::Client.same(&left, &other));
}

#[test]
fn one_custom_field_changes_without_the_others() {
    let left = rich_ticket();
    let mut right = rich_ticket();
    right.custom_fields[1].value = Some("2".into());
    let changed: Vec<_> = all_fields().filter(|field| !field.same(&left, &right)).collect();
    assert_eq!(changed, [Field::CustomField(78)]);
    right.custom_fields.remove(1);
    right.custom_fields.swap(0, 1);
    let changed: Vec<_> = all_fields().filter(|field| !field.same(&left, &right)).collect();
    assert_eq!(changed, [Field::CustomField(78)]);
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn fields_that_are_the_same_read_the_same(left in random::ticket(), right in random::ticket()) {
        for field in all_fields() {
            prop_assert!(!field.same(&left, &right) || field.read(&left) == field.read(&right), "{}", field);
            prop_assert!(field.same(&left, &left.clone()));
        }
    }
}
