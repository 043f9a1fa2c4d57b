//! Every command explains itself, with examples that can be copied.

use crate::support::gatilho;

const COMMANDS: [&[&str]; 27] = [
    &[],
    &["serve"],
    &["demo"],
    &["receive"],
    &["inbox"],
    &["inbox", "list"],
    &["inbox", "show"],
    &["inbox", "retry"],
    &["inbox", "drop"],
    &["inbox", "tail"],
    &["check"],
    &["backup"],
    &["admin"],
    &["admin", "copy"],
    &["admin", "domain"],
    &["admin", "domain", "create"],
    &["admin", "domain", "list"],
    &["admin", "domain", "suspend"],
    &["admin", "domain", "resume"],
    &["admin", "domain", "hosts"],
    &["admin", "password"],
    &["trigger"],
    &["trigger", "list"],
    &["delivery"],
    &["delivery", "list"],
    &["delivery", "show"],
    &["delivery", "resend"],
];

fn help(command: &[&str]) -> String {
    let args: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
    gatilho(&args, &[]).ok()
}

#[test]
fn every_command_explains_itself_with_examples() {
    for command in COMMANDS {
        let text = help(command);
        assert!(text.contains("Examples:\n  "), "{command:?}\n{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 130), "{command:?}\n{text}");
    }
}

#[test]
fn every_command_that_exists_is_looked_at() {
    for group in [&[][..], &["admin"], &["admin", "domain"], &["trigger"], &["delivery"], &["inbox"]] {
        let text = help(group);
        let listed =
            text.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        for name in listed.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
            let known = COMMANDS
                .iter()
                .any(|command| command.starts_with(group) && command.get(group.len()) == Some(&name));
            assert!(known, "`{} {name}` has no story", group.join(" "));
        }
    }
}

#[test]
fn examples_are_what_can_be_typed() {
    for command in COMMANDS {
        let text = help(command);
        let examples = text.lines().skip_while(|line| *line != "Examples:").skip(1).map(str::trim_start);
        for example in examples.filter(|line| line.contains("gatilho ") && !line.contains(['|', '→', '`']))
        {
            // Variables before it, and what is explained beside it, are no arguments.
            let typed =
                example.split("gatilho ").nth(1).and_then(|rest| rest.split("  ").next()).unwrap_or_default();
            let args: Vec<&str> = typed.split_whitespace().chain(["--help"]).collect();
            assert_eq!(gatilho(&args, &[]).code, Some(0), "{example}");
        }
    }
}

#[test]
fn the_log_of_deliveries() {
    insta::assert_snapshot!(help(&["delivery", "list"]));
}

#[test]
fn sending_again() {
    insta::assert_snapshot!(help(&["delivery", "resend"]));
}

#[test]
fn receiving() {
    insta::assert_snapshot!(help(&["receive"]));
}

#[test]
fn the_doctor() {
    insta::assert_snapshot!(help(&["check"]));
}

#[test]
fn a_key_in_the_environment_is_not_shown() {
    let text = gatilho(&["delivery", "list", "--help"], &[("GATILHO_KEY", "a-secret-key")]).ok();
    assert!(text.contains("GATILHO_KEY") && !text.contains("a-secret-key"), "{text}");
    let secrets =
        [("GATILHO_RECEIVE__SECRET", "a-secret-key"), ("GATILHO_RECEIVE__QUERY_SECRET", "a=a-secret-key")];
    let text = gatilho(&["receive", "--help"], &secrets).ok();
    assert!(text.contains("GATILHO_RECEIVE__SECRET") && !text.contains("a-secret-key"), "{text}");
}
