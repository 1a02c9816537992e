//! `tasks diff`.

use super::args::{Context, Format};
use super::comparing::{HowToLand, Pair, Version};
use crate::diff::{Consequences, Effects, FieldChange, PlanDiff, task_changes};
use crate::error::CliError;
use crate::format::parse_task;
use crate::git::Repo;
use crate::model::Task;
use crate::view::{Comment, DiffSubject, DiffView, FieldDiff, LandingView, text};
use crate::workspace::{Workspace, local_zone};
use clap::{Args, ValueEnum};
use std::io::Read;
use std::mem::ManuallyDrop;

/// Show what a branch or an edit changes in the plan, and what follows
#[derive(Debug, Args)]
#[command(after_long_help = "\
Without arguments the work tree is compared with the point at which the branch left its upstream or, where that is the \
same branch on a remote, the nearest trunk: what a pull request would bring, and what is not committed yet. REV compares \
the work tree with a revision; A..B compares two, and A...B the second with their merge base, as git diff does. The \
first line says what was compared. --format markdown prints a comment for a pull request, whose first line is a hidden \
mark by which it can be found and replaced.

Status is what every clone derives, topic branches left out. As a driver of git diff, for differences by key instead of \
lines: git config diff.tasks.command 'tasks diff --driver', and in .gitattributes: .tasks/**/*.toml diff=tasks")]
pub struct DiffArgs {
    /// What to compare: REV, A..B or A...B
    #[arg(value_name = "REV", num_args = 0.., add = super::completing::revisions())]
    range: Vec<String>,
    /// Compare the index with HEAD, or with REV
    #[arg(long, visible_alias = "cached", conflicts_with_all = ["landing", "at"])]
    staged: bool,
    /// Read the commits as they would land
    #[arg(long = "as", value_enum, value_name = "HOW")]
    landing: Option<LandAs>,
    /// The title of the squash, or of the pull request that is merged
    #[arg(long, value_name = "TEXT", requires = "landing")]
    title: Option<String>,
    /// The rest of that message, from a file or, with -, from standard input
    #[arg(long, value_name = "FILE", requires = "title", value_hint = clap::ValueHint::FilePath)]
    body: Option<String>,
    /// Leave out what does not fit into a comment of that size (--format markdown)
    #[arg(long, value_name = "N", default_value_t = 65_536, value_parser = super::args::number)]
    max_bytes: usize,
    /// End with 1 if the plan differs
    #[arg(long)]
    exit_code: bool,
    /// Be a driver of git diff: compare two versions of one plan file, given by Git's seven arguments
    #[arg(long, conflicts_with_all = ["staged", "landing", "exit_code"])]
    driver: bool,
}

/// How a branch lands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LandAs {
    /// By a merge commit; with --title that of a forge, whose body begins with the title.
    Merge,
    /// As one commit: only its message counts.
    Squash,
    /// By copies of its commits, without its merges.
    Rebase,
}

/// Shows the difference.
pub fn run(context: &Context, args: &DiffArgs) -> Result<(), CliError> {
    if args.driver {
        return drive(context, &args.range);
    }
    let workspace = context.workspace()?;
    let (before, after) = versions(&workspace, args)?;
    let how = how_to_land(args)?;
    // Never taken apart: with the answer the process ends.
    let pair = ManuallyDrop::new(Pair::read(&workspace, &before, &after, &how)?);
    let view = view(context, &before, &after, &how, &pair);
    if context.is_json() {
        context.ui.json(&view)?;
    } else if context.global.format == Some(Format::Markdown) {
        let comment = Comment::of(&view).into_text(args.max_bytes);
        context
            .ui
            .raw(comment.map_err(|error| CliError::failed(error).hint("raise --max-bytes"))?.as_bytes())?;
    } else {
        let mut screen = context.ui.screen();
        text::diff(&view, &mut screen);
        context.ui.show(screen)?;
    }
    if args.exit_code && !view.is_empty() { Err(CliError::no()) } else { Ok(()) }
}

fn view(context: &Context, before: &Version, after: &Version, how: &HowToLand, pair: &Pair) -> DiffView {
    let diff = PlanDiff::of(&pair.before.snapshot, &pair.after.snapshot);
    let today = context.now.to_zoned(local_zone()).date();
    let consequences = Consequences::of(&pair.before, &pair.after, &diff, Some(today));
    let known = |plan: &crate::plan::Plan| {
        let base = before.tip.and_then(|oid| plan.history.position(&oid));
        plan.history.reachable(&base.into_iter().collect::<Vec<_>>())
    };
    let effects = Effects::of(&pair.before, &pair.after, &diff, &known(&pair.after));
    let lost = pair.unlanded.as_ref().map_or_else(Vec::new, |unlanded| {
        let alone = Effects::of(&pair.before, unlanded, &diff, &known(unlanded));
        alone
            .completes
            .into_iter()
            .filter(|at| pair.after.evidence.tasks[*at].completed_by.is_none())
            .collect()
    });
    DiffView::of(DiffSubject {
        before: &pair.before,
        after: &pair.after,
        base_name: before.name.clone(),
        head_name: after.name.clone(),
        landing: landing_view(how),
        diff: &diff,
        consequences: &consequences,
        effects: &effects,
        lost: &lost,
        is_imagined: &|oid| pair.imagined.contains(&oid),
    })
}

fn landing_view(how: &HowToLand) -> Option<LandingView> {
    let (kind, message) = match how {
        HowToLand::AsTheyAre => return None,
        HowToLand::Merge(message) => ("merge", Some(message.clone())),
        HowToLand::Squash(message) => ("squash", Some(message.clone())),
        HowToLand::Rebase => ("rebase", None),
    };
    Some(LandingView { kind, message })
}

/// What to compare with what.
fn versions(workspace: &Workspace, args: &DiffArgs) -> Result<(Version, Version), CliError> {
    let repo = &workspace.repo;
    let or_head = |rev: &str| if rev.is_empty() { "HEAD".to_owned() } else { rev.to_owned() };
    let range = args.range.iter().map(String::as_str).collect::<Vec<_>>();
    if args.staged {
        let base = match range.as_slice() {
            [] => Version::head(repo)?,
            [rev] if !rev.contains("..") => Version::revision(repo, rev)?,
            _ => return Err(CliError::failed("--staged compares the index with one revision")),
        };
        return Ok((base, Version::staged(repo)?));
    }
    match range.as_slice() {
        [] => {
            let after = Version::current(workspace)?;
            Ok((Version::fork_point(workspace, &after)?, after))
        }
        [range] if range.contains("..") && workspace.request.at.is_some() => {
            Err(CliError::failed(format!("{range} says what to compare, and so does --at")))
        }
        [range] if range.contains("...") => {
            let (a, b) = range.split_once("...").unwrap_or((range, ""));
            let (a, b) = (or_head(a), or_head(b));
            Ok((Version::merge_base(repo, &a, &b)?, Version::revision(repo, &b)?))
        }
        [range] if range.contains("..") => {
            let (a, b) = range.split_once("..").unwrap_or((range, ""));
            both(repo, &or_head(a), &or_head(b))
        }
        [rev] => Ok((Version::revision(repo, rev)?, Version::current(workspace)?)),
        [a, b] => both(repo, a, b),
        _ => Err(CliError::failed(format!("{} revisions are given", range.len()))
            .hint("tasks diff compares two: A..B, or A...B with their merge base")),
    }
}

fn both(repo: &Repo, a: &str, b: &str) -> Result<(Version, Version), CliError> {
    Ok((Version::revision(repo, a)?, Version::revision(repo, b)?))
}

/// With the message that `--title` and `--body` make.
fn how_to_land(args: &DiffArgs) -> Result<HowToLand, CliError> {
    let body = args.body.as_deref().map(read_text).transpose()?;
    let body = body.map_or(String::new(), |body| format!("\n\n{}", body.trim_end()));
    match (args.landing, &args.title) {
        (None, _) => Ok(HowToLand::AsTheyAre),
        (Some(LandAs::Squash), Some(title)) => Ok(HowToLand::Squash(format!("{title}{body}"))),
        (Some(LandAs::Squash), None) => Err(CliError::failed("--as squash needs the title of the squash")
            .hint("--title \"task 412: …\"; nothing else of the branch's messages counts then")),
        // A forge's own subject, behind which the first line of the body is read like a subject.
        (Some(LandAs::Merge), Some(title)) => {
            Ok(HowToLand::Merge(format!("Merge pull request #1 from branch\n\n{title}{body}")))
        }
        (Some(LandAs::Merge), None) => Ok(HowToLand::Merge("Merge branch".to_owned())),
        (Some(LandAs::Rebase), None) => Ok(HowToLand::Rebase),
        (Some(LandAs::Rebase), Some(_)) => {
            Err(CliError::failed("--as rebase keeps every commit's own message: leave out --title"))
        }
    }
}

fn read_text(file: &str) -> Result<String, CliError> {
    if file != "-" {
        return std::fs::read_to_string(file)
            .map_err(|error| CliError::failed(format!("cannot read the body from {file}: {error}")));
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| CliError::failed(format!("cannot read the body from standard input: {error}")))?;
    Ok(text)
}

/// Shows the difference of one file, called by Git: path, old file, hex and mode, new file, hex and mode; of a renamed
/// file also its new path and a line on the renaming; of an unmerged one the path alone.
fn drive(context: &Context, args: &[String]) -> Result<(), CliError> {
    let (path, old, new, modes) = match args {
        [path] => {
            let mut screen = context.ui.screen();
            screen.plain(path).plain(": not merged yet").line();
            return context.ui.show(screen);
        }
        [path, old, _, was, new, _, is] => (path.clone(), old, new, (was, is)),
        [former, old, _, was, new, _, is, path, ..] => {
            (format!("{former} \u{2192} {path}"), old, new, (was, is))
        }
        _ => {
            return Err(CliError::failed("--driver expects the seven arguments of an external diff driver")
                .hint("git config diff.tasks.command 'tasks diff --driver'"));
        }
    };
    let read = |file: &str| -> Result<Vec<u8>, CliError> {
        if file == "/dev/null" || file == "nul" {
            return Ok(Vec::new());
        }
        std::fs::read(file).map_err(|error| CliError::failed(format!("cannot read {file}: {error}")))
    };
    let (old, new) = (read(old)?, read(new)?);
    let mut screen = context.ui.screen();
    let mut fields: Vec<FieldDiff> = mode_change(modes.0, modes.1).into_iter().collect();
    fields.extend(file_changes(&path, &old, &new));
    text::file_diff(&path, &fields, &mut screen);
    context.ui.show(screen)
}

/// That the mode of a file differs, such as `100644` and `100755`; a file that is not there has `.` for a mode.
fn mode_change(before: &str, after: &str) -> Option<FieldDiff> {
    let is_changed = before != after && before != "." && after != ".";
    let change = |value: &str| Some(value.to_owned());
    is_changed.then(|| FieldDiff {
        name: "mode".to_owned(),
        before: change(before),
        after: change(after),
        lines: Vec::new(),
    })
}

/// The keys that differ; line by line where it is no task, or one that cannot be read.
fn file_changes(path: &str, old: &[u8], new: &[u8]) -> Vec<FieldDiff> {
    if old == new {
        return Vec::new();
    }
    let task = |bytes: &[u8]| {
        if bytes.is_empty() { Some(Task::default()) } else { parse_task(path, bytes).value }
    };
    let fields = match (task(old), task(new)) {
        (Some(old), Some(new)) => task_changes(&old, &new),
        _ => Vec::new(),
    };
    if fields.is_empty() {
        let text = |bytes: &[u8]| Some(String::from_utf8_lossy(bytes).into_owned());
        return vec![FieldDiff::by_lines("text", text(old), text(new))];
    }
    // A file that is not there has no title, not an empty one.
    let there = |value: Option<String>| value.filter(|value| !value.is_empty());
    let fields =
        fields.into_iter().map(|f| FieldChange { before: there(f.before), after: there(f.after), ..f });
    fields.map(|field| FieldDiff::of(&field)).collect()
}
