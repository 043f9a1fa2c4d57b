//! Lives here: databases of tests on a real server: each a copy of one that was migrated once.
//! Not here: which tests run on which database (`crate::testing`).

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

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
