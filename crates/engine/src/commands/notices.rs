//! Reading a notice: state per person.

use crate::Engine;
use crate::caller::Caller;
use crate::error::Error;
use model::access_profile::Grant;
use model::ids::NoticeId;

impl Engine {
    /// Marks a notice read by the caller, as it stands now.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn read_notice(&self, caller: &Caller, id: NoticeId) -> Result<(), Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let step = store::notices::mark_read(caller.domain, id, caller.person_id());
        let rows = self.core.committer.once(step).await?;
        if rows.is_empty() { Err(Error::NotFound(format!("notice {id}"))) } else { Ok(()) }
    }
    /// Marks the newest 200 notices read by the caller, as they stand now.
    ///
    /// # Errors
    /// As the database says.
    pub async fn read_all_notices(&self, caller: &Caller) -> Result<(), Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        self.core.committer.once(store::notices::mark_all_read(caller.domain, caller.person_id())).await?;
        Ok(())
    }
}
