//! How a delivery's status looks: a sign, a word and a colour, the same wherever it stands. And how counts look.

use super::words::Words;
use askama::Template;
use askama::filters::HtmlSafe;
use model::delivery::Shown;
use store::tally::Count;

/// A delivery's status on a page.
#[derive(Debug, Clone, Template)]
#[template(
    ext = "html",
    source = r#"<span class="state {{ class }}"><span aria-hidden="true">{{ sign }}</span> {{ word }}</span>"#
)]
pub(crate) struct Status {
    /// Its colour.
    pub(crate) class: &'static str,
    /// Its sign.
    pub(crate) sign: &'static str,
    /// Its word in the reader's language.
    pub(crate) word: String,
}

/// Its template escapes what it holds.
impl HtmlSafe for Status {}

impl Status {
    /// The status as this reader reads it.
    pub(crate) fn new(t: Words, shown: Shown) -> Status {
        let (class, sign, word) = match shown {
            Shown::Queued => ("calm", "…", t.say("status-queued")),
            Shown::Sending => ("busy", "➤", t.say("status-sending")),
            Shown::Retrying => ("warn", "↻", t.say("status-retrying")),
            Shown::Delivered => ("good", "✓", t.say("status-delivered")),
            Shown::Failed => ("bad", "✕", t.say("status-failed")),
            Shown::Held => ("warn", "❚❚", t.say("status-held")),
            Shown::Cancelled => ("calm", "⊘", t.say("status-cancelled")),
        };
        Status { class, sign, word }
    }
}

/// A number with its digits in groups of three: `10 000`.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digit.is_ascii_digit() && text != "-" {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A count; with a plus when there may be more.
pub(crate) fn counted(count: Count) -> String {
    let plus = if count.more { "+" } else { "" };
    format!("{}{plus}", grouped(count.rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::classification::Locale;

    #[test]
    fn a_status_is_a_sign_and_a_word() {
        let shown = Status::new(Words::new(Locale::PtBr), Shown::Delivered).to_string();
        assert_eq!(shown, "<span class=\"state good\"><span aria-hidden=\"true\">✓</span> Entregue</span>");
    }

    #[test]
    fn numbers_are_grouped_and_say_when_there_may_be_more() {
        let shown = [0, 999, 1_000, 1_234_567, -5_000].map(grouped);
        assert_eq!(shown, ["0", "999", "1\u{202f}000", "1\u{202f}234\u{202f}567", "-5\u{202f}000"]);
        assert_eq!(counted(Count { rows: 10_000, more: true }), "10\u{202f}000+");
    }
}
