//! The mark a change carries through the server: it travels as the ticket's subject and comes out in the
//! webhook's body, so the receiver knows which change arrived and when it was due to be sent.

/// One change, as its subject tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    /// Which load it belongs to: what is left over from an earlier one is not counted.
    pub(crate) run: u32,
    /// The change's number within its load, from 0.
    pub(crate) seq: u32,
    /// When it was to be sent, on the shared clock.
    pub(crate) sent_ns: u64,
    /// The endpoint that a trigger may choose by it.
    pub(crate) route: usize,
}

const KEY: &[u8] = b"\"Subject\"";
const OPENING: &[u8] = b"bench r";

impl Marker {
    /// The subject that carries the mark.
    pub(crate) fn subject(&self) -> String {
        format!("bench r{} s{} t{} {}", self.run, self.seq, self.sent_ns, word(self.route))
    }

    /// The mark in a webhook's body, if its subject has one.
    pub(crate) fn find(body: &[u8]) -> Option<Self> {
        let (start, end) = span(body)?;
        let mut rest = body[start..end].strip_prefix(OPENING)?;
        let run = number(&mut rest)?;
        rest = rest.strip_prefix(b" s")?;
        let seq = number(&mut rest)?;
        rest = rest.strip_prefix(b" t")?;
        let sent_ns = number(&mut rest)?;
        rest = rest.strip_prefix(b" ep")?;
        let route = number(&mut rest)?;
        Some(Self {
            run: run.try_into().ok()?,
            seq: seq.try_into().ok()?,
            sent_ns,
            route: route.try_into().ok()?,
        })
    }
}

/// The word in a subject that names an endpoint; none is the beginning of another.
pub(crate) fn word(route: usize) -> String {
    format!("ep{route:04}")
}

/// Where the subject's text starts and ends in a JSON body.
pub(crate) fn span(body: &[u8]) -> Option<(usize, usize)> {
    let mut at = body.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let blank = |byte: &u8| byte.is_ascii_whitespace();
    at += body[at..].iter().take_while(|byte| blank(byte) || **byte == b':').count();
    if *body.get(at)? != b'"' {
        return None;
    }
    at += 1;
    let length = body[at..].iter().position(|byte| *byte == b'"')?;
    Some((at, at + length))
}

/// Takes the decimal number at the front of `rest`.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (head, tail) = rest.split_at(digits);
    *rest = tail;
    std::str::from_utf8(head).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKER: Marker = Marker { run: 3, seq: 41, sent_ns: 123_456_789_012, route: 7 };

    #[test]
    fn comes_out_of_the_body_as_it_went_in() {
        let compact = format!(r#"{{"Id":12,"Type":2,"Subject":"{}","Urgency":""}}"#, MARKER.subject());
        let spaced = format!("{{\n  \"Id\": 12,\n  \"Subject\" : \"{}\"\n}}", MARKER.subject());
        assert_eq!(Marker::find(compact.as_bytes()), Some(MARKER));
        assert_eq!(Marker::find(spaced.as_bytes()), Some(MARKER));
    }

    #[test]
    fn other_subjects_have_none() {
        for body in [
            "",
            "{}",
            r#"{"Subject":null}"#,
            r#"{"Subject":"printer on fire"}"#,
            r#"{"Subject":"bench r1 s2"}"#,
            r#"{"Subject":"bench r s t ep"}"#,
            r#"{"Subject":"bench r1"#,
        ] {
            assert_eq!(Marker::find(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn no_endpoints_word_contains_another() {
        let words: Vec<String> = (0..600).map(word).collect();
        for one in &words {
            assert_eq!(words.iter().filter(|other| other.contains(one.as_str())).count(), 1, "{one}");
        }
    }
}
