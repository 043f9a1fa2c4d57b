//! Lives here: one connection: opening it, telling the session how it is to work, its prepared statements.
//! Not here: where the server is (`target`), what is sent (`group`, `reader`).

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::types::Type;
use tokio_postgres::{
    Client, Config, Connection, Error, Row as Found, SimpleQueryMessage, Socket, Statement,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::bind;
use super::catalog::{Entry, Form, Key};
use super::errors::Fault;
use super::target::Target;
use crate::db::Value;

pub(super) type Wire = Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// The oldest server that is supported.
pub(super) const OLDEST_SERVER: i64 = 150_000;

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Short transactions whose statements end after this time, `durable` or, for one test, not.
    Write { limit: Duration, durable: bool },
    /// Queries that end after this time and cannot write.
    Read { limit: Duration },
    /// Whatever else.
    Other,
}

/// A connection and every statement it has run. It is driven by whoever waits for an answer: one task, one wake-up.
pub(super) struct Link {
    client: Client,
    /// None once it has ended; dropped then, so that whoever waits for an answer learns it.
    wire: Option<Pin<Box<Wire>>>,
    statements: HashMap<Key, Statement>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Link").field("open", &self.wire.is_some()).finish_non_exhaustive()
    }
}

impl Link {
    /// Connects to the first host that answers as it should, and sets the session up.
    pub(super) async fn open(target: &Target, purpose: Purpose) -> Result<Self, Fault> {
        let mut first = None;
        for host in &target.hosts {
            let opened = timeout(target.within, Self::open_at(host, target, purpose)).await;
            match opened.unwrap_or_else(|_| Err(Fault::Lost("it does not answer".into()))) {
                Ok(link) => return Ok(link),
                Err(fault) => first = first.or(Some(fault)),
            }
        }
        Err(first.unwrap_or_else(|| Fault::Refused("its URL names no host".into())))
    }

    async fn open_at(host: &Config, target: &Target, purpose: Purpose) -> Result<Self, Fault> {
        let (client, wire) = host.connect(target.tls.clone()).await.map_err(|error| unopened(&error))?;
        let mut link = Self { client, wire: Some(Box::pin(wire)), statements: HashMap::new() };
        link.set_up(purpose).await?;
        Ok(link)
    }

    async fn set_up(&mut self, purpose: Purpose) -> Result<(), Fault> {
        const FACTS: &str =
            "select current_setting('server_version_num'), current_setting('server_encoding'),
            case when pg_is_in_recovery() then 'on' else current_setting('default_transaction_read_only') end,
            current_setting('synchronous_commit')";
        let facts = self.ask(FACTS).await?;
        let fact = |at: usize| facts.first().and_then(|row| row.get(at)?.as_deref()).unwrap_or_default();
        if fact(0).parse::<i64>().unwrap_or(0) < OLDEST_SERVER {
            let found = fact(0);
            return Err(Fault::Refused(format!(
                "it is PostgreSQL {found}; gatilho needs 15 or newer: upgrade it"
            )));
        }
        if fact(1) != "UTF8" {
            let found = fact(1);
            return Err(Fault::Refused(format!("its encoding is {found}: make it with encoding 'UTF8'")));
        }
        if matches!(purpose, Purpose::Write { .. }) && fact(2) == "on" {
            return Err(Fault::ReadOnly);
        }
        let stronger = fact(3) == "remote_apply";
        self.command(&set_up(purpose, stronger)).await
    }

    /// Whether it can be used, as far as has been heard. Costs no round trip.
    pub(super) async fn is_usable(&mut self) -> bool {
        if let Some(wire) = &mut self.wire
            && poll_fn(|context| Poll::Ready(wire.as_mut().poll(context).is_ready())).await
        {
            self.wire = None;
        }
        self.wire.is_some() && !self.client.is_closed()
    }

    /// The link, if it can be used.
    pub(super) async fn usable(link: &mut Option<Self>) -> Option<Self> {
        let mut link = link.take()?;
        if link.is_usable().await { Some(link) } else { None }
    }

    /// Awaits some work on the client while reading and writing for it.
    pub(super) async fn drive<'l, T, F>(&'l mut self, work: impl FnOnce(&'l Client) -> F) -> T
    where
        F: Future<Output = T> + 'l,
    {
        let Self { client, wire, .. } = self;
        drive(wire, work(client)).await
    }

    /// Runs commands without parameters.
    pub(super) async fn command(&mut self, sql: &str) -> Result<(), Fault> {
        self.drive(|client| client.batch_execute(sql)).await.map_err(|error| Fault::of(&error, false))
    }

    /// The rows of a command without parameters, as texts.
    pub(super) async fn ask(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, Fault> {
        let answer = self.drive(|client| client.simple_query(sql)).await;
        let messages = answer.map_err(|error| Fault::of(&error, false))?;
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
            }
            _ => None,
        });
        Ok(rows.collect())
    }

    /// Makes a statement ready in this form, asking the server only the first time.
    pub(super) async fn prepare(&mut self, entry: &Entry, form: Form) -> Result<(), Fault> {
        if self.has(entry, form) {
            return Ok(());
        }
        if form != Form::Plain {
            // Also for the types of its parameters, which those of the arrays are made of.
            self.prepare_text(entry, Form::Plain, &entry.plain()).await?;
        }
        let text = match (form, self.statements.get(&entry.key(Form::Plain))) {
            (Form::Merged | Form::MergedGuarded, Some(plain)) => {
                let types: Vec<&str> = plain.params().iter().map(Type::name).collect();
                entry.merged(&types, form == Form::MergedGuarded)
            }
            (Form::Guarded, _) => entry.guarded(),
            _ => entry.plain(),
        };
        self.prepare_text(entry, form, &text).await
    }

    async fn prepare_text(&mut self, entry: &Entry, form: Form, text: &str) -> Result<(), Fault> {
        if self.has(entry, form) {
            return Ok(());
        }
        let prepared = self.drive(|client| client.prepare(text)).await;
        let statement = prepared.map_err(|error| named(Fault::of(&error, false), text))?;
        self.statements.insert(entry.key(form), statement);
        Ok(())
    }

    fn has(&self, entry: &Entry, form: Form) -> bool {
        self.statements.contains_key(&entry.key(form))
    }

    /// The client and what drives it, for work that needs statements of this link at the same time.
    pub(super) fn parts(&mut self) -> (&Client, &mut Option<Pin<Box<Wire>>>, Statements<'_>) {
        (&self.client, &mut self.wire, Statements(&self.statements))
    }

    /// Gives client and wire away, for whoever keeps them running by itself.
    pub(super) fn into_parts(self) -> (Client, Option<Pin<Box<Wire>>>) {
        (self.client, self.wire)
    }
}

/// The prepared statements of a link.
#[derive(Clone, Copy)]
pub(super) struct Statements<'l>(&'l HashMap<Key, Statement>);

impl<'l> Statements<'l> {
    /// A statement that was prepared before.
    pub(super) fn get(self, entry: &Entry, form: Form) -> Result<&'l Statement, Fault> {
        let found = self.0.get(&entry.key(form));
        found.ok_or_else(|| Fault::Faulty(format!("it was not prepared: {}", entry.plain())))
    }
}

/// Awaits `work` while reading and writing for it.
pub(super) async fn drive<T>(wire: &mut Option<Pin<Box<Wire>>>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        if let Some(running) = wire
            && running.as_mut().poll(context).is_ready()
        {
            *wire = None;
        }
        work.as_mut().poll(context)
    })
    .await
}

/// Whether the values of a row can be sent to a statement.
pub(super) fn fits(statement: &Statement, row: &[Value], sql: &str) -> Result<(), Fault> {
    let (named, given) = (statement.params().len(), row.len());
    if named != given {
        return Err(Fault::Faulty(format!(
            "{named} parameters are named and {given} values given, in: {sql}"
        )));
    }
    let wrong = row.iter().zip(statement.params()).position(|(value, kind)| !bind::fits(value, kind));
    wrong.map_or(Ok(()), |at| Err(Fault::Faulty(format!("${} does not fit, in: {sql}", at + 1))))
}

/// Runs commands without parameters; answers with no rows.
pub(super) async fn command(client: &Client, sql: &str) -> Result<Vec<Found>, Error> {
    client.batch_execute(sql).await.map(|()| Vec::new())
}

/// Names the statement of a fault that is a bug.
pub(super) fn named(fault: Fault, sql: &str) -> Fault {
    match fault {
        Fault::Faulty(message) => Fault::Faulty(format!("{message}, in: {sql}")),
        other => other,
    }
}

fn unopened(error: &tokio_postgres::Error) -> Fault {
    match Fault::of(error, false) {
        Fault::Lost(reason) if reason.contains("certificate") => Fault::Refused(format!(
            "{reason}: add its authority to this machine's trust store, or say sslmode=disable on a trusted network"
        )),
        Fault::Faulty(message) => Fault::Refused(message),
        other => other,
    }
}

fn set_up(purpose: Purpose, keep_synchronous: bool) -> String {
    // Plans are made once for each statement, often while its tables are empty: so nothing but indexes may look
    // cheap, and what is prepared is what the tests have looked at. Compiling a plan takes longer than running it.
    let mut sql = String::from(
        "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off; \
         set plan_cache_mode = force_generic_plan; set default_transaction_isolation = 'read committed'; \
         set idle_in_transaction_session_timeout = '60s'; ",
    );
    match purpose {
        Purpose::Write { limit, durable } => {
            // A statement that lost its transaction's beginning must not commit by itself: `begin read write` allows
            // what the session forbids.
            // Pruning asks what is not in a list, which it must be able to hold: without the room it is read anew for
            // every row.
            sql.push_str("set default_transaction_read_only = on; set work_mem = '64MB'; ");
            let value = if durable { "on" } else { "off" };
            if !(durable && keep_synchronous) {
                sql.push_str(&format!("set synchronous_commit = {value}; "));
            }
            sql.push_str(&format!("set statement_timeout = {}", limit.as_millis().max(1)));
        }
        Purpose::Read { limit } => {
            sql.push_str("set default_transaction_read_only = on; ");
            sql.push_str(&format!("set statement_timeout = {}", limit.as_millis().max(1)));
        }
        Purpose::Other => sql.push_str("set statement_timeout = '10s'"),
    }
    sql
}
