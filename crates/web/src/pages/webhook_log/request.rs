//! What was sent: headers, the body laid out or as it is, and the same as a curl command. Headers that are signed with a
//! secret have placeholders.

use super::attempt::beginning;
use crate::sent::HIDDEN;
use std::fmt::Write as _;

/// Bytes of a body that the page shows laid out, and that the curl command holds.
const BODY_SHOWN: usize = 32 * 1024;

/// What was sent.
#[derive(Debug)]
pub(crate) struct Request {
    /// `name: value` lines.
    pub(crate) head: String,
    /// The body; none once it has been removed.
    pub(crate) body: Option<Body>,
    /// The curl command; empty once the body has been removed.
    pub(crate) curl: String,
}

/// A body as shown.
#[derive(Debug)]
pub(crate) struct Body {
    /// Laid out, or as sent.
    pub(crate) text: String,
    /// As sent.
    pub(crate) raw: bool,
    /// There is more of it than is shown.
    pub(crate) cut: bool,
    /// Something was left out when it was made.
    pub(crate) truncated: bool,
}

impl Request {
    /// Puts together what was sent to a URL.
    pub(crate) fn new(
        url: &str,
        headers: &[(&'static str, String)],
        body: Option<(&str, bool)>,
        raw: bool,
    ) -> Request {
        let head: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let shown = |(text, truncated): (&str, bool)| {
            if raw {
                return Body { text: text.to_owned(), raw, cut: false, truncated };
            }
            let laid_out = pretty(text);
            let (start, cut) = beginning(&laid_out, BODY_SHOWN);
            Body { text: start.to_owned(), raw, cut, truncated }
        };
        Request {
            head: head.join("\n"),
            curl: body.map_or_else(String::new, |(text, _)| curl(url, headers, text)),
            body: body.map(shown),
        }
    }
}

/// A text in single quotes for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn curl(url: &str, headers: &[(&'static str, String)], body: &str) -> String {
    let mut command = format!("curl -X POST {}", quoted(url));
    for (name, value) in headers {
        let value = value.replace(HIDDEN, if *name == "gatilho-cause" { "CAUSE" } else { "SIGNATURE" });
        // Writing to a text does not fail.
        let _ = write!(command, " \\\n  -H {}", quoted(&format!("{name}: {value}")));
    }
    let data = if body.len() > BODY_SHOWN { "@body.json".to_owned() } else { body.to_owned() };
    let _ = write!(command, " \\\n  --data-binary {}", quoted(&data));
    command
}

/// JSON laid out over lines, each value exactly as it was written. What is no JSON comes out as sensible as it went in.
pub(crate) fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let mut letters = json.chars().peekable();
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(letter) = letters.next() {
        if in_text {
            out.push(letter);
            in_text = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            '"' => {
                in_text = true;
                out.push(letter);
            }
            '{' | '[' => {
                out.push(letter);
                if let Some(end) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            blank if blank.is_ascii_whitespace() => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_with_its_values_as_they_were() {
        let json = r#"{"a":1.50,"b":[],"c":{},"d":["x, {y}","\"q\\",null],"e":{"f":true}}"#;
        let laid_out = "{\n  \"a\": 1.50,\n  \"b\": [],\n  \"c\": {},\n  \"d\": [\n    \"x, {y}\",\n    \"\\\"q\\\\\",\n    null\n  ],\n  \"e\": {\n    \"f\": true\n  }\n}";
        assert_eq!(pretty(json), laid_out);
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&pretty(json)), value(json));
    }

    #[test]
    fn the_curl_command_is_safe_in_a_shell_and_shows_no_secret() {
        let headers = [("webhook-signature", format!("v1,{HIDDEN}")), ("gatilho-cause", HIDDEN.to_owned())];
        let request =
            Request::new("https://a.example/?x='$(id)", &headers, Some(("{\"a\":\"it's\"}", false)), false);
        assert_eq!(
            request.curl,
            "curl -X POST 'https://a.example/?x='\\''$(id)' \\\n  -H 'webhook-signature: v1,SIGNATURE' \\\n  \
             -H 'gatilho-cause: CAUSE' \\\n  --data-binary '{\"a\":\"it'\\''s\"}'"
        );
    }

    #[test]
    fn a_long_body_is_cut_unless_it_is_wanted_as_sent() {
        let long = format!("\"{}\"", "é".repeat(BODY_SHOWN));
        let shown = |raw| Request::new("", &[], Some((&long, true)), raw);
        let body = shown(false).body.unwrap();
        assert!(body.cut && body.truncated && body.text.len() <= BODY_SHOWN);
        assert_eq!(shown(true).body.unwrap().text, long);
        assert!(shown(false).curl.ends_with("'@body.json'"));
        assert!(Request::new("", &[], None, false).body.is_none());
    }
}
