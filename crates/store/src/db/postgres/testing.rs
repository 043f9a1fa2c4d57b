//! Lives here: databases of tests on a real server: each a copy of one that was migrated once.
//! Not here: which tests run on which database (`crate::testing`).

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use super::catalog::{Catalog, Form};
use super::errors::Fault;
use super::link::{Link, Purpose};
use super::migrate;
use super::target::Target;

/// Held while the migrated database is made.
const LOCK: i64 = 7_313_041_268_252;

/// A database on the server, dropped with this.
#[derive(Debug)]
pub(crate) struct Fresh {
    server: String,
    name: String,
}

impl Fresh {
    /// Copies the migrated database of this server, whose URL names a user who may make databases.
    ///
    /// # Panics
    /// When the server is not there or refuses.
    pub(crate) async fn make(server: &str) -> Self {
        let template = format!("gatilho_template_{}", migrate::fingerprint());
        let name = format!("gatilho_test_{:016x}", RandomState::new().build_hasher().finish());
        let made = make(server, &template, &name).await;
        made.unwrap_or_else(|fault| panic!("no database was made: {}", fault.text("the test server")));
        Self { server: server.to_owned(), name }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        of_database(&self.server, &self.name)
    }
}

async fn make(server: &str, template: &str, name: &str) -> Result<(), Fault> {
    let refused = |error: crate::db::OpenError| Fault::Refused(error.to_string());
    let mut admin = Link::open(&Target::of(server).map_err(refused)?, Purpose::Other).await?;
    admin.command("set statement_timeout = '60s'").await?;
    if !exists(&mut admin, template).await? {
        admin.command(&format!("select pg_advisory_lock({LOCK})")).await?;
        if !exists(&mut admin, template).await? {
            let making = format!("{template}_making");
            admin.command(&format!("drop database if exists {making} with (force)")).await?;
            admin.command(&format!("create database {making} template template0 encoding 'UTF8'")).await?;
            let target = Target::of(&of_database(server, &making)).map_err(refused)?;
            migrate::migrate(&target).await.map_err(refused)?;
            admin.command(&format!("alter database {making} rename to {template}")).await?;
        }
        admin.command(&format!("select pg_advisory_unlock({LOCK})")).await?;
    }
    admin.command(&format!("create database {name} template {template} strategy file_copy")).await
}

async fn exists(admin: &mut Link, name: &str) -> Result<bool, Fault> {
    Ok(!admin.ask(&format!("select 1 from pg_database where datname = '{name}'")).await?.is_empty())
}

/// The URL of another database of the same server.
fn of_database(server: &str, name: &str) -> String {
    let start = server.find("://").map_or(0, |at| at + 3);
    let options = server.find('?').unwrap_or(server.len());
    let path = server[start..options].find('/').map_or(options, |at| start + at);
    format!("{}/{name}{}", &server[..path], &server[options..])
}

/// Runs commands on the server a URL names, beside whatever else uses it.
///
/// # Panics
/// When the server refuses them.
pub(crate) async fn command(url: &str, sql: &str) {
    let outcome = async {
        let target = Target::of(url).map_err(|error| Fault::Refused(error.to_string()))?;
        Link::open(&target, Purpose::Other).await?.command(sql).await
    };
    outcome.await.unwrap_or_else(|fault| panic!("{sql}: {fault:?}"));
}

/// The rows of one command as texts, nulls as empty ones, over a connection of its own.
///
/// # Panics
/// When the server refuses it.
pub(crate) async fn ask(url: &str, sql: &str) -> Vec<Vec<String>> {
    let outcome = async {
        let target = Target::of(url).map_err(|error| Fault::Refused(error.to_string()))?;
        Link::open(&target, Purpose::Other).await?.ask(sql).await
    };
    let rows = outcome.await.unwrap_or_else(|fault| panic!("{sql}: {fault:?}"));
    rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
}

/// How a session of ours runs a statement in each form that the product may give it, line by line.
///
/// # Panics
/// When the server refuses it.
pub(crate) async fn plans(url: &str, sql: &'static str) -> Vec<(String, Vec<String>)> {
    let outcome = async {
        let target = Target::of(url).map_err(|error| Fault::Refused(error.to_string()))?;
        let mut link = Link::open(&target, Purpose::Other).await?;
        let catalog = Catalog::default();
        let entry = catalog.entry(sql);
        let mut forms = vec![Form::Plain, Form::Guarded];
        if entry.merge().is_some() {
            forms.extend([Form::Merged, Form::MergedGuarded]);
        }
        let mut plans = Vec::new();
        for form in forms {
            link.prepare(&entry, form).await?;
            let newest = "select name from pg_prepared_statements order by prepare_time desc limit 1";
            let name = texts(link.ask(newest).await?.concat());
            let count = link.parts().2.get(&entry, form)?.params().len();
            let nulls =
                if count == 0 { String::new() } else { format!("({})", vec!["null"; count].join(", ")) };
            let lines = link.ask(&format!("explain execute \"{name}\"{nulls}")).await?;
            plans.push((format!("{form:?}"), lines.into_iter().map(texts).collect()));
        }
        Ok(plans)
    };
    outcome.await.unwrap_or_else(|fault: Fault| panic!("{sql}: {fault:?}"))
}

fn texts(row: Vec<Option<String>>) -> String {
    row.into_iter().flatten().collect()
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // On a thread of its own, since whoever drops it may be inside of a runtime.
        let work = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let (Ok(runtime), Ok(target)) = (runtime, Target::of(&server)) else { return };
            let drop = async {
                let mut admin = Link::open(&target, Purpose::Other).await?;
                admin.command(&format!("drop database if exists {name} with (force)")).await
            };
            // What is left over is gone with the server, which belongs to the tests.
            let _ = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(10), drop).await });
        });
        let _ = work.join();
    }
}
