//! Descriptions: both forms, and what must never get into them.

use super::*;

#[test]
fn plain_text_stays_as_it_was_typed() {
    let read = Description::read("a < b && c > d\r\n  \"x\"\u{0}\u{7}");
    assert_eq!(read.plain, "a < b && c > d\r\n  \"x\"");
    assert_eq!(read.html, "a &lt; b &amp;&amp; c &gt; d<br>  &quot;x&quot;");
    for text in ["if x<y and z>w", "Vec<u8>", "<nome@exemplo.com>", "&amp; stays", "1 <br", "<p"] {
        assert_eq!(Description::read(text).plain, text);
    }
}

#[test]
fn html_is_made_safe() {
    let read = Description::read(
        "<p onclick=\"x()\">Olá <b>mundo</b></p><script>alert(1)</script><a href=\"javascript:x\">y</a>",
    );
    assert_eq!(read.html, "<p>Olá <b>mundo</b></p><a rel=\"noopener noreferrer\">y</a>");
    assert_eq!(read.plain, "Olá mundo\ny");
    assert!(!Description::read("<svg onload=alert(1)>").html.contains("onload"));
    assert!(!Description::read("<ScRiPt>alert(1)</sCrIpT>").html.contains("alert"));
}

#[test]
fn plain_text_of_html_has_the_lines_a_reader_sees() {
    for (html, plain) in [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two<br/>\nthree", "one\ntwo\nthree"),
        ("<div>a\n   b</div>  <div>c&nbsp;&amp;&lt;d&gt;</div>", "a b\nc\u{a0}&<d>"),
        ("<ul><li>x</li><li>y</li></ul>z", "x\ny\n\nz"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
        ("<p title=\"a>b\">t</p>", "t"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("a<br><br><br><br>b", "a\n\nb"),
    ] {
        assert_eq!(Description::read(html).plain, plain, "{html}");
    }
}

#[test]
fn html_that_costs_too_much_keeps_its_text() {
    let deep = format!("{}deep &amp; <i>safe</i>", "<div>".repeat(20_000));
    let read = Description::read(&deep);
    assert_eq!((read.plain.as_str(), read.html.as_str()), ("deep & safe", "deep &amp; safe"));
}

#[test]
fn nothing_to_see_is_empty() {
    for text in ["", "<p></p>", "<p>&nbsp; </p>", "<script>x</script>"] {
        assert_eq!(Description::read(text).plain, "", "{text}");
    }
    assert_eq!(Description::read("<img src=\"https://a.example/x.png\">").plain, "[img]");
}

/// Ways to get a script past a cleaner: the classics, and those that only become one when a browser reads them again.
const ATTACKS: [&str; 42] = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//a.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<p><script/x>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x oNeRrOr=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=\"x` `<script>alert(1)</script>\"` `>",
    "<body onload=alert(1)>",
    "<div onmouseover='alert(1)'>x</div>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
    "<a href=\"java\tscript:alert(1)\">x</a>",
    "<a href=\"java&#10;script:alert(1)\">x</a>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<a href=\" \u{1}javascript:alert(1)\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">",
    "<a href=\"//evil.example\">x</a>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"javascript:alert(1)\"></object>",
    "<embed src=\"javascript:alert(1)\">",
    "<form action=\"javascript:alert(1)\"><input type=submit><button formaction=\"javascript:alert(1)\">x</button></form>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<link rel=stylesheet href=\"javascript:alert(1)\">",
    "<base href=\"javascript:alert(1)//\">",
    "<style>@import 'javascript:alert(1)';</style>",
    "<div style=\"background:url(javascript:alert(1))\">x</div>",
    "<div style=\"width: expression(alert(1))\">x</div>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<p><!--><img src=x onerror=alert(1)>--></p>",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea><b>x</b>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
];

/// What stands in the tags of HTML.
fn tags(html: &str) -> Vec<&str> {
    let mut rest = html;
    let mut tags = Vec::new();
    while let Some(at) = rest.find('<') {
        let end = tag_end(&rest[at..]);
        tags.push(&rest[at..at + end]);
        rest = &rest[at + end..];
    }
    tags
}

#[test]
fn no_known_attack_gets_through() {
    for attack in ATTACKS {
        for written in [attack.to_owned(), format!("<p>a</p>{attack}<p>b</p>"), format!("<b>{attack}")] {
            let html = Description::read(&written).html;
            for tag in tags(&html) {
                let inner = tag.trim_start_matches(['<', '/']);
                let end = inner.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(inner.len());
                let (name, rest) = inner.split_at(end);
                let bad = [
                    "script", "style", "svg", "math", "iframe", "object", "embed", "form", "base", "meta",
                    "link",
                ];
                assert!(!bad.contains(&name), "{written} became {html}");
                // Between quotes anything may stand but an address that runs.
                let outside: String = rest.split('"').step_by(2).collect();
                assert!(!outside.contains(" on") && !outside.contains("style"), "{written} became {html}");
                let values: Vec<String> = rest.split('"').skip(1).step_by(2).map(str::to_lowercase).collect();
                let runs = |value: &String| {
                    let squeezed: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
                    ["javascript:", "vbscript:", "data:"].iter().any(|scheme| squeezed.starts_with(scheme))
                };
                assert!(!values.iter().any(runs), "{written} became {html}");
            }
            // What a browser reads again must be the same.
            let again = CLEANER.clean(&html).to_string();
            assert_eq!(tags(&again), tags(&html), "{written} is another one the second time");
            assert_eq!(CLEANER.clean(&again).to_string(), again, "{written} is another one the third time");
        }
    }
}

#[test]
fn what_people_write_keeps_its_form() {
    let html = "<p>Olá <strong>a</strong><br><img src=\"cid:part1@mail.example\" alt=\"x\"></p>\
        <table><tbody><tr><td>1</td></tr></tbody></table><ul><li>x</li></ul><blockquote>y</blockquote>";
    assert_eq!(Description::read(html).html, html);
    let link = Description::read("<a href=\"https://a.example/?x=1&amp;y=2\">z</a>");
    assert_eq!(link.html, "<a href=\"https://a.example/?x=1&amp;y=2\" rel=\"noopener noreferrer\">z</a>");
    let mail = Description::read("<a href=\"mailto:ana@a.example\">z</a>");
    assert!(mail.html.contains("mailto:ana@a.example"));
}
