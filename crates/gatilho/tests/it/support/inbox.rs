//! A running `gatilho receive`: the real process with a program of the story's, in a directory of its own.

use super::answer::{Answer, agent};
use super::command::{BINARY, Ran, bare, gatilho};
use super::wait::{PATIENCE, wait_until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs::{File, OpenOptions, read_to_string};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::Request;

const LISTENS: &str = "Gatilho receives on http://";
const METRICS: &str = "Metrics at ";

/// What every program of a story can rely on: `$D`, its directory, and `wait_for NAME`, which ends when there is a file
/// of that name, or when the story is over.
const PRELUDE: &str = "wait_for() { while [ -d \"$D\" ] && [ ! -e \"$D/$1\" ]; do sleep 0.02; done; }\n";

/// A receiver that was started, and can be started again.
#[derive(Debug)]
pub(crate) struct Inbox {
    home: TempDir,
    args: Vec<String>,
    env: Vec<(String, String)>,
    agent: Agent,
    address: SocketAddr,
    metrics: Option<String>,
    child: Option<Child>,
}

impl Drop for Inbox {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.end(Signal::KILL);
        }
        if std::thread::panicking() {
            eprintln!("--- the receiver's log\n{}", self.log());
        }
    }
}

impl Inbox {
    /// Starts one that hands requests to a shell program.
    #[track_caller]
    pub(crate) fn start(program: &str, args: &[&str]) -> Inbox {
        Inbox::start_with(program, args, &[])
    }

    /// The same, with these variables.
    #[track_caller]
    pub(crate) fn start_with(program: &str, args: &[&str], env: &[(&str, &str)]) -> Inbox {
        let home = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(home.path().join("program.sh"), format!("{PRELUDE}{program}\n")).expect("written");
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut inbox = Inbox {
            home,
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            env: env.iter().map(owned).collect(),
            agent: agent(),
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
            metrics: None,
            child: None,
        };
        assert!(inbox.try_start(&[]), "{}", inbox.log());
        inbox
    }

    /// Starts it once more with these variables on top; false when it ended before it listened.
    pub(crate) fn try_start(&mut self, env: &[(&str, &str)]) -> bool {
        assert!(self.child.is_none(), "it runs");
        let mut command = bare(BINARY);
        command
            .args(["receive", "--listen", "127.0.0.1:0", "--exec", "sh \"$D/program.sh\"", "--store"])
            .arg(self.store())
            .args(&self.args)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .envs(env.iter().copied())
            .env("D", self.home.path())
            .stdout(Stdio::piped())
            .stderr(self.log_file());
        let mut child = command.spawn().expect("the binary starts");
        let output = child.stdout.take().expect("it is piped");
        self.child = Some(child);
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Nobody waits for lines any more once it listens.
                let _ = sender.send(line);
            }
        });
        while let Ok(line) = lines.recv_timeout(PATIENCE) {
            if let Some(url) = line.strip_prefix(METRICS) {
                self.metrics = Some(url.to_owned());
            }
            if let Some(address) = line.strip_prefix(LISTENS) {
                self.address = address.parse().expect("an address");
                return true;
            }
        }
        self.wait();
        false
    }

    /// Where its files are.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path("inbox.db")
    }

    /// Makes a file that the program waits for.
    pub(crate) fn open(&self, name: &str) {
        File::create(self.path(name)).expect("made");
    }

    /// The lines of a file that the program writes.
    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        read_to_string(self.path(name)).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    fn log_file(&self) -> File {
        OpenOptions::new().create(true).append(true).open(self.path("receiver.log")).expect("a file")
    }

    pub(crate) fn log(&self) -> String {
        read_to_string(self.path("receiver.log")).unwrap_or_default()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// Ends it with a signal, and tells how it ended.
    pub(crate) fn end(&mut self, signal: Signal) -> ExitStatus {
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw).expect("a process");
        // It may have ended by itself just now.
        let _ = kill_process(pid, signal);
        self.wait()
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it runs");
        wait_until("the receiver ends", || child.try_wait().expect("its end can be asked for"))
    }

    /// Sends a webhook; no answer is possible, as from one that is being killed.
    pub(crate) fn try_post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, ureq::Error> {
        let request = Request::builder().method("POST").uri(format!("http://{}{path}", self.address));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let typed = headers.iter().any(|(name, _)| *name == "content-type");
        let request = if typed { request } else { request.header("content-type", "application/json") };
        Answer::to(&self.agent, request.body(body)?)
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.try_post(path, headers, body).unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }

    /// Sends a webhook that is taken.
    #[track_caller]
    pub(crate) fn deliver(&self, headers: &[(&str, &str)], body: &str) {
        let answer = self.post("/hooks", headers, body);
        assert_eq!((answer.status, answer.body.as_str()), (200, "Ok"));
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.fetch(&format!("http://{}{path}", self.address))
    }

    /// What Prometheus would read.
    #[track_caller]
    pub(crate) fn metrics(&self) -> String {
        self.fetch(self.metrics.as_deref().expect("it has metrics")).body
    }

    #[track_caller]
    fn fetch(&self, url: &str) -> Answer {
        let request = Request::builder().uri(url).body(()).expect("a request");
        Answer::to(&self.agent, request).unwrap_or_else(|error| panic!("GET {url}: {error}"))
    }

    /// `gatilho inbox …` on its store.
    pub(crate) fn command(&self, args: &[&str]) -> Ran {
        let store = self.store();
        let mut all = vec!["inbox"];
        all.extend(args);
        all.extend(["--store", store.to_str().expect("UTF-8")]);
        gatilho(&all, &[])
    }

    /// Rows of the list, newest first.
    #[track_caller]
    pub(crate) fn rows(&self, args: &[&str]) -> Vec<Value> {
        let mut all = vec!["list", "--json", "--limit", "100000"];
        all.extend(args);
        let list: Value = serde_json::from_str(&self.command(&all).ok()).expect("JSON");
        list["items"].as_array().expect("a list").clone()
    }

    /// Waits until this many requests are in a state.
    #[track_caller]
    pub(crate) fn wait_for(&self, state: &str, count: usize) -> Vec<Value> {
        wait_until(&format!("{count} requests are {state}"), || {
            let rows = self.rows(&["--state", state]);
            (rows.len() == count).then_some(rows)
        })
    }

    /// A second receiver on the same store, to its end.
    pub(crate) fn second(&self, store: &Path) -> Ran {
        let store = store.to_str().expect("UTF-8");
        gatilho(&["receive", "--listen", "127.0.0.1:0", "--exec", "true", "--store", store], &[])
    }
}
