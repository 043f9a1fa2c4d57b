//! The form of an administrative write: decided under the domain's configuration revision, committed under its guard, and
//! decided anew when somebody else was quicker.
//! Does not live here: what is decided (`commands`).

use crate::Engine;
use crate::commit::STALE_MAX;
use crate::config::DomainConfig;
use crate::error::Error;
use crate::start::load_config;
use futures_util::future::BoxFuture;
use model::access_profile::Grant;
use model::ids::{AccessProfileId, DomainId};
use model::text;
use std::sync::Arc;
use store::db::{CommitError, Write};

/// What a command decided.
pub(crate) struct Decision<T> {
    /// What to write. Its guards say under which revision or version it was decided.
    pub(crate) write: Write,
    /// What to answer when it is written.
    pub(crate) answer: T,
    /// It changes what memory holds.
    pub(crate) reload: bool,
}

/// A decision on its way.
pub(crate) type Deciding<T> = BoxFuture<'static, Result<Decision<T>, Error>>;

impl Engine {
    /// Decides and writes, to the end. A missed guard or a taken key means that the decision was made on what is no
    /// longer so.
    pub(crate) async fn administer<T: Send + 'static>(
        &self,
        domain: DomainId,
        decide: impl Fn(Engine, Arc<DomainConfig>) -> Deciding<T> + Send + 'static,
    ) -> Result<T, Error> {
        let engine = self.clone();
        self.to_the_end(async move {
            let _admin = engine.core.admin.lock().await;
            for stale in 0..STALE_MAX {
                if stale > 0 {
                    engine.core.committer.pause(stale).await;
                    load_config(&engine.core).await?;
                }
                let config = engine.core.config.domain(domain)?;
                let decision = decide(engine.clone(), config).await?;
                if decision.write.is_empty() {
                    return Ok(decision.answer);
                }
                match engine.core.committer.commit(decision.write).await {
                    Err(CommitError::Stale | CommitError::Conflict(_)) => {}
                    Err(error) => return Err(error.into()),
                    Ok(_) => {
                        if decision.reload {
                            engine.reload().await;
                        }
                        return Ok(decision.answer);
                    }
                }
            }
            Err(CommitError::Stale.into())
        })
        .await
    }

    /// Sees to it that somebody active can still manage access profiles when neither the people of `without_profile` nor
    /// `without_person` can. Asked under a revision, which the write must guard.
    ///
    /// # Errors
    /// `Conflict` when nobody could.
    pub(crate) async fn somebody_manages(
        &self,
        domain: DomainId,
        config: &DomainConfig,
        without_profile: Option<AccessProfileId>,
        without_person: &str,
    ) -> Result<(), Error> {
        let manages = config.directory.profiles.iter().filter(|profile| {
            profile.may(Grant::AllowManagingAccessProfiles) && Some(profile.id) != without_profile
        });
        let able: Vec<_> = manages.map(|profile| profile.id).collect();
        if store::people::is_any_active(&self.core.reader, domain, &able, without_person).await? {
            return Ok(());
        }
        Err(Error::Conflict(text!(
            "nobody would be left who may manage access profiles; give \"{grant}\" to somebody else first",
            grant = Grant::AllowManagingAccessProfiles.text()
        )))
    }
}
