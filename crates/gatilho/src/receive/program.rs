//! One run of the program: its environment, its input, its end, and the tail of what it wrote to standard error.
//! Not here: which request is run (`runner`), what follows from its end (the model).

use super::args::{QUERY_SECRET_VARIABLE, SECRET_VARIABLE};
use model::inbox::Exit;
use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::VecDeque;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::inbox::Run;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

/// What understands the command.
const SHELL: &str = "/bin/sh";

/// Bytes of standard error that are kept.
const OUTPUT_MAX: usize = 4 * 1024;

/// Between asking a program to end and ending it.
const GRACE: Duration = Duration::from_secs(10);

/// How long what a program left behind may hold its standard error open.
const OUTPUT_WITHIN: Duration = Duration::from_secs(1);

/// The variable by which the processes of one run can be told from all others.
pub(super) const RUN_VARIABLE: &str = "WEBHOOK_RUN";

/// What is run, and how long it may take.
#[derive(Debug)]
pub(super) struct Program {
    /// As a shell understands it.
    pub(super) command: String,
    pub(super) time_limit: Duration,
}

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ending {
    /// None when we cut it because the receiver stops.
    pub(super) exit: Option<Exit>,
    /// The tail of its standard error.
    pub(super) output: String,
}

/// What names a run of a request in this inbox.
pub(super) fn mark(store: &Path, request: i64, attempt: i64) -> String {
    format!("{request}.{attempt}@{}", store.display())
}

impl Program {
    /// Runs it to its end. When the receiver stops, it may still end by itself for a while.
    pub(super) async fn run(&self, run: &Run, mark: &str, stop: &CancellationToken) -> Ending {
        let mut child = match self.command(run, mark).spawn() {
            Ok(child) => child,
            Err(error) => {
                return Ending { exit: Some(Exit::NotStarted(error.to_string())), output: String::new() };
            }
        };
        if let Some(mut input) = child.stdin.take() {
            let body = Arc::clone(&run.body);
            // It need not read it.
            tokio::spawn(async move { input.write_all(body.as_bytes()).await });
        }
        let tail = Arc::new(Mutex::new(VecDeque::new()));
        let mut reading =
            child.stderr.take().map(|errors| tokio::spawn(keep_tail(errors, Arc::clone(&tail))));
        let exit = self.end(&mut child, stop).await;
        if let Some(reading) = &mut reading
            && tokio::time::timeout(OUTPUT_WITHIN, &mut *reading).await.is_err()
        {
            reading.abort();
        }
        let tail: Vec<u8> = tail.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect();
        Ending { exit, output: text(&tail) }
    }

    fn command(&self, run: &Run, mark: &str) -> Command {
        let mut command = Command::new(SHELL);
        command
            .arg("-c")
            .arg(&self.command)
            .env_remove(SECRET_VARIABLE)
            .env_remove(QUERY_SECRET_VARIABLE)
            .envs(variables(run))
            .env(RUN_VARIABLE, mark)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            // Of its own, so that all of it can be ended, and Ctrl-C at a terminal is for the receiver alone.
            .process_group(0);
        command
    }

    /// Waits for its end, which is brought about when the time is up.
    async fn end(&self, child: &mut Child, stop: &CancellationToken) -> Option<Exit> {
        let stopped = async {
            stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            ended = child.wait() => Some(ended.map_or_else(|error| Exit::NotStarted(error.to_string()), exit)),
            () = tokio::time::sleep(self.time_limit) => {
                terminate(child).await;
                let limit_ms = i64::try_from(self.time_limit.as_millis()).unwrap_or(i64::MAX);
                Some(Exit::TimeLimit { limit_ms })
            }
            () = stopped => {
                terminate(child).await;
                None
            }
        }
    }
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Status(code),
        (None, signal) => Exit::Signal(signal.unwrap_or_default()),
    }
}

/// Asks all of its processes to end, and ends those that do not.
async fn terminate(child: &mut Child) {
    let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    let signal = |signal| {
        if let Some(group) = group {
            // They may all have ended just now.
            let _ = kill_process_group(group, signal);
        }
    };
    signal(Signal::TERM);
    let ended = tokio::time::timeout(GRACE, child.wait()).await;
    // Also when the first of them has ended: others may not have.
    signal(Signal::KILL);
    if ended.is_err() {
        let _ = child.wait().await;
    }
}

/// What the program is told besides the body.
fn variables(run: &Run) -> Vec<(String, String)> {
    let mut variables = vec![
        ("WEBHOOK_REQUEST".to_owned(), run.request.to_string()),
        ("WEBHOOK_ID".to_owned(), run.webhook_id.clone().unwrap_or_default()),
        ("WEBHOOK_RESEND".to_owned(), run.resend.to_string()),
        ("WEBHOOK_ATTEMPT".to_owned(), run.attempt.to_string()),
        ("WEBHOOK_REPEAT".to_owned(), i32::from(run.repeat).to_string()),
        ("WEBHOOK_TICKET".to_owned(), run.ticket.clone().unwrap_or_default()),
        ("WEBHOOK_PATH".to_owned(), run.path.clone()),
        ("WEBHOOK_QUERY".to_owned(), run.query.clone()),
    ];
    let named = |(name, value): &(String, String)| {
        let letter =
            |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
        (format!("WEBHOOK_HEADER_{}", name.chars().map(letter).collect::<String>()), value.clone())
    };
    variables.extend(run.headers.iter().map(named));
    // No environment can hold a zero byte; a ticket's text may.
    variables.iter_mut().for_each(|(_, value)| value.retain(|letter| letter != '\0'));
    variables
}

/// Reads to the end and keeps the last bytes.
async fn keep_tail(mut errors: impl AsyncRead + Unpin, tail: Arc<Mutex<VecDeque<u8>>>) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = errors.read(&mut buffer).await {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend(&buffer[..length]);
        let surplus = tail.len().saturating_sub(OUTPUT_MAX);
        tail.drain(..surplus);
    }
}

/// As text that can be stored.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &str) -> Run {
        Run {
            request: 7,
            webhook_id: Some("dlv_1".into()),
            resend: 0,
            ticket: Some("10\u{0}42".into()),
            path: "/hooks".into(),
            query: "a=1".into(),
            headers: vec![("content-type".into(), "application/json".into()), ("x.y~z".into(), "1".into())],
            body: body.into(),
            repeat: true,
            attempt: 2,
        }
    }

    async fn ran(command: &str, body: &str, time_limit: Duration) -> Ending {
        let program = Program { command: command.to_owned(), time_limit };
        program.run(&request(body), "a mark", &CancellationToken::new()).await
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn the_program_is_told_everything() {
        let command = "cat >&2; env | grep ^WEBHOOK | sort >&2; exit 3";
        let ending = ran(command, "{\"a\": 1}\n", LONG).await;
        assert_eq!(ending.exit, Some(Exit::Status(3)));
        let lines: Vec<&str> = ending.output.lines().collect();
        assert_eq!(
            lines,
            [
                "{\"a\": 1}",
                "WEBHOOK_ATTEMPT=2",
                "WEBHOOK_HEADER_CONTENT_TYPE=application/json",
                "WEBHOOK_HEADER_X_Y_Z=1",
                "WEBHOOK_ID=dlv_1",
                "WEBHOOK_PATH=/hooks",
                "WEBHOOK_QUERY=a=1",
                "WEBHOOK_REPEAT=1",
                "WEBHOOK_REQUEST=7",
                "WEBHOOK_RESEND=0",
                "WEBHOOK_RUN=a mark",
                "WEBHOOK_TICKET=1042",
            ]
        );
    }

    #[tokio::test]
    async fn a_body_that_nobody_reads_does_no_harm() {
        let ending = ran("exit 0", &"x".repeat(2 * 1024 * 1024), LONG).await;
        assert_eq!(ending.exit, Some(Exit::Status(0)));
    }

    #[tokio::test]
    async fn only_the_tail_of_what_it_said_is_kept() {
        let ending = ran("yes 0123456 | head -n 2000 >&2; echo the end >&2; kill -9 $$", "", LONG).await;
        assert_eq!(ending.exit, Some(Exit::Signal(9)));
        assert_eq!(ending.output.len(), OUTPUT_MAX);
        assert!(ending.output.ends_with("the end\n"), "{}", ending.output);
    }

    #[tokio::test]
    async fn what_runs_too_long_is_ended_with_all_its_processes() {
        let ending = ran("sleep 1000 & echo $! >&2; wait", "", Duration::from_millis(200)).await;
        assert_eq!(ending.exit, Some(Exit::TimeLimit { limit_ms: 200 }));
        let left: i32 = ending.output.trim().parse().unwrap();
        let is_gone = || {
            // A dead process whose parent has not looked yet is still in the list.
            let status = std::fs::read_to_string(format!("/proc/{left}/stat")).unwrap_or_default();
            status.is_empty() || status.contains(") Z ")
        };
        while !is_gone() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn what_cannot_be_started_says_why() {
        let mut run = request("");
        run.headers.push(("x-long".into(), "x".repeat(4 * 1024 * 1024)));
        let program = Program { command: "true".into(), time_limit: LONG };
        let ending = program.run(&run, "", &CancellationToken::new()).await;
        assert!(matches!(ending.exit, Some(Exit::NotStarted(_))), "{ending:?}");
    }
}
