//! Tests of reading a person: what is taken over, and every fault with its field.

use super::*;
use crate::access_profile::Grant;
use crate::person::PersonRef;
use crate::person_record::RelatedService;
use crate::samples::classification;
use crate::team::Team;

fn directory() -> Directory {
    let team = |id, name: &str, is_active| Team {
        id: TeamId(id),
        name: name.into(),
        is_active,
        former_names: Vec::new(),
    };
    Directory {
        profiles: AccessProfile::defaults(),
        teams: vec![team(1, "Nível 3", true), team(2, "Old", false)],
    }
}

fn ana() -> Person {
    let reference = PersonRef {
        id: "ana".into(),
        person_type: PersonType::Person,
        profile_type: ProfileType::Agent,
        business_name: "Ana".into(),
        email: "ana@example.org".into(),
        phone: String::new(),
    };
    Person::new(reference, AccessProfile::ADMINISTRATORS)
}

fn apply_to(person: &mut Person, input: PersonInput, is_linked_to: bool) -> Vec<String> {
    let (directory, words) = (directory(), classification());
    let known = Known {
        directory: &directory,
        classification: &words,
        person: &|id| match id {
            "acme" | "ana" => Some(PersonType::Company),
            "bob" => Some(PersonType::Person),
            _ => None,
        },
        time_zone: &|zone| (zone == "america/sao_paulo").then(|| "America/Sao_Paulo".into()),
        is_linked_to,
    };
    let faults = apply(person, input, &known);
    faults.into_iter().map(|fault| fault.field).collect()
}

fn link(id: &str) -> Relationship {
    Relationship { id: id.into(), ..Relationship::default() }
}

fn email(address: &str, is_default: bool) -> Email {
    Email { email: address.into(), is_default, ..Email::default() }
}

#[test]
fn what_is_sent_is_taken_over_and_the_rest_stays() {
    let mut person = ana();
    let input = PersonInput {
        profile_type: Some(ProfileType::AgentAndClient),
        texts: TextsInput {
            role: Some("Boss".into()),
            time_zone_id: Some("america/sao_paulo".into()),
            boss_id: Some("bob".into()),
            ..TextsInput::default()
        },
        emails: Some(vec![
            email("a@x.example", false),
            email("b@x.example", true),
            email("c@x.example", true),
        ]),
        teams: Some(vec!["NIVEL 3".into(), "nível 3".into()]),
        relationships: Some(vec![Relationship {
            services: vec![RelatedService { id: 1, name: "x".into() }],
            ..link("acme")
        }]),
        ..PersonInput::default()
    };
    assert_eq!(input.codes().len(), 2);
    assert_eq!(apply_to(&mut person, input, false), [""; 0]);
    assert_eq!(person.reference.email, "b@x.example");
    let defaults: Vec<_> = person.emails.iter().map(|email| email.is_default).collect();
    assert_eq!(defaults, [false, true, false]);
    assert_eq!((person.teams.as_slice(), person.texts.role.as_str()), (&[TeamId(1)][..], "Boss"));
    assert_eq!(person.texts.time_zone_id, "America/Sao_Paulo");
    assert_eq!(person.access_profile, AccessProfile::ADMINISTRATORS);
    assert_eq!(person.reference.business_name, "Ana");
    let emptied = PersonInput {
        emails: Some(Vec::new()),
        texts: TextsInput { role: Some(String::new()), ..TextsInput::default() },
        ..PersonInput::default()
    };
    assert_eq!(apply_to(&mut person, emptied, false), [""; 0]);
    assert_eq!((person.reference.email.as_str(), person.texts.role.as_str()), ("", ""));
}

#[test]
fn a_role_has_a_profile_that_fits_it() {
    let client = |access_profile: Option<&str>| PersonInput {
        profile_type: Some(ProfileType::Client),
        access_profile: access_profile.map(String::from),
        ..PersonInput::default()
    };
    let mut person = ana();
    assert_eq!(apply_to(&mut person, client(None), false), [""; 0]);
    assert_eq!(person.access_profile, AccessProfile::CUSTOMERS);
    assert_eq!(apply_to(&mut ana(), client(Some("")), false), [""; 0]);
    assert_eq!(apply_to(&mut ana(), client(Some("Agents")), false), ["accessProfile"]);
    assert_eq!(apply_to(&mut ana(), client(Some("kings")), false), ["accessProfile"]);
    assert!(directory().grants(AccessProfile::ADMINISTRATORS).contains(&Grant::AllowWritingPeople));
}

#[test]
fn every_fault_is_told_with_its_field() {
    let input = PersonInput {
        person_type: Some(PersonType::Company),
        business_name: Some(" ".into()),
        texts: TextsInput {
            cpf_cnpj: Some("1".repeat(15)),
            time_zone_id: Some("Mars/Base".into()),
            boss_id: Some("acme".into()),
            culture_id: Some("pt_BR".into()),
            user_name: Some("a b".into()),
            ..TextsInput::default()
        },
        addresses: Some(vec![Address { city: "x".repeat(129), ..Address::default() }]),
        contacts: Some(vec![Contact::default()]),
        emails: Some(vec![email("nobody", true), email("a b@x", false), email("@x", false)]),
        teams: Some(vec!["Nobody".into(), "Old".into()]),
        relationships: Some(vec![link("bob"), link("gone"), link("ana"), link("acme"), link("acme")]),
        custom_fields: Some(vec![CustomFieldValue {
            custom_field_id: 5,
            custom_field_rule_id: 1,
            line: 1,
            value: None,
            items: Vec::new(),
        }]),
        ..PersonInput::default()
    };
    assert_eq!(
        apply_to(&mut ana(), input, true),
        [
            "personType",
            "profileType",
            "businessName",
            "cpfCnpj",
            "timeZoneId",
            "bossId",
            "cultureId",
            "userName",
            "addresses[0].city",
            "contacts[0].contact",
            "emails[0].email",
            "emails[1].email",
            "emails[2].email",
            "teams[0]",
            "teams[1]",
            "relationships[0].id",
            "relationships[1].id",
            "relationships[2].id",
            "relationships[4].id",
            "customFieldValues[0].customFieldId",
        ]
    );
    let many = PersonInput { teams: Some(vec!["Nível 3".into(); 101]), ..PersonInput::default() };
    assert_eq!(apply_to(&mut ana(), many, false), ["teams"]);
    assert_eq!(code_faults("a b").len(), 1);
    assert_eq!(code_faults(&"x".repeat(65)).len(), 1);
    assert_eq!(code_faults("").len(), 1);
}

#[test]
fn a_team_that_is_not_in_use_keeps_its_people() {
    let mut person = Person { teams: vec![TeamId(2)], ..ana() };
    let input = PersonInput { teams: Some(vec!["old".into()]), ..PersonInput::default() };
    assert_eq!(apply_to(&mut person, input, false), [""; 0]);
    assert_eq!(person.teams, [TeamId(2)]);
}

#[test]
fn a_password_prints_as_dots() {
    let input = PersonInput { password: Some(Password("hunter2hunter2".into())), ..PersonInput::default() };
    assert!(!format!("{input:?}").contains("hunter2"));
}
