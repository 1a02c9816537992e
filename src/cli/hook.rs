//! `tasks hook`.

use super::args::Context;
use super::writing::DryRun;
use crate::error::CliError;
use crate::finding::Severity;
use crate::hook::{self, Hook, Hooks, Judgement, Line, RefUpdate, Weight};
use crate::shell;
use crate::ui::Ui;
use crate::view::{CheckView, HookRow, HookState, HooksView, Paint, text};
use crate::workspace::Workspace;
use clap::{Args, Subcommand};
use std::ffi::OsString;
use std::io::BufRead;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Install hooks of Git that say what a commit will do, and judge what is pushed
#[derive(Debug, Args)]
#[command(after_long_help = "\
commit-msg says what a message will do, and refuses forms that name ids the plan does not have. prepare-commit-msg offers \
the task that the branch is named for; git config tasks.prepare subject begins the subject with it, off does without. \
pre-receive and update are for the repository that is pushed to: they refuse what tasks check --range and --onto find \
errors in. Where a hook for commits fails itself, the commit passes; where a hook for pushes fails, the push is refused.

With Git 2.54 and later hooks are set in the configuration of the clone, beside all others. Before, marked lines are put \
into the file of the hook, and what is there already runs after them; hooks that husky, lefthook or pre-commit look after \
are left alone, and what to add there is said.")]
pub struct HookArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Install hooks: those for commits in a work tree, pre-receive in a bare repository without update, unless others are
    /// named; those that are installed already are renewed
    Install(Which),
    /// Take hooks away again, all unless some are named, and restore what was there before
    Uninstall(Which),
    /// Show which hooks are installed, where, and whether they are up to date
    Status,
    /// Do what a hook does; Git calls it
    Run(RunArgs),
}

#[derive(Debug, Args)]
struct Which {
    /// The hooks
    #[arg(value_name = "HOOK", value_enum)]
    hooks: Vec<Hook>,
    #[command(flatten)]
    dry_run: DryRun,
}

#[derive(Debug, Args)]
struct RunArgs {
    /// The hook
    #[arg(value_name = "HOOK", value_enum)]
    hook: Hook,
    /// What Git gives to it
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Installs, takes away, shows or runs hooks.
pub fn run(context: &Context, args: &HookArgs) -> Result<(), CliError> {
    match &args.action {
        Action::Install(which) => install(context, which),
        Action::Uninstall(which) => uninstall(context, which),
        Action::Status => {
            let hooks = hooks(&context.workspace()?)?;
            let rows: Result<Vec<HookRow>, CliError> = Hook::ALL.iter().map(|&h| hooks.status(h)).collect();
            show(context, rows?, false)
        }
        Action::Run(args) if args.hook.judges() => judge(context, args),
        Action::Run(args) => advise(context, args),
    }
}

fn install(context: &Context, which: &Which) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let hooks = hooks(&workspace)?;
    let dry_run = which.dry_run.dry_run;
    let rows = if which.hooks.is_empty() {
        hooks.install_usual(workspace.repo.is_bare(), dry_run)?
    } else {
        which.hooks.iter().map(|&hook| hooks.install(hook, dry_run)).collect::<Result<_, CliError>>()?
    };
    let lacks = rows.iter().any(|row| row.state == HookState::Absent);
    show(context, rows, dry_run)?;
    if lacks { Err(CliError::no()) } else { Ok(()) }
}

fn uninstall(context: &Context, which: &Which) -> Result<(), CliError> {
    let named = if which.hooks.is_empty() { &Hook::ALL[..] } else { &which.hooks };
    let hooks = hooks(&context.workspace()?)?;
    let mut rows = Vec::new();
    for &hook in named {
        rows.extend(hooks.uninstall(hook, which.dry_run.dry_run)?);
    }
    if rows.is_empty() && !context.is_json() {
        let mut screen = context.ui.screen();
        screen.plain("no hook of ours was installed").line();
        return context.ui.done(screen);
    }
    show(context, rows, which.dry_run.dry_run)
}

/// The hooks of the repository, which are to call this program.
fn hooks(workspace: &Workspace) -> Result<Hooks, CliError> {
    let root = workspace.repo.work_dir().unwrap_or(workspace.repo.git_dir());
    Hooks::of(root, std::env::current_exe().ok())
}

fn show(context: &Context, rows: Vec<HookRow>, dry_run: bool) -> Result<(), CliError> {
    let view = HooksView { dry_run, ..HooksView::new(rows) };
    if context.is_json() {
        return context.ui.json(&view);
    }
    let mut screen = context.ui.screen();
    text::hooks(&view, &mut screen);
    context.ui.show(screen)
}

/// A hook's answer is read as it comes: no pager has a place between Git and a message.
fn ui(context: &Context) -> Ui {
    context.ui.without_pager()
}

/// Runs a hook for commits: whatever fails in it, the commit passes.
fn advise(context: &Context, args: &RunArgs) -> Result<(), CliError> {
    let answer = catch_unwind(AssertUnwindSafe(|| message(context, args)));
    // A panic has said itself what went wrong.
    let answer = answer.unwrap_or_else(|_| Err(CliError::failed("the hook failed")));
    let name = args.hook.name();
    let lines = answer.unwrap_or_else(|error| {
        let causes = [std::slice::from_ref(&error.message), &error.hints].concat().join("; ");
        ui(context).note(&format!("tasks hook {name}: {causes}; the commit goes on"));
        Vec::new()
    });
    if lines.is_empty() {
        return Ok(());
    }
    let mut screen = context.ui.screen();
    for line in &lines {
        match line.weight {
            Weight::Effect => &mut screen,
            Weight::Warning => screen.put(Paint::Waiting, "warning").plain(": "),
            Weight::Refusal => screen.put(Paint::Bad, "error").plain(": "),
        };
        screen.plain(&line.text).plain(&line.remark).line();
    }
    let is_refused = lines.iter().any(|line| line.weight == Weight::Refusal);
    if !is_refused {
        return ui(context).done(screen);
    }
    let file = args.arguments.first().map(|file| file.to_string_lossy()).unwrap_or_default();
    let hint = format!("the message is kept: git commit -e -F {} takes it up again", shell::word(&file));
    screen.put(Paint::Dim, "hint").plain(": ").plain(&hint).line();
    ui(context).show(screen)?;
    Err(CliError::no())
}

fn message(context: &Context, args: &RunArgs) -> Result<Vec<Line>, CliError> {
    let name = args.hook.name();
    let file =
        args.arguments.first().map(Path::new).ok_or_else(|| {
            CliError::failed(format!("{name} needs the file of the message as its argument"))
        })?;
    // Git says so to its hooks where nobody will see the message.
    let is_edited = std::env::var_os("GIT_EDITOR").is_none_or(|editor| editor != ":");
    let workspace = context.workspace()?;
    if args.hook == Hook::CommitMsg {
        return hook::commit_msg(&workspace, file, is_edited);
    }
    let given = args.arguments.get(1).map(|source| source.to_string_lossy().into_owned());
    // pre-commit hands the file on, and the rest in the environment.
    let source = given.or_else(|| std::env::var("PRE_COMMIT_COMMIT_MSG_SOURCE").ok());
    hook::prepare_commit_msg(&workspace, file, source.as_deref(), is_edited)?;
    Ok(Vec::new())
}

/// Runs a hook for pushes: what cannot be judged is refused.
fn judge(context: &Context, args: &RunArgs) -> Result<(), CliError> {
    let answer = catch_unwind(AssertUnwindSafe(|| {
        let updates = updates(args)?;
        hook::receive(&mut context.workspace()?, &updates)
    }));
    let answer = answer.unwrap_or_else(|_| Err(CliError::failed("the hook failed")));
    let judgements = answer.map_err(|error| error.hint("the push could not be judged, so it is refused"))?;
    let mut is_refused = false;
    let mut screen = context.ui.screen();
    for judgement in judgements {
        is_refused |= judgement.refuses();
        say(judgement, &mut screen);
    }
    ui(context).show(screen)?;
    if is_refused { Err(CliError::no()) } else { Ok(()) }
}

/// What Git says that is pushed: `pre-receive` reads it, `update` gets it as arguments.
fn updates(args: &RunArgs) -> Result<Vec<RefUpdate>, CliError> {
    if args.hook.reads_input() {
        return parse_updates(std::io::stdin().lock());
    }
    let given: Vec<String> = args.arguments.iter().map(|a| a.to_string_lossy().into_owned()).collect();
    match given.as_slice() {
        [name, old, new] => Ok(vec![RefUpdate::new(old, new, name)?]),
        _ => Err(CliError::failed("update needs three arguments: REF OLD NEW")),
    }
}

/// The lines that Git writes to a hook. A name need not be Unicode, and is then shown as well as it can be.
fn parse_updates(input: impl BufRead) -> Result<Vec<RefUpdate>, CliError> {
    let lines = input.split(b'\n').collect::<Result<Vec<Vec<u8>>, _>>()?;
    let lines = lines.iter().filter(|line| !line.is_empty());
    lines.map(|line| RefUpdate::parse(&String::from_utf8_lossy(line))).collect()
}

/// The findings of a branch that is refused; of one that passes what may be looked at.
fn say(judgement: Judgement, screen: &mut crate::view::Screen) {
    let is_refused = judgement.refuses();
    let Judgement { branch, how, is_change, judged } = judgement;
    let counts = |severity: Severity| severity != Severity::Info && (is_refused || is_change);
    let findings: Vec<_> = judged.findings.into_iter().filter(|f| counts(f.severity)).collect();
    if findings.is_empty() {
        return;
    }
    let (paint, word) = if is_refused { (Paint::Bad, "refused") } else { (Paint::Waiting, "accepted") };
    screen.put(Paint::Heading, &branch).plain(" is ").put(paint, word).plain(", judged ").plain(&how).line();
    let view = CheckView::of(&judged.plan, findings, |path| judged.texts.get(path).map(String::as_str));
    text::check(&view, screen);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_not_unicode_is_a_name() {
        let (zeros, oid) = ("0".repeat(40), "ab".repeat(20));
        let line = |name: &[u8]| [format!("{zeros} {oid} ").as_bytes(), name, b"\n"].concat();
        let input = [line(b"refs/tags/v\xe9"), line(b"refs/heads/main")].concat();
        let updates = parse_updates(input.as_slice()).unwrap();
        assert!(
            updates.len() == 2 && updates.iter().all(|update| update.old.is_none() && update.new.is_some())
        );
    }
}
