//! A help desk for each test: a database of its own with two domains, the engine, the router. Every
//! answer is compared with the API's description; every refusal must leave everything as it was.

mod description;
pub(crate) mod pages;
pub(crate) mod receivers;

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use engine::files::Files;
use engine::outbound::Outbound;
use engine::seed::{FirstDomain, Seed, SeedField, first_domain};
use engine::vault::hash_key;
use engine::{Engine, Parts, Random, Settings, SystemClock};
use http::{HeaderMap, Method, Request, StatusCode};
use model::access_profile::AccessProfile;
use model::classification::{Classification, Locale};
use model::delivery::State;
use model::ids::{AccessProfileId, ChangeId, DomainId, KeyId, SessionId};
use model::person::{PersonRef, PersonType, ProfileType};
use model::person_record::Person;
use model::time::{Clock, Timestamp};
use serde_json::{Value, json};
use store::db::{Db, Write};
use store::testing::{Home, Kind};
use tower::ServiceExt;
use web::{App, Inside};

pub(crate) use receivers::Receivers;

/// How the desk's server is reached.
pub(crate) const URL: &str = "https://desk.example";
/// The key of the first domain's administrator.
pub(crate) const KEY: &str = "key-of-the-administrator";
/// The key of an agent, who may write tickets only.
pub(crate) const AGENT: &str = "key-of-the-agent";
/// The key of a client, who may write nothing.
pub(crate) const CLIENT: &str = "key-of-the-client";
/// The key of another domain's administrator.
pub(crate) const STRANGER: &str = "key-of-a-stranger";
/// Bytes that a file may have.
pub(crate) const FILE_MAX: u64 = 1024 * 1024;
/// From which age on a ticket is past.
pub(crate) const PAST_AFTER_MS: i64 = 90 * 24 * 3_600_000;
/// Bytes that a body may have.
pub(crate) const BODY_MAX: usize = 256 * 1024;

/// A form with one file, for [`Desk::call`].
pub(crate) const FORM: &str = "--a-boundary\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n\
    a\r\n--a-boundary--\r\n";

/// Where the sessions that [`Desk::cookie`] begins come from.
const ELSEWHERE: &str = "192.0.2.1";
/// No password has this hash.
const NO_PASSWORD: &str = "none fits";

/// A running help desk.
pub(crate) struct Desk {
    pub(crate) router: axum::Router,
    pub(crate) engine: Engine,
    pub(crate) receivers: Arc<Receivers>,
    db: Db,
    domain: DomainId,
    _home: Home,
}

/// A clock that stands still.
struct Still(Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The paths of the faults.
    pub(crate) fn faults(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().unwrap_or_else(|| panic!("no errors: {self:?}"));
        errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }
}

pub(crate) fn person(id: &str, profile_type: ProfileType, profile: AccessProfileId) -> Person {
    let reference = PersonRef {
        id: id.into(),
        person_type: PersonType::Person,
        profile_type,
        business_name: format!("Person {id}"),
        email: format!("{id}@desk.example"),
        phone: String::new(),
    };
    Person::new(reference, profile)
}

pub(crate) fn api_key(domain: DomainId, id: i64, key: &str, person_id: &str) -> store::keys::ApiKey {
    store::keys::ApiKey {
        domain,
        id: KeyId(id),
        hash: hash_key(key),
        name: key.into(),
        person_id: person_id.into(),
        access_profile: None,
        rotated_from: None,
        created_at: SystemClock.now(),
        last_used_at: None,
        expires_at: None,
    }
}

/// Adds an agent and a client with their keys to the first domain, and a second domain.
async fn add_people(db: &Db, domain: DomainId) {
    let now = SystemClock.now();
    let other = store::domains::Domain {
        id: DomainId(domain.0 + 1),
        name: "other".into(),
        locale: "en".into(),
        config_revision: 1,
        classification: Classification::starting(Locale::En),
        host_names: vec!["other.example".into()],
        suspended: false,
    };
    let mut write = Write::new()
        .step(store::people::insert(domain, &person("ana", ProfileType::Agent, AccessProfile::AGENTS), now))
        .step(store::people::insert(
            domain,
            &person("carl", ProfileType::Client, AccessProfile::CUSTOMERS),
            now,
        ))
        .step(store::keys::insert(&api_key(domain, 1, AGENT, "ana")))
        .step(store::keys::insert(&api_key(domain, 2, CLIENT, "carl")))
        .step(store::domains::insert(&other, now));
    for profile in AccessProfile::defaults() {
        write.push(store::access_profiles::insert(other.id, &profile));
    }
    let administrator = person("1", ProfileType::AgentAndClient, AccessProfile::ADMINISTRATORS);
    write.push(store::people::insert(other.id, &administrator, now));
    write.push(store::keys::insert(&api_key(other.id, 3, STRANGER, "1")));
    db.commit(write).await.unwrap();
}

impl Desk {
    pub(crate) async fn open() -> Desk {
        Desk::with(|_| ()).await
    }

    /// One whose engine has other settings.
    pub(crate) async fn with(set: impl FnOnce(&mut Settings)) -> Desk {
        Desk::make(URL, Arc::new(SystemClock), set, |_| Write::new()).await
    }

    /// A server that others reach under this URL.
    pub(crate) async fn at(url: &str) -> Desk {
        Desk::make(url, Arc::new(SystemClock), |_| (), |_| Write::new()).await
    }

    /// One whose clock stands still, and whose keys may make so many requests in a minute; 0 for any number.
    pub(crate) async fn still(requests_per_minute: u32) -> Desk {
        let set = |settings: &mut Settings| settings.requests_per_minute = requests_per_minute;
        Desk::make(URL, Arc::new(Still(SystemClock.now())), set, |_| Write::new()).await
    }

    /// With something more in the first domain.
    pub(crate) async fn open_with(more: impl FnOnce(DomainId) -> Write) -> Desk {
        Desk::make(URL, Arc::new(SystemClock), |_| (), more).await
    }

    async fn make(
        url: &str,
        clock: Arc<dyn Clock>,
        set: impl FnOnce(&mut Settings),
        more: impl FnOnce(DomainId) -> Write,
    ) -> Desk {
        let home = Home::make(Kind::chosen()).await;
        let db = Db::open(home.settings()).await.unwrap();
        let random = Arc::new(Random::from_seed(1));
        let custom = |id: i64, name: &str, items: &[&str]| SeedField {
            id,
            name: name.into(),
            rules: vec![900],
            kind: None,
            items: items.iter().map(ToString::to_string).collect(),
        };
        let seed = Seed {
            categories: vec!["Question".into(), "Fault".into()],
            teams: vec!["Desk".into(), "Field".into()],
            services: vec!["IT > Network > Link".into()],
            custom_fields: vec![custom(77, "Region", &["South "]), custom(78, "Contract", &[])],
            ..Seed::default()
        };
        let first = FirstDomain {
            name: "main".into(),
            locale: Locale::En,
            key: Some(KEY.into()),
            host_names: vec!["desk.example".into()],
            login: None,
            seed,
        };
        first_domain(&db, &SystemClock, &random, &first).await.unwrap();
        let domain = store::domains::all(&db.reader()).await.unwrap()[0].id;
        add_people(&db, domain).await;
        db.commit(more(domain)).await.unwrap();
        let receivers = Arc::new(Receivers::default());
        let mut settings = Settings::default();
        (settings.retry.retries, settings.retry.retry_every_ms) = (1, 20);
        set(&mut settings);
        let kept = db.clone();
        let inside = Inside::new(url, Arc::new(receivers::Line(Arc::clone(&receivers))));
        let parts = Parts {
            db,
            outbound: Arc::clone(&inside) as Arc<dyn Outbound>,
            files: Files::in_directory(&home.directory().join("files"), FILE_MAX).unwrap(),
            clock,
            random,
            settings,
        };
        let engine = Engine::start(parts).await.unwrap();
        let router = web::router(App {
            engine: engine.clone(),
            public_url: url.into(),
            body_bytes_max: BODY_MAX,
            trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
            past_after_ms: PAST_AFTER_MS,
        });
        inside.open(router.clone());
        Desk { router, engine, receivers, db: kept, domain, _home: home }
    }

    /// The cookie of a session of the person who has this key.
    pub(crate) async fn cookie(&self, key: &str) -> String {
        let person_id = match key {
            AGENT => "ana",
            CLIENT => "carl",
            KEY | STRANGER => "1",
            nobody => return format!("__Host-gatilho_session={nobody}"),
        };
        let domain = if key == STRANGER { DomainId(self.domain.0 + 1) } else { self.domain };
        let (token, now) = (format!("{domain}.{key}"), self.engine.now());
        let session = store::sessions::Session {
            domain,
            id: SessionId(now.0),
            person_id: person_id.into(),
            created_at: now,
            seen_at: now,
            ends_at: now.plus_ms(3_600_000),
            user_agent: "a browser".into(),
            source: ELSEWHERE.into(),
        };
        let password_hash = NO_PASSWORD.to_owned();
        let login = store::logins::Login {
            person_id: person_id.into(),
            password_hash,
            must_change: false,
            changed_at: now,
        };
        let write = Write::new()
            .step(store::logins::save(domain, &login))
            .step(store::sessions::insert(&session, &hash_key(&token)));
        // It was begun before.
        let _ = self.db.commit(write).await;
        format!("__Host-gatilho_session={token}")
    }

    /// Sends a request as it is and compares the answer with the description.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        };
        description::check(&method, &path, &answer);
        answer
    }

    /// A request to the native API. A body that is a mere text is sent as it is, as a form.
    pub(crate) async fn call(&self, method: &str, uri: &str, key: &str, body: Option<&Value>) -> Answer {
        let request =
            Request::builder().method(method).uri(uri).header("authorization", format!("Bearer {key}"));
        self.send(with_body(request, body)).await
    }

    /// An answer of the native API that must be this status.
    pub(crate) async fn ok(&self, method: &str, uri: &str, body: Option<&Value>, status: u16) -> Answer {
        let answer = self.call(method, uri, KEY, body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {uri}: {}", answer.text);
        answer
    }

    /// What the native API answers to a GET.
    pub(crate) async fn get(&self, uri: &str) -> Value {
        self.ok("GET", uri, None, 200).await.json()
    }

    /// A request to the public API. `uri` has no token yet.
    pub(crate) async fn public(&self, method: &str, uri: &str, body: &str) -> Answer {
        let token = if uri.contains('?') { format!("&token={KEY}") } else { format!("?token={KEY}") };
        let request = Request::builder().method(method).uri(format!("/public/v1{uri}{token}"));
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Like [`Desk::call`]; it must be refused with this status, and nothing may be stored.
    pub(crate) async fn refused(
        &self,
        method: &str,
        uri: &str,
        key: &str,
        body: Option<&Value>,
        status: u16,
    ) -> Answer {
        let before = self.everything().await;
        let answer = self.call(method, uri, key, body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {uri}: {}", answer.text);
        assert_eq!(before, self.everything().await, "{method} {uri} stored something");
        answer
    }

    /// Like [`Desk::public`]; it must be refused with this status, and nothing may be stored.
    pub(crate) async fn public_refused(&self, method: &str, uri: &str, body: &str, status: u16) -> Answer {
        let before = self.everything().await;
        let answer = self.public(method, uri, body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {uri}: {}", answer.text);
        assert!(!answer.json()["message"].as_str().unwrap().is_empty());
        assert_eq!(before, self.everything().await, "{method} {uri} stored something");
        answer
    }

    /// All that a refused request could have changed, in all domains.
    pub(crate) async fn everything(&self) -> String {
        let reader = self.engine.reader();
        let mut all = format!("{:?}", store::endpoints::all(&reader).await.unwrap());
        for domain in store::domains::all(&reader).await.unwrap() {
            all.push_str(&format!("{domain:?}"));
            let id = domain.id;
            for key in store::keys::page(&reader, id, KeyId(0), 100).await.unwrap() {
                // The last use is no change.
                all.push_str(&format!("{:?} {:?} {:?}", key.id, key.name, key.expires_at));
            }
            for person in ["1", "ana", "carl"] {
                // Sessions that `cookie` began are no change.
                let login = store::logins::find(&reader, id, person).await.unwrap();
                all.push_str(&format!("{:?}", login.filter(|login| login.password_hash != NO_PASSWORD)));
                all.push_str(&format!("{:?}", store::logins::names(&reader, id, person).await.unwrap()));
                let (always, first) = ((Timestamp(0), Timestamp(-1)), SessionId(0));
                let sessions = store::sessions::page(&reader, id, person, first, always, 100).await.unwrap();
                let sessions = sessions.iter().filter(|session| session.source != ELSEWHERE);
                all.push_str(&format!("{:?}", sessions.map(|session| session.id).collect::<Vec<_>>()));
            }
            all.push_str(&format!("{:?}", store::triggers::all(&reader, id).await.unwrap()));
            all.push_str(&format!("{:?}", store::integrations::all(&reader).await.unwrap()));
            all.push_str(&format!("{:?}", store::people::page(&reader, id, "", 100).await.unwrap()));
            all.push_str(&format!("{:?}", store::access_profiles::all(&reader, id).await.unwrap()));
            all.push_str(&format!("{:?}", store::teams::all(&reader, id).await.unwrap()));
            all.push_str(&format!(
                "{:?}",
                store::changes::newest(&reader, id, ChangeId(i64::MAX), 100).await.unwrap()
            ));
            all.push_str(&format!("{:?}", store::notices::page(&reader, id, "1", None, 100).await.unwrap()));
            let log = store::log::page(&reader, id, &Default::default(), None, 100).await.unwrap();
            let rows: Vec<_> =
                log.iter().map(|row| (row.id, row.round, row.state == State::Cancelled)).collect();
            all.push_str(&format!("{rows:?}"));
        }
        all
    }

    /// Opens a ticket and answers its number.
    pub(crate) async fn ticket(&self) -> i64 {
        let body = json!({
            "type": 2,
            "subject": "The printer prints nothing",
            "createdBy": { "id": "1" },
            "clients": [{ "id": "carl" }],
            "actions": [{ "type": 2, "description": "It was switched off and on." }],
        });
        let answer = self.public("POST", "/tickets", &body.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["id"].as_i64().unwrap()
    }

    /// Makes a trigger that tells a URL of resolved tickets, and answers its id.
    pub(crate) async fn trigger(&self, url: &str) -> String {
        let body = json!({
            "name": "status",
            "conditions": { "all": [{ "field": "status", "operator": "changed_to", "value": "Resolved" }] },
            "actions": [{ "kind": "webhook", "url": url }],
        });
        let answer = self.ok("POST", "/api/v1/triggers", Some(&body), 201).await;
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Puts a ticket into a status.
    pub(crate) async fn set_status(&self, ticket: i64, status: &str) {
        let body = json!({ "status": status }).to_string();
        let answer = self.public("PATCH", &format!("/tickets?id={ticket}"), &body).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
    }

    /// Waits until the GET answers what it must become.
    pub(crate) async fn until(&self, uri: &str, ready: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..2_000 {
            let json = self.get(uri).await;
            if ready(&json) {
                return json;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{uri} stays {:#}", self.get(uri).await);
    }

    /// One delivery that a receiver of this status got, closed; answers its id.
    pub(crate) async fn delivery(&self, url: &str, status: u16) -> String {
        self.receivers.answer(url, status);
        self.trigger(url).await;
        let ticket = self.ticket().await;
        self.set_status(ticket, "Resolved").await;
        let closed = |json: &Value| {
            let status = json["items"][0]["status"].as_str().unwrap_or_default();
            matches!(status, "delivered" | "failed")
        };
        let log = self.until(&format!("/api/v1/deliveries?ticket={ticket}&url={url}"), closed).await;
        log["items"][0]["id"].as_str().unwrap().to_owned()
    }
}

/// The request with this body: a text is a form, anything else JSON.
pub(crate) fn with_body(request: http::request::Builder, body: Option<&Value>) -> Request<Body> {
    let (content_type, body) = match body {
        Some(Value::String(form)) if form.starts_with("--") => {
            ("multipart/form-data; boundary=a-boundary", Body::from(form.clone()))
        }
        Some(json) => ("application/json", Body::from(json.to_string())),
        None => return request.body(Body::empty()).unwrap(),
    };
    request.header("content-type", content_type).body(body).unwrap()
}

/// The method as the description writes it.
fn lower(method: &Method) -> String {
    method.as_str().to_ascii_lowercase()
}
