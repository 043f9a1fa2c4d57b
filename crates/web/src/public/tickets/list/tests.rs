//! What a filter becomes: bounds that hold every ticket of the filter, and the index that leads to them.

use super::bounds::Bounds;
use super::plan::{Frame, Plan, plan};
use super::{Options, SHAPE};
use crate::public::odata::Texts;
use engine::Caller;
use model::access_profile::Grant;
use model::cause::{Actor, Via};
use model::ids::DomainId;
use model::person::{PersonRef, PersonType, ProfileType};
use store::ticket_search::{By, Source, Span, StatusPair};

const NEW_YEAR: i64 = 1_767_225_600_000;

fn options(filter: &str, order: &str) -> Options {
    let some = |text: &str| Some(text.to_owned());
    let texts = Texts { filter: some(filter), order_by: some(order), ..Texts::default() };
    Options::read(&texts, &SHAPE).unwrap_or_else(|failure| panic!("{filter}: {}", failure.detail))
}

fn bounds(filter: &str) -> Bounds {
    options(filter, "").filter.as_ref().map_or_else(|| Bounds::all(true), Bounds::of)
}

fn caller(grants: &[Grant], profile_type: ProfileType) -> Caller {
    let person = PersonRef {
        id: "Ana".into(),
        person_type: PersonType::Person,
        profile_type,
        business_name: "Ana".into(),
        email: String::new(),
        phone: String::new(),
    };
    Caller {
        domain: DomainId(1),
        actor: Actor { person: Some(person), via: Via::ApiKey, key: None },
        grants: grants.into(),
        teams: vec!["Desk".into()],
        cause: None,
        integration: None,
    }
}

fn known() -> Vec<StatusPair> {
    let pair = |base: &str, status: &str| StatusPair { base: base.into(), status: status.into() };
    vec![
        pair("New", "Novo"),
        pair("Stopped", "Aguardando"),
        pair("Closed", "Fechado"),
        pair("Resolved", "Resolvido"),
    ]
}

fn planned_for(caller: &Caller, filter: &str, order: &str, updated: Span) -> Option<Plan> {
    let frame = Frame { updated, with_deleted: false };
    plan(bounds(filter), &options("", order).order, frame, &known(), caller)
}

fn planned(filter: &str, order: &str) -> Plan {
    let all = caller(&[Grant::AllowReadingAllTickets], ProfileType::Agent);
    planned_for(&all, filter, order, Span::ALL).expect("it is not empty")
}

#[test]
fn dates_become_milliseconds_of_the_right_side() {
    for (filter, min, max) in [
        ("createdDate gt 2026-01-01T00:00:00Z", NEW_YEAR + 1, i64::MAX),
        ("createdDate ge 2026-01-01T00:00:00.0000001Z", NEW_YEAR + 1, i64::MAX),
        ("createdDate ge 2026-01-01", NEW_YEAR, i64::MAX),
        ("createdDate lt 2026-01-01T00:00:00Z", 0, NEW_YEAR - 1),
        ("createdDate lt 2026-01-01T00:00:00.0005Z", 0, NEW_YEAR),
        ("createdDate le '2026-01-01T00:00:00Z'", 0, NEW_YEAR),
        ("2026-01-01T00:00:00Z lt createdDate", NEW_YEAR + 1, i64::MAX),
        ("createdDate eq 2026-01-01T00:00:00Z", NEW_YEAR, NEW_YEAR),
        ("createdDate ge 2026-01-01 and createdDate lt 2026-01-01T01:00:00Z", NEW_YEAR, NEW_YEAR + 3_599_999),
        ("createdDate lt 2025-01-01 or createdDate eq 2026-01-01", 0, NEW_YEAR),
    ] {
        let found = bounds(filter);
        assert_eq!(found.created, Span { min, max }, "{filter}");
        assert_eq!(found.exact, !filter.contains(" or "), "{filter}");
    }
    let resolved = bounds("resolvedIn gt 2026-01-02 and closedIn lt 2026-01-03");
    assert!(
        !resolved.exact
            && resolved.updated.min > NEW_YEAR
            && resolved.created.max < NEW_YEAR + 3 * 86_400_000
    );
}

#[test]
fn what_cannot_be_bounded_is_asked_of_every_ticket() {
    for filter in [
        "createdDate ne 2026-01-01",
        "not (createdDate gt 2026-01-01)",
        "createdDate gt lastUpdate",
        "contains(subject, 'x')",
        "owner/id ne 'ana'",
        "owner/id eq null",
        "owner/id eq '2026-01-01'",
        "clients/all(c: c/id eq '1')",
        "clients/any(c: c/id eq '1' or c/id eq '2')",
        "clients/any()",
        "id gt '5'",
        "id eq '05'",
        "owner/id eq 'ana' or subject eq 'x'",
        "status eq 'Novo' or subject eq 'x'",
    ] {
        assert_eq!(bounds(filter), Bounds::all(false), "{filter}");
    }
}

#[test]
fn what_leads_to_few_tickets_is_found() {
    for (filter, leads, exact) in [
        ("owner/id eq 'ANA'", vec![Source::Owner("ana".into())], true),
        ("ownerTeam eq 'Desk'", vec![Source::Team("desk".into())], true),
        ("createdBy/id eq '1' and type eq 2", vec![Source::Creator("1".into())], false),
        ("clients/any(c: c/id eq 'ACME')", vec![Source::Client("acme".into())], false),
        ("tags/any(t: 'VIP' eq t)", vec![Source::Tag("vip".into())], false),
        (
            "customFieldValues/any(c: c/customFieldId eq 7 and c/value eq 'X')",
            vec![Source::Custom(7, "x".into())],
            false,
        ),
        (
            "customFieldValues/any(c: c/customFieldId eq 7 and c/items/any(i: i/customFieldItem eq 'Sul'))",
            vec![Source::Custom(7, "sul".into())],
            false,
        ),
        (
            "owner/id in ('a', 'b') or clients/any(c: c/id eq 'c')",
            vec![Source::Owner("a".into()), Source::Owner("b".into()), Source::Client("c".into())],
            false,
        ),
    ] {
        let found = bounds(filter);
        assert_eq!((found.leads, found.exact), (Some(leads), exact), "{filter}");
    }
}

#[test]
fn the_index_of_the_fewest_rows_is_taken() {
    let pair =
        |base: &str, status: &str| Source::Status(StatusPair { base: base.into(), status: status.into() });
    for (filter, order, sources, by, exact) in [
        ("", "", vec![Source::All], By::Number, true),
        ("createdDate gt 2026-01-01", "", vec![Source::Created], By::Created, true),
        ("lastUpdate gt 2026-01-01", "", vec![Source::Updated], By::Number, true),
        ("lastUpdate gt 2026-01-01", "lastUpdate desc", vec![Source::Updated], By::Updated, true),
        ("status eq 'novo'", "", vec![pair("New", "Novo")], By::Created, true),
        (
            "status eq 'FECHADO' and createdDate gt 2026-01-01",
            "",
            vec![pair("Closed", "Fechado")],
            By::Created,
            true,
        ),
        ("status eq 'Fechado' and lastUpdate gt 2026-01-01", "", vec![Source::Updated], By::Number, true),
        ("status eq 'Fechado'", "id", vec![Source::All], By::Number, true),
        (
            "baseStatus ne 'Closed' and not (baseStatus in ('Resolved', 'Canceled'))",
            "",
            vec![pair("New", "Novo"), pair("Stopped", "Aguardando")],
            By::Created,
            true,
        ),
        ("status ne 'x'", "", vec![Source::All], By::Number, true),
        ("id gt 5 and id lt 90 and owner/id eq 'a'", "", vec![Source::All], By::Number, false),
        (
            "owner/id eq 'a' and lastUpdate gt 2026-01-01",
            "",
            vec![Source::Owner("a".into())],
            By::Number,
            true,
        ),
        ("", "subject desc", vec![Source::All], By::Number, false),
        ("", "createdDate desc,id desc", vec![Source::All], By::Created, true),
        ("", "createdDate desc,id", vec![Source::All], By::Number, false),
    ] {
        let found = planned(filter, order);
        assert_eq!(
            (found.search.sources, found.order.by, found.exact),
            (sources, by, exact),
            "{filter} {order}"
        );
    }
    let all = caller(&[Grant::AllowReadingAllTickets], ProfileType::Agent);
    for empty in ["status eq 'x'", "id lt 0", "createdDate lt 2025-01-01 and createdDate gt 2026-01-01"] {
        assert_eq!(planned_for(&all, empty, "", Span::ALL), None, "{empty}");
    }
    let past = Span { min: 0, max: NEW_YEAR };
    let found = planned_for(&all, "status eq 'Fechado'", "", past).expect("it is not empty");
    assert_eq!((found.search.updated, found.search.statuses), (past, vec!["Fechado".to_owned()]));
}

#[test]
fn whoever_does_not_see_all_is_led_to_what_they_take_part_in() {
    let own = [Source::Owner("ana".into()), Source::Creator("ana".into()), Source::Client("ana".into())];
    let found = |grants: &[Grant], profile_type| {
        let caller = caller(grants, profile_type);
        planned_for(&caller, "owner/id eq 'eve'", "", Span::ALL).expect("it is not empty")
    };
    let few = found(&[], ProfileType::Client);
    assert_eq!((few.search.sources, few.search.only_public, few.exact), (own.to_vec(), true, false));
    let team = found(&[Grant::AllowReadingTeamTickets], ProfileType::Agent);
    assert_eq!(team.search.sources[0], Source::Team("desk".into()));
    assert_eq!((team.search.sources[1..].to_vec(), team.search.only_public), (own.to_vec(), false));
}
