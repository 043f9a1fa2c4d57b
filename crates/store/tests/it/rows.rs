//! Lives here: two domains with an endpoint each, and rows of every table made with few words.
//! Not here: assertions of a single test.

use model::cause::{Actor, Cause, ChainMemory, Via};
use model::change::{Change, Saved};
use model::classification::{BaseStatus, Classification, Locale};
use model::delivery::State;
use model::history::{Entered, HistoryEntry};
use model::ids::{
    AttemptId, ChangeId, DeliveryId, DomainId, EndpointId, IncarnationId, NoticeId, PayloadId, SessionId,
    TriggerId,
};
use model::notice::NoticeKind;
use model::outcome::{Answer, Outcome};
use model::sla::{Stopped, TicketSla};
use model::ticket::Ticket;
use model::ticket_action::{TicketAction, Visibility};
use model::ticket_command::Happenings;
use model::time::Timestamp;
use store::attempts::Place;
use store::db::{CommitError, Db, Done, Query, Reader, Step, Value, Write};
use store::deliveries::{Claim, Held, Moved, NewDelivery};
use store::domains::Domain;
use store::endpoints::EndpointRow;
use store::log::{Filter, LogRow};
use store::sessions::Session;
use store::testing::TestDatabase;

/// When everything begins.
pub(crate) const NOW: Timestamp = Timestamp(1_772_600_767_089);
pub(crate) const DOMAIN: DomainId = DomainId(7);
/// Somebody else.
pub(crate) const OTHER: DomainId = DomainId(8);
pub(crate) const ENDPOINT: EndpointId = EndpointId(70);
/// The other domain's.
pub(crate) const OTHER_ENDPOINT: EndpointId = EndpointId(80);
/// This node.
pub(crate) const NODE: IncarnationId = IncarnationId(1);

/// `NOW`, some milliseconds later or earlier.
pub(crate) fn at(ms: i64) -> Timestamp {
    NOW.plus_ms(ms)
}

/// An id that a node could have made at `at(ms)`.
pub(crate) fn id_of(ms: i64) -> i64 {
    model::ids::first_at(at(ms))
}

pub(crate) fn domain(id: DomainId, name: &str) -> Domain {
    Domain {
        id,
        name: name.into(),
        locale: "en".into(),
        config_revision: 1,
        classification: Classification::starting(Locale::En),
        host_names: vec![format!("{name}.example")],
        suspended: false,
    }
}

/// A session that began now.
pub(crate) fn session(domain: DomainId, id: i64, person_id: &str) -> Session {
    Session {
        domain,
        id: SessionId(id),
        person_id: person_id.into(),
        created_at: NOW,
        seen_at: NOW,
        ends_at: at(1_000),
        user_agent: "a browser".into(),
        source: "192.0.2.1".into(),
    }
}

pub(crate) fn endpoint(domain: DomainId, id: EndpointId, url: &str) -> EndpointRow {
    EndpointRow {
        domain,
        id,
        url: url.into(),
        secret: format!("sealed {id}"),
        previous_secret: None,
        paused: false,
        pause_reason: String::new(),
        last_delivered_at: None,
        created_at: NOW,
    }
}

/// A delivery that waits for its first attempt; due when it was made.
pub(crate) fn delivery(id: i64, ms: i64) -> NewDelivery {
    NewDelivery {
        id: DeliveryId(id),
        endpoint: ENDPOINT,
        payload: PayloadId(id),
        change: ChangeId(id),
        trigger: TriggerId(5),
        trigger_revision: 2,
        trigger_name: "to the depot".into(),
        ticket_number: 100 + id % 10,
        ticket_version: 3,
        cause: Cause { depth: 1, ..Cause::root(ChangeId(id)) },
        state: State::Queued,
        lease: None,
        due_at: Some(at(ms)),
        error: String::new(),
    }
}

/// The same, leased to this node when it was made.
pub(crate) fn leased(id: i64) -> NewDelivery {
    NewDelivery { state: State::Sending, lease: Some(NODE), ..delivery(id, 0) }
}

pub(crate) fn held(id: i64, attempt: i64) -> Held {
    Held { domain: DOMAIN, id: DeliveryId(id), node: NODE, round: 1, attempt }
}

pub(crate) fn moved(state: State) -> Moved<'static> {
    let due_at = (state == State::Retrying).then(|| at(30_000));
    let failed_at = (state != State::Delivered).then_some(NOW);
    let error = if state == State::Delivered { "" } else { "answered 503" };
    Moved { state, due_at, keep_lease: false, failed_at, error, status_code: Some(200) }
}

pub(crate) fn place(id: i64, attempt: i64) -> Place {
    Place { domain: DOMAIN, delivery: DeliveryId(id), id: AttemptId(id + attempt), round: 1, number: attempt }
}

pub(crate) fn answered(status: u16) -> Outcome {
    Outcome::Answered(Answer {
        status,
        head: "x: y".into(),
        body: "Ok".into(),
        body_truncated: true,
        retry_after_ms: None,
        location: None,
    })
}

pub(crate) fn ticket(number: i64, version: i64) -> Ticket {
    Ticket {
        number,
        version,
        visibility: Visibility::Public,
        subject: format!("Printer, version {version}"),
        category: String::new(),
        urgency: String::new(),
        status: "New".into(),
        base_status: BaseStatus::New,
        justification: String::new(),
        origin: 9,
        created_at: NOW,
        created_by: None,
        is_deleted: false,
        owner: None,
        owner_team: String::new(),
        service: Vec::new(),
        service_id: None,
        tags: Vec::new(),
        cc: String::new(),
        clients: Vec::new(),
        custom_fields: Vec::new(),
        sla_solution_minutes: 0,
        sla_solution_at: None,
        sla: TicketSla::default(),
        stopped: Stopped::default(),
        action_count: 0,
        last_action_id: 0,
        agent_action_count: 0,
        resolved_in_first_call: false,
        resolved_at: None,
        closed_at: None,
        canceled_at: None,
        reopened_at: None,
        last_action_at: None,
        updated_at: NOW,
        links: Vec::new(),
        chain_memory: ChainMemory::default(),
    }
}

/// An entry of a ticket's history: this status since so many milliseconds.
pub(crate) fn entered(status: &str, version: i64, ms: i64) -> HistoryEntry {
    HistoryEntry {
        ticket_version: version,
        position: 0,
        at: at(ms),
        entered: Entered::Status { status: status.into(), justification: String::new() },
        changed_by: None,
    }
}

pub(crate) fn action(id: i64, text: &str) -> TicketAction {
    TicketAction {
        id,
        visibility: Visibility::Public,
        origin: 9,
        description: text.into(),
        html_description: String::new(),
        created_by: None,
        created_at: NOW,
        is_deleted: false,
        attachments: Vec::new(),
        tags: Vec::new(),
    }
}

pub(crate) fn change(id: i64, number: i64) -> Change {
    Change {
        id: ChangeId(id),
        ticket_number: number,
        ticket_version: 1,
        at: NOW,
        actor: Actor { person: None, via: Via::System, key: None },
        cause: Cause::root(ChangeId(id)),
        config_revision: 1,
        saved: Saved::Created(Box::new(ticket(number, 1))),
        happenings: Happenings { created: true, ..Happenings::default() },
        effects: Vec::new(),
        firings: Vec::new(),
        ended: None,
    }
}

pub(crate) fn event(id: i64, ms: i64) -> store::notices::Event {
    store::notices::Event {
        id: NoticeId(id),
        kind: NoticeKind::WebhookFailing,
        subject: ENDPOINT.to_string(),
        endpoint: Some(ENDPOINT),
        trigger: None,
        ticket_number: Some(101),
        text: "answered 503".into(),
        gave_up: 0,
        at: at(ms),
    }
}

/// A database with both domains in it, and short ways to write and read.
pub(crate) struct House {
    pub(crate) database: TestDatabase,
}

impl House {
    pub(crate) async fn on(database: TestDatabase) -> House {
        let write = Write::new()
            .step(store::domains::insert(&domain(DOMAIN, "main"), NOW))
            .step(store::domains::insert(&domain(OTHER, "other"), NOW))
            .step(store::endpoints::insert(&endpoint(DOMAIN, ENDPOINT, "https://depot.example/")))
            .step(store::endpoints::insert(&endpoint(OTHER, OTHER_ENDPOINT, "https://depot.example/")));
        database.db.commit(write).await.expect("both domains are made");
        House { database }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.database.db
    }

    pub(crate) fn reader(&self) -> Reader {
        self.database.reader()
    }

    pub(crate) async fn commit(&self, step: Step) -> Result<Done, CommitError> {
        self.db().commit(Write::new().step(step)).await
    }

    /// Commits a step that must be done; answers its rows.
    pub(crate) async fn done(&self, step: Step) -> Vec<store::db::Row> {
        let sql = step.sql;
        match self.commit(step).await {
            Ok(done) => done.returned.into_iter().next().unwrap_or_default(),
            Err(error) => panic!("{error}: {sql}"),
        }
    }

    pub(crate) async fn enqueue(&self, deliveries: &[NewDelivery]) {
        self.done(store::deliveries::enqueue(DOMAIN, deliveries, NOW)).await;
    }

    /// Deliveries with the changes that they tell of, through which a ticket's deliveries are found.
    pub(crate) async fn enqueue_with_changes(&self, deliveries: &[NewDelivery]) {
        const CHANGE: &str = "insert into changes (change_id, domain_id, previous_change_id, ticket_number, ticket_version,
            at_ms, data)
            values ($1, $2, (select last_change_id from tickets where domain_id = $2 and number = $3), $3, 1, 0, '{}')
            on conflict (change_id) do nothing";
        for delivery in deliveries {
            let (change, number) = (delivery.change.0, delivery.ticket_number);
            self.done(Step::new(CHANGE, vec![change.into(), DOMAIN.0.into(), number.into()])).await;
            self.last_change(number, change).await;
        }
        self.enqueue(deliveries).await;
    }

    /// Says which change of a ticket is its newest, whether there is such a ticket or not.
    pub(crate) async fn last_change(&self, number: i64, change: i64) {
        const SQL: &str =
            "insert into tickets (domain_id, number, version, last_change_id, status, base_status, urgency,
            owner_team, visibility, is_deleted, created_at_ms, updated_at_ms, updated_hour, data)
            values ($1, $2, 1, $3, '', '', '', '', 2, false, 0, 0, 0, '{}')
            on conflict (domain_id, number) do update set last_change_id = excluded.last_change_id";
        self.done(Step::new(SQL, vec![DOMAIN.0.into(), number.into(), change.into()])).await;
    }

    pub(crate) async fn claim(&self, ms: i64, limit: i64) -> Vec<Claim> {
        let rows = self.done(store::deliveries::claim(ENDPOINT, NODE, at(ms), limit)).await;
        let mut claims = store::deliveries::claimed(&rows).expect("claims are read");
        claims.sort_by_key(|claim| claim.id);
        claims
    }

    pub(crate) async fn pause(&self, paused: bool) {
        self.done(store::endpoints::set_paused(DOMAIN, ENDPOINT, paused, "a test")).await;
    }

    pub(crate) async fn row(&self, id: i64) -> LogRow {
        let found = store::log::find(&self.reader(), DOMAIN, DeliveryId(id)).await.expect("read");
        found.unwrap_or_else(|| panic!("there is no delivery {id}"))
    }

    /// State, round, attempts, interrupted, due, lease, failed at: what the queue is made of.
    pub(crate) async fn queue_row(&self, id: i64) -> Vec<Value> {
        const SQL: &str =
            "select state, round, attempts, interrupted, due_at_ms, lease_owner, failed_at_ms, error,
            status_code, updated_at_ms from deliveries where delivery_id = $1";
        let rows = self.reader().rows(Query::new(SQL, vec![id.into()])).await.expect("read");
        let row = rows.first().unwrap_or_else(|| panic!("there is no delivery {id}"));
        let mut cells: Vec<Value> = vec![row.text(0).expect("a state").into()];
        cells.extend((1..7).map(|at| row.optional_integer(at).expect("a number").into()));
        cells.push(row.text(7).expect("an error").into());
        cells.extend((8..10).map(|at| row.optional_integer(at).expect("a number").into()));
        cells
    }

    pub(crate) async fn log(&self, filter: &Filter) -> Vec<i64> {
        let page = store::log::page(&self.reader(), DOMAIN, filter, None, 1_000).await.expect("read");
        page.iter().map(|row| row.id.0).collect()
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let rows = self.reader().rows(Query::new(sql, vec![])).await.expect("read");
        rows[0].integer(0).expect("a count")
    }
}

/// A row of the queue as `House::queue_row` tells it, up to the lease.
pub(crate) fn queue_cells(
    state: State,
    round: i64,
    attempts: i64,
    interrupted: i64,
    due: Option<Timestamp>,
    lease: Option<IncarnationId>,
) -> Vec<Value> {
    vec![
        state.as_str().into(),
        round.into(),
        attempts.into(),
        interrupted.into(),
        due.map(|due| due.0).into(),
        lease.map(|lease| lease.0).into(),
    ]
}
