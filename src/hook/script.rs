//! The lines of shell by which Git calls us, put into a hook that exists and taken out of it.

use super::Hook;
use crate::shell;

const BEGIN: &str = "# >>> tasks >>> (tasks hook uninstall takes these lines out again)";
const END: &str = "# <<< tasks <<<";

/// The first line of a hook that is all ours.
const SHEBANG: &str = "#!/bin/sh\n";

/// Its last line, which tells it from a hook of one line that was there before.
const WHOLE: &str = "# Nothing else was in this file.\n";

/// A function for the shell that runs the program at `exe`, else the one on the path, since a desktop program has no path
/// of the user's. Where there is neither, a commit goes on and a push does not.
///
/// For a commit only the answer no ends with 1: whatever else may happen to the program is no reason to lose a message.
fn function(hook: Hook, exe: Option<&str>) -> String {
    let name = hook.name();
    let find = exe.map_or_else(
        || "tasks_exe=tasks".to_owned(),
        |exe| {
            let quoted = shell::quoted(exe);
            format!("tasks_exe={quoted}; command -v \"$tasks_exe\" >/dev/null 2>&1 || tasks_exe=tasks")
        },
    );
    let is_here = "command -v \"$tasks_exe\" >/dev/null 2>&1";
    let run = format!("\"$tasks_exe\" hook run {name} \"$@\"");
    if hook.judges() {
        format!(
            "tasks_hook() {{ {find}; {is_here} || {{ echo \"tasks: the program is not here, so \
             the push cannot be judged\" >&2; return 1; }}; {run}; }}"
        )
    } else {
        format!("tasks_hook() {{ {find}; {is_here} || return 0; {run} || test $? -ne 1; }}")
    }
}

/// The value of `hook.<name>.command`, to which Git appends the arguments.
pub fn command(hook: Hook, exe: Option<&str>) -> String {
    format!("{}; tasks_hook", function(hook, exe))
}

/// The marked lines, with a line end behind the last.
pub fn block(hook: Hook, exe: Option<&str>) -> String {
    let function = function(hook, exe);
    let call = if hook.reads_input() {
        // What stands below in the file gets the same input once more.
        "tasks_input=$(cat)\nprintf '%s\\n' \"$tasks_input\" | tasks_hook \"$@\" || exit 1\nexec <<tasks_end\n$tasks_input\ntasks_end"
    } else {
        "tasks_hook \"$@\" || exit 1"
    };
    format!("{BEGIN}\n{function}\n{call}\n{END}\n")
}

/// A hook with the block behind its first line, or before everything where that names no interpreter: before anything in it
/// can exit. One that has a block gets this one instead. Nothing if the hook is no shell script.
pub fn with_block(script: Option<&str>, block: &str) -> Option<String> {
    let Some(script) = script else { return Some(format!("{SHEBANG}{block}{WHOLE}")) };
    let script = without_block(script).map_or_else(|| script.to_owned(), Remains::into_text);
    if !is_shell(&script) {
        return None;
    }
    if !script.starts_with("#!") {
        return Some(format!("{block}{script}"));
    }
    Some(match script.split_once('\n') {
        Some((first, rest)) => format!("{first}\n{block}{rest}"),
        // The line end that the first line lacks is taken out again with the block.
        None => format!("{script}\n{}", block.trim_end_matches('\n')),
    })
}

/// What is left of a hook without the block.
#[derive(Debug, PartialEq, Eq)]
pub enum Remains {
    /// Nothing that was not ours.
    Nothing,
    /// The hook as it was before.
    Script(String),
}

impl Remains {
    fn into_text(self) -> String {
        match self {
            Self::Nothing => format!("{SHEBANG}{WHOLE}"),
            Self::Script(script) => script,
        }
    }
}

/// Takes the block out; nothing if there is none.
pub fn without_block(script: &str) -> Option<Remains> {
    let (start, end) = range(script)?;
    let (head, tail) = (&script[..start], &script[end..]);
    if head == SHEBANG && tail.strip_prefix('\n') == Some(WHOLE) {
        return Some(Remains::Nothing);
    }
    Some(Remains::Script(match tail.strip_prefix('\n') {
        Some(tail) => format!("{head}{tail}"),
        None => format!("{}{tail}", head.strip_suffix('\n').unwrap_or(head)),
    }))
}

/// The block that a hook has.
pub fn block_of(script: &str) -> Option<&str> {
    range(script).map(|(start, end)| &script[start..end])
}

/// Where the block starts, and where its last line ends without its line end.
fn range(script: &str) -> Option<(usize, usize)> {
    let start = script.find(BEGIN)?;
    let end = start + script[start..].find(END)? + END.len();
    Some((start, end))
}

/// Whether a shell that understands the block runs the script: the one that its first line names, or `sh`, by which Git runs
/// a text that names none.
fn is_shell(script: &str) -> bool {
    let first = script.lines().next().unwrap_or_default();
    let Some(interpreter) = first.strip_prefix("#!") else {
        return !script.contains('\0');
    };
    let mut words = interpreter.split_whitespace().filter_map(|word| word.rsplit(['/', '\\']).next());
    let program = words.find(|word| *word != "env" && !word.starts_with('-'));
    program.is_some_and(|program| {
        ["sh", "bash", "dash", "ksh", "zsh", "ash"].contains(&program.trim_end_matches(".exe"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_hook_of_ours_alone_goes_whole() {
        let block = block(Hook::CommitMsg, Some("/opt/it's/tasks"));
        assert!(block.contains(r"tasks_exe='/opt/it'\''s/tasks'"), "{block}");
        let script = with_block(None, &block).unwrap();
        assert_eq!(without_block(&script), Some(Remains::Nothing));
        assert_eq!(with_block(Some(&script), &block).unwrap(), script);
    }

    #[test]
    fn only_shell_scripts_are_chained() {
        for (first, is) in [
            ("#!/bin/sh", true),
            ("#!/bin/sh -e", true),
            ("#! /usr/bin/env bash", true),
            ("#!/usr/bin/env -S zsh -f", true),
            ("#!C:/Program/bin/sh.exe", true),
            ("#!/usr/bin/env python3", false),
            ("#!/usr/bin/fish", false),
            ("#!", false),
            ("echo hello", true),
            ("", true),
            ("\u{1}ELF\0", false),
        ] {
            assert_eq!(is_shell(first), is, "{first}");
            assert_eq!(with_block(Some(first), "x\n").is_some(), is, "{first}");
        }
    }

    #[test]
    fn a_new_block_replaces_the_old_one() {
        let (old, new) = (block(Hook::Update, Some("/old")), block(Hook::Update, Some("/new")));
        let script = with_block(Some("#!/bin/sh\necho a\n"), &old).unwrap();
        let renewed = with_block(Some(&script), &new).unwrap();
        assert_eq!(block_of(&renewed).map(|block| format!("{block}\n")), Some(new));
        assert_eq!(without_block(&renewed), Some(Remains::Script("#!/bin/sh\necho a\n".to_owned())));
        assert_eq!(without_block("#!/bin/sh\n"), None);
    }

    proptest! {
        #[test]
        fn taking_out_what_was_put_in_restores_every_byte(rest in "(\n|[a-z#;\r\t ]{0,8}\n?){0,6}", first in 0..3) {
            let script = match first {
                0 => format!("#!/bin/sh\n{rest}"),
                1 => "#!/bin/sh".to_owned(),
                _ => rest,
            };
            let block = block(Hook::PreReceive, None);
            let with = with_block(Some(&script), &block).unwrap();
            let restored = without_block(&with).unwrap().into_text();
            prop_assert_eq!(restored, script);
        }
    }
}
