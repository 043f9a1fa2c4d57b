//! Options as real clients write them, and options that are refused. Any text at all is in `tickets::list::hostile`.

use super::expression::{Expression, Literal};
use super::*;
use serde_json::{Value, json};

fn answer() -> Value {
    json!({
        "id": "45127", "type": 2, "subject": "Impressora d'água NÃO liga", "status": "Novo", "isDeleted": false,
        "justification": null, "createdDate": "2025-12-04T00:21:12.5900000", "ownerTeam": "Suporte",
        "owner": { "id": "Ana", "businessName": "Ana Lima", "email": null },
        "tags": ["vip", "Rede"],
        "clients": [{ "id": "1", "organization": null }, { "id": "2", "organization": { "id": "acme" } }],
        "actions": [{ "id": 1, "origin": 9, "createdBy": { "id": "Ana" }, "timeAppointments": [] }],
        "customFieldValues": [
            { "customFieldId": 12345, "value": "X", "items": [] },
            { "customFieldId": 77, "value": null, "items": [{ "customFieldItem": "Sul" }] },
        ],
        "assets": [],
    })
}

fn shape() -> Shape {
    Shape::of("Ticket", answer())
}

fn filtered(filter: &str) -> Result<bool, String> {
    let texts = Texts { filter: Some(filter.into()), ..Texts::default() };
    let options = Options::read(&texts, &shape()).map_err(|failure| failure.detail.to_string())?;
    Ok(options.filter.is_none_or(|filter| holds(&filter, &answer())))
}

fn shown(select: &str, expand: &str) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let texts = Texts { select: some(select), expand: some(expand), ..Texts::default() };
    let options = Options::read(&texts, &shape()).expect("it is read");
    project(answer(), &options.selection)
}

#[test]
fn filters_of_real_clients_hold() {
    for filter in [
        "createdDate gt 2023-01-01T00:00:00.000Z",
        "createdDate ge 2025-12-04T00:21:12.59z and createdDate le 2025-12-03t21:21:12.590-03:00",
        "createdDate lt 2025-12-04T00:21:12.5903668",
        "createdDate gt 2025-12-03 and createdDate lt '2025-12-05'",
        "createdDate eq datetime'2025-12-04T00:21:12.59'",
        "CreatedDate gt '2025-12-04T00:21:12.5899Z'",
        "(status eq 'novo' or status eq 'Fechado') and not (type eq 1)",
        "status NE 'Fechado' AND ownerTeam Eq 'SUPORTE'",
        "owner/id eq 'ana' and owner/email eq null and justification eq null",
        "owner/businessName ne null",
        "id eq 45127 and id eq '45127' and type eq '2' and id gt 9999",
        "isDeleted eq False and not isDeleted",
        "startswith(subject, 'impressora') and endswith(subject,'LIGA') eq true",
        "contains(subject,'d''água') and substringof('não', subject)",
        "tolower(status) eq 'novo' and toupper(status) eq 'NOVO' and length(status) eq 4",
        "year(createdDate) eq 2025 and month(createdDate) eq 12 and day(createdDate) eq 4",
        "clients/any(c: c/id eq '1') and clients/any(c: c/organization/id eq 'ACME')",
        "clients/all(c:c/id ne '3') and tags/any() and not assets/any()",
        "tags/any(t: t eq 'rede') and tags/any(t: startswith(t, 'v'))",
        "customFieldValues/any(c: c/customFieldId eq 12345 and c/value eq 'X')",
        "customFieldValues/any(c: c/customFieldId eq 77 and c/items/any(i: i/customFieldItem eq 'sul'))",
        "status in ('Novo', 'Fechado') and type in (1,2)",
        "actions/any(a: a/createdBy/id eq $it/owner/id)",
        "2 eq type and 'novo' eq status",
    ] {
        assert_eq!(filtered(filter), Ok(true), "{filter}");
    }
}

#[test]
fn what_is_not_so_does_not_hold() {
    for filter in [
        "createdDate gt 2025-12-04T00:21:12.59Z",
        "status eq 'Nov'",
        "justification gt 'a' or justification lt 'z' or justification ge null",
        "owner/email eq 'x' or contains(owner/email, 'x')",
        "subject eq 5 or subject lt 5 or type eq true",
        "clients/any(c: c/id eq '1' and c/organization/id eq 'acme')",
        "assets/any(a: a/id eq 1)",
        "subject",
        "isDeleted",
        "false",
        "year(subject) eq 2025",
    ] {
        assert_eq!(filtered(filter), Ok(false), "{filter}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    for (filter, told) in [
        ("status eq", "$filter: syntax error at position 9: it ends too early"),
        (
            "status eq 'Novo",
            "$filter: syntax error at position 10: the text that begins here has no closing quote",
        ),
        ("status == 'Novo'", "$filter: syntax error at position 7: this is not expected here"),
        ("status eq 'Novo') or (1 eq 1", "$filter: syntax error at position 16: this is not expected here"),
        ("status eq #", "$filter: syntax error at position 10: `#` means nothing here"),
        ("geo.distance(a) eq 1", "$filter: syntax error at position 3: `.` means nothing here"),
        ("explode(status)", "$filter: syntax error at position 0: there is no function `explode`"),
        ("contains(status)", "$filter: syntax error at position 0: `contains` takes 2 values and has 1"),
        (
            "createdDate gt 2023-13-01T00:00:00Z",
            "$filter: syntax error at position 15: `2023-13-01T00:00:00Z` is neither a number nor a date; write texts in 'quotes'",
        ),
        ("colour eq 1", "$filter: Could not find a property named 'colour' on type 'Ticket'"),
        ("owner/colour eq 1", "$filter: Could not find a property named 'colour' on type 'Ticket'"),
        (
            "clients/any(c: c/colour eq 1)",
            "$filter: Could not find a property named 'colour' on type 'Ticket'",
        ),
        ("clients/id eq '1'", "$filter: 'clients' is a list: ask with `any` or `all`"),
        ("clients eq '1'", "$filter: 'clients' is a list: ask with `any` or `all`"),
        ("subject/any(c: c eq 1)", "$filter: 'subject' is not a list"),
        (
            "clients/many(c: c eq 1)",
            "$filter: syntax error at position 8: a list has `any` and `all`, not `many`",
        ),
    ] {
        assert_eq!(filtered(filter), Err(told.to_owned()));
    }
}

#[test]
fn depth_and_size_are_bounded() {
    for filter in [
        format!("{}1 eq 1{}", "(".repeat(33), ")".repeat(33)),
        format!("{}isDeleted", "not ".repeat(100_000 / 4).get(..16_000).unwrap_or_default()),
        format!("{}status{}", "tolower(".repeat(40), ")".repeat(40)),
        vec!["type eq 2"; 400].join(" or "),
        format!("status eq '{}'", "x".repeat(OPTION_MAX)),
        "(".repeat(16_000),
    ] {
        assert!(filtered(&filter).is_err(), "{}", filter.len());
    }
    assert_eq!(filtered(&format!("{}1 eq 1{}", "(".repeat(31), ")".repeat(31))), Ok(true));
    assert_eq!(filtered(&vec!["type eq 2"; 120].join(" and ")), Ok(true));
}

#[test]
fn selections_of_real_clients_are_shown() {
    assert_eq!(
        shown("id, status ,ownerTeam", ""),
        json!({ "id": "45127", "status": "Novo", "ownerTeam": "Suporte" })
    );
    assert_eq!(
        shown("Status,ID", "").to_string(),
        r#"{"id":"45127","status":"Novo"}"#,
        "the answer's own order"
    );
    assert_eq!(shown("owner", "")["owner"]["businessName"], "Ana Lima");
    assert_eq!(shown("id", "owner").as_object().map(serde_json::Map::len), Some(2));
    assert_eq!(shown("id", "owner($select=id)"), json!({ "id": "45127", "owner": { "id": "Ana" } }));
    assert_eq!(shown("owner/id", ""), json!({ "owner": { "id": "Ana" } }));
    let twice = shown("id", "actions($select=id),actions($select=origin)");
    assert_eq!(twice["actions"], json!([{ "id": 1, "origin": 9 }]));
    for expand in [
        "actions($select=id,origin;$expand=createdBy($select=id))",
        "actions($select=id, origin, $expand=createdBy($select=id))",
        "actions($expand=createdBy($select=id),$select=id,origin)",
    ] {
        let found = shown("id", expand);
        assert_eq!(
            found["actions"],
            json!([{ "id": 1, "origin": 9, "createdBy": { "id": "Ana" } }]),
            "{expand}"
        );
    }
    let nested =
        shown("id", "actions($expand=timeAppointments($expand=createdBy)),clients($expand=organization)");
    assert_eq!(nested["clients"], answer()["clients"]);
    assert_eq!(nested["actions"], answer()["actions"]);
    assert_eq!(shown("*", "tags").as_object().map(serde_json::Map::len), Some(9));
    assert_eq!(shown("", "actions"), answer(), "without $select all is there");
}

#[test]
fn names_that_are_not_there_are_refused() {
    let told = |select: Option<&str>, expand: Option<&str>, order: Option<&str>| {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let texts = Texts { select: text(select), expand: text(expand), order_by: text(order), filter: None };
        Options::read(&texts, &shape()).expect_err("refused").detail.to_string()
    };
    let unknown = "Could not find a property named 'colour' on type 'Ticket'";
    assert_eq!(told(Some("id,colour"), None, None), format!("$select: {unknown}"));
    assert_eq!(told(None, Some("colour"), None), format!("$expand: {unknown}"));
    assert_eq!(told(None, Some("owner($select=colour)"), None), format!("$select: {unknown}"));
    assert_eq!(told(None, None, Some("colour desc")), format!("$orderby: {unknown}"));
    assert_eq!(
        told(Some("id status"), None, None),
        "$select: syntax error at position 3: this is not expected here"
    );
    assert!(told(None, Some("owner($top=1)"), None).contains("`$top` is not possible here"));
}

#[test]
fn answers_are_sorted_by_several_members() {
    let one = |id: i64, team: Value| json!({ "id": id, "ownerTeam": team });
    let mut answers = vec![one(10, json!("b")), one(9, json!("A")), one(2, Value::Null), one(1, json!("a"))];
    let texts = Texts { order_by: Some("ownerTeam, id desc".into()), ..Texts::default() };
    let options = Options::read(&texts, &shape()).expect("it is read");
    sort(&mut answers, &options.order);
    let ids: Vec<_> = answers.iter().map(|answer| answer["id"].as_i64().unwrap_or(0)).collect();
    assert_eq!(ids, [2, 9, 1, 10]);
}

#[test]
fn dates_are_read_to_the_last_digit() {
    let base = instant_ns("2025-12-04T00:21:12Z").expect("a date");
    for (text, more) in [
        ("2025-12-04T00:21:12.5Z", 500_000_000),
        ("2025-12-04T00:21:12.123456789123z", 123_456_789),
        ("2025-12-04t00:21:12.5903668", 590_366_800),
        ("2025-12-03T21:21:12.000000001-03:00", 1),
        ("2025-12-04", -1_272_000_000_000),
    ] {
        assert_eq!(instant_ns(text), Some(base + more), "{text}");
    }
    for text in ["", "2025", "2025-12-04T", "2025-12-04T00:21:12.", "2025-1-1", "abcd-ef-gh", "2025-12-04ß"]
    {
        assert_eq!(instant_ns(text), None, "{text}");
    }
    let texts = Texts { filter: Some("createdDate gt 2025-12-04".into()), ..Texts::default() };
    let filter = Options::read(&texts, &shape()).expect("it is read").filter;
    let Some(Expression::Compare(_, _, right)) = filter else { panic!("a comparison") };
    assert!(matches!(*right, Expression::Literal(Literal::Instant(_))));
}
