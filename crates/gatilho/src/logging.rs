//! What the process says while it runs: lines to standard error, for people or as JSON.

use crate::config::sections::{Log, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Begins logging. A second call changes nothing.
pub(crate) fn start(log: &Log) {
    // The level was checked when the settings were read; what stands first in it is for all but these libraries, which
    // tell of every migration that is there already.
    let filter = EnvFilter::new(format!("tokio_postgres=warn,refinery_core=warn,{}", log.level));
    // Colours are for people at a terminal; in a file they would be rubbish.
    let colours = std::io::stderr().is_terminal();
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    // Fails only when somebody logs already: then that goes on.
    let _ = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
