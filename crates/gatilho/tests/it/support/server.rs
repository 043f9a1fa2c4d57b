//! A running `gatilho serve`: the real process on a directory and a database of its own, ended when it is dropped.

use super::answer::{Answer, agent};
use super::command::{BINARY, Ran, bare, gatilho};
use super::wait::{PATIENCE, wait_until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::ffi::OsString;
use std::fs::{File, OpenOptions, read_to_string};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use store::testing::{Home, Kind};
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::Request;

/// The API key of every story.
pub(crate) const KEY: &str = "key-of-the-stories-0123456789";

/// How much of its log is shown when a story fails.
const LAST_WORDS: usize = 40;

/// Which database it works on.
const DATABASE: &str = "GATILHO_STORE__DATABASE";

const LISTENS: &str = "Gatilho listens on http://";

/// How a server is started. Settings that every story wants stand first; later ones win.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    data: Option<PathBuf>,
    listen: String,
    env: Vec<(String, String)>,
    args: Vec<OsString>,
    under: Vec<OsString>,
}

impl Start {
    pub(crate) fn new() -> Self {
        let env = [
            ("GATILHO_BOOTSTRAP__KEY", KEY),
            ("GATILHO_OUTBOUND__ALLOW_NETWORKS", "127.0.0.0/8"),
            ("GATILHO_SERVER__SHUTDOWN_WITHIN", "2s"),
        ];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Start { data: None, listen: "127.0.0.1:0".into(), env, args: Vec::new(), under: Vec::new() }
    }

    /// In this directory, which stays; without it in a fresh one.
    pub(crate) fn data(mut self, directory: &Path) -> Self {
        self.data = Some(directory.to_owned());
        self
    }

    /// At a port that stays the same over restarts.
    pub(crate) fn at_its_port(mut self) -> Self {
        let free = std::net::TcpListener::bind(self.listen).and_then(|socket| socket.local_addr());
        self.listen = free.expect("a free port").to_string();
        self
    }

    /// With these variables; an empty value takes one away.
    pub(crate) fn env(mut self, env: &[(&str, &str)]) -> Self {
        self.env.extend(env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }

    /// With further arguments.
    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(OsString::from));
        self
    }

    /// Under another program, such as `strace -f`.
    pub(crate) fn under(mut self, program: &[&str]) -> Self {
        self.under = program.iter().map(OsString::from).collect();
        self
    }

    /// A database on the server, when this run is about PostgreSQL and the story names none itself. SQLite's is in the
    /// data directory.
    fn own_database(&mut self) -> Option<Home> {
        if Kind::chosen() == Kind::Sqlite || self.env.iter().any(|(name, _)| name == DATABASE) {
            return None;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let database = runtime.block_on(Home::make(Kind::Postgres));
        self.env.insert(0, (DATABASE.to_owned(), database.url()));
        Some(database)
    }

    /// Starts it and waits until it is ready.
    #[track_caller]
    pub(crate) fn go(self) -> Server {
        self.attempt().unwrap_or_else(|ran| panic!("the server did not start: {ran:?}"))
    }

    /// Starts it; if it ends before it is ready, tells how.
    pub(crate) fn attempt(self) -> Result<Server, Ran> {
        let home = tempfile::tempdir().expect("a temporary directory");
        let data = self.data.clone().unwrap_or_else(|| home.path().join("data"));
        let (agent, output) = (agent(), Arc::default());
        let address = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut start = self;
        let database = start.own_database();
        let mut server =
            Server { start, home, data, agent, address, output, child: None, _database: database };
        server.run().map(|()| server)
    }
}

/// A server that was started, and can be started again.
#[derive(Debug)]
pub(crate) struct Server {
    start: Start,
    home: TempDir,
    data: PathBuf,
    agent: Agent,
    address: SocketAddr,
    output: Arc<Mutex<Vec<String>>>,
    child: Option<Child>,
    /// Dropped last, when nobody uses it any more.
    _database: Option<Home>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
        if std::thread::panicking() {
            let log = self.log();
            let last = log.lines().count().saturating_sub(LAST_WORDS);
            eprintln!("--- the server's last words");
            log.lines().skip(last).for_each(|line| eprintln!("{line}"));
        }
    }
}

impl Server {
    /// A server in a fresh directory with these variables on top.
    #[track_caller]
    pub(crate) fn start(env: &[(&str, &str)]) -> Server {
        Start::new().env(env).go()
    }

    fn run(&mut self) -> Result<(), Ran> {
        let mut words: Vec<OsString> = self.start.under.clone();
        words.push(BINARY.into());
        let mut command = bare(&words[0]);
        command.args(&words[1..]).args(["serve", "--listen", &self.start.listen, "--data"]).arg(&self.data);
        command.args(&self.start.args).stdout(Stdio::piped()).stderr(self.log_file());
        for (name, value) in &self.start.env {
            match value.as_str() {
                "" => command.env_remove(name),
                value => command.env(name, value),
            };
        }
        let mut child = command.spawn().expect("the binary starts");
        let lines = self.follow(child.stdout.take().expect("it is piped"));
        self.child = Some(child);
        loop {
            match lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    if let Some(address) = line.strip_prefix(LISTENS) {
                        self.address = address.parse().expect("an address");
                        break;
                    }
                }
                Err(_) => return Err(self.ended()),
            }
        }
        let ready = wait_until("the server is ready or has ended", || self.ready_or_ended());
        if ready { Ok(()) } else { Err(self.ended()) }
    }

    /// Whether it is ready; none while that is open. One that kills itself may do so before it is.
    fn ready_or_ended(&mut self) -> Option<bool> {
        let request = Request::builder().uri(format!("{}/readyz", self.url())).body(()).expect("a request");
        match Answer::to(&self.agent, request) {
            Ok(answer) if answer.status == 200 => Some(true),
            _ => {
                let child = self.child.as_mut().expect("it was started");
                child.try_wait().expect("its end can be asked for").map(|_| false)
            }
        }
    }

    /// Where the log goes, start after start.
    fn log_file(&self) -> File {
        let path = self.home.path().join("server.log");
        OpenOptions::new().create(true).append(true).open(path).expect("a file for the log")
    }

    /// Reads what it prints, line by line, to its end.
    fn follow(&self, output: ChildStdout) -> Receiver<String> {
        let (sender, lines) = channel();
        let kept = Arc::clone(&self.output);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                kept.lock().expect("no panic").push(line.clone());
                // Nobody waits for lines any more once it is ready.
                let _ = sender.send(line);
            }
        });
        lines
    }

    /// How a server ended that did not become ready.
    fn ended(&mut self) -> Ran {
        let mut child = self.child.take().expect("it was started");
        let ended = wait_until("it ends", || child.try_wait().expect("its end can be asked for"));
        Ran { code: ended.code(), stdout: self.output().join("\n"), stderr: self.log() }
    }

    /// What it printed, over all starts.
    pub(crate) fn output(&self) -> Vec<String> {
        self.output.lock().expect("no panic").clone()
    }

    /// What it logged, over all starts.
    pub(crate) fn log(&self) -> String {
        read_to_string(self.home.path().join("server.log")).unwrap_or_default()
    }

    /// Where it listens now; another port after each start.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as a URL, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its data directory.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// A directory for the story's own files, gone with the server.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        let started = self.child.as_ref().expect("it runs").id();
        if self.start.under.is_empty() {
            return started;
        }
        let children = read_to_string(format!("/proc/{started}/task/{started}/children")).unwrap_or_default();
        // The other program may have become the server.
        children.split_whitespace().next().and_then(|pid| pid.parse().ok()).unwrap_or(started)
    }

    /// Ends it as a service manager does, and tells how it ended.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        self.end(Signal::TERM)
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.end(Signal::KILL);
    }

    /// Waits until it has ended by itself, as at a fault point.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it runs");
        wait_until("it ends", || child.try_wait().expect("its end can be asked for"))
    }

    fn end(&mut self, signal: Signal) -> ExitStatus {
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw).expect("a process");
        // It may have ended by itself just now.
        let _ = kill_process(pid, signal);
        self.wait()
    }

    /// Starts it once more on the same data, after it has ended.
    #[track_caller]
    pub(crate) fn start_again(&mut self) {
        assert!(self.child.is_none(), "it runs");
        self.run().unwrap_or_else(|ran| panic!("the server did not start again: {ran:?}"));
    }

    /// The same with other variables from now on; tells how it ended when that was before it was ready, as at a fault point.
    pub(crate) fn try_start_again_with(&mut self, env: &[(&str, &str)]) -> Result<(), Ran> {
        assert!(self.child.is_none(), "it runs");
        self.start = self.start.clone().env(env);
        self.run()
    }

    /// The same with other variables from now on.
    #[track_caller]
    pub(crate) fn start_again_with(&mut self, env: &[(&str, &str)]) {
        self.start = self.start.clone().env(env);
        self.start_again();
    }

    /// Ends it gracefully and starts it again.
    #[track_caller]
    pub(crate) fn restart(&mut self) {
        assert!(self.terminate().success(), "{}", self.log());
        self.start_again();
    }

    /// Asks without a key; `path` from the root.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        let request = Request::builder().uri(format!("{}{path}", self.url())).body(()).expect("a request");
        Answer::to(&self.agent, request).unwrap_or_else(|error| panic!("GET {path}: {error}"))
    }

    /// Asks the native API; `path` begins after `/api/v1/`.
    #[track_caller]
    pub(crate) fn api(&self, method: &str, path: &str, body: impl Into<Option<Value>>) -> Answer {
        self.try_api(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// The same; no answer is possible, as from a server that is being killed.
    pub(crate) fn try_api(
        &self,
        method: &str,
        path: &str,
        body: impl Into<Option<Value>>,
    ) -> Result<Answer, ureq::Error> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/api/v1/{path}", self.url()))
            .header("authorization", format!("Bearer {KEY}"));
        self.send(request, body.into())
    }

    /// Asks the public API; `path` begins after `/public/v1/` and may have a query.
    #[track_caller]
    pub(crate) fn public(&self, method: &str, path: &str, body: impl Into<Option<Value>>) -> Answer {
        self.try_public(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// The same; no answer is possible, as from a server that is being killed.
    pub(crate) fn try_public(
        &self,
        method: &str,
        path: &str,
        body: impl Into<Option<Value>>,
    ) -> Result<Answer, ureq::Error> {
        let glue = if path.contains('?') { '&' } else { '?' };
        let uri = format!("{}/public/v1/{path}{glue}token={KEY}", self.url());
        self.send(Request::builder().method(method).uri(uri), body.into())
    }

    fn send(
        &self,
        request: ureq::http::request::Builder,
        body: Option<Value>,
    ) -> Result<Answer, ureq::Error> {
        match body {
            None => Answer::to(&self.agent, request.body(())?),
            Some(body) => {
                let request = request.header("content-type", "application/json");
                Answer::to(&self.agent, request.body(body.to_string())?)
            }
        }
    }

    /// Runs a command of the binary against this server, with its address, key and data directory at hand.
    pub(crate) fn cli(&self, args: &[&str]) -> Ran {
        gatilho(args, &[("GATILHO_SERVER_URL", &self.url()), ("GATILHO_KEY", KEY)])
    }
}
