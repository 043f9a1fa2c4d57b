//! The server that is asked: the real process on an empty directory, which calls nobody, gone with all it wrote when this is
//! dropped.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The key that it is asked with.
const KEY: &str = "key-of-the-fuzz-0123456789";

/// The settings of schemathesis, in the directory.
pub(super) const SETTINGS: &str = "schemathesis.toml";

const LOG: &str = "server.log";

const LISTENS: &str = "Gatilho listens on http://";

/// What comes before an operation's name.
const NAME: &str = "\"operationId\":";

/// Lines of the log that are shown when an answer was wrong.
const LAST_WORDS: usize = 40;

/// A running server.
pub(super) struct Server {
    process: Child,
    address: String,
    directory: PathBuf,
}

impl Server {
    /// Starts the one of this number and waits until it listens. The program is the one beside this one.
    pub(super) fn start(number: usize) -> Result<Server> {
        let own = std::env::current_exe().context("this program does not know where it is")?;
        let program = own.with_file_name("gatilho");
        let directory = std::env::temp_dir().join(format!("gatilho-fuzz-{}-{number}", std::process::id()));
        fs::create_dir_all(&directory).context("there is no place for the server's data")?;
        fs::write(directory.join(SETTINGS), settings()).context("the settings cannot be written")?;
        let log = File::create(directory.join(LOG)).context("there is no place for the server's log")?;
        let process = Command::new(&program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(directory.join("data"))
            .env("GATILHO_BOOTSTRAP__KEY", KEY)
            // Triggers are made with any address; none of them is called while this lasts.
            .env("GATILHO_DELIVERY__HOLD", "1h")
            .env("GATILHO_LOG__LEVEL", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} does not start", program.display()))?;
        let mut server = Server { process, address: String::new(), directory };
        server.address = server.listening()?;
        Ok(server)
    }

    fn listening(&mut self) -> Result<String> {
        let output = self.process.stdout.take().context("the server has no output")?;
        for line in BufReader::new(output).lines() {
            if let Some(address) = line.context("the server's output breaks off")?.strip_prefix(LISTENS) {
                return Ok(address.to_owned());
            }
        }
        anyhow::bail!("the server did not start:\n{}", self.last_words())
    }

    /// The address of a path.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where everything is written.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The names of the operations that the description has.
    pub(super) fn operations(&self) -> Result<Vec<String>> {
        let mut stream = TcpStream::connect(&self.address).context("the server does not listen")?;
        let request = "GET /api/v1/openapi.json HTTP/1.1\r\nhost: fuzz\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).context("the server does not listen")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).context("the server does not answer")?;
        let names: Vec<String> = answer.split(NAME).skip(1).filter_map(named).collect();
        ensure!(!names.is_empty(), "the description has no operations: {answer:.200}");
        Ok(names)
    }

    /// The end of its log.
    pub(super) fn last_words(&self) -> String {
        let log = fs::read_to_string(self.directory.join(LOG)).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, and what cannot be removed is in the system's directory for such things.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// The name at the beginning of a text, in quotes.
fn named(text: &str) -> Option<String> {
    let (name, _) = text.trim_start().strip_prefix('"')?.split_once('"')?;
    Some(name.to_owned())
}

/// Both ways to show the key, by their names in the description.
fn settings() -> String {
    format!(
        "[auth.openapi.bearer]\nbearer = \"{KEY}\"\n\n[auth.openapi.token]\napi_key = \"{KEY}\"\n\n\
         [cache]\nenabled = false\n"
    )
}
