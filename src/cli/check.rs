//! `tasks check`.

use super::args::{Context, Format};
use super::completing::{codes, milestones, revisions};
use super::mending::fix;
use super::writing::DryRun;
use crate::check::Gate;
use crate::error::CliError;
use crate::finding::{self, RULES, Severity};
use crate::model::nearest;
use crate::snapshot::{PLAN_DIR, Snapshot};
use crate::view::{CheckView, GateView, RulesView, forms, text};
use crate::workspace::{Matter, Scope};
use clap::Args;

/// Find what is wrong with the plan
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
#[command(after_long_help = "\
Ends with 0 if there is no error, with 1 if there is one, with 2 if it could not run, and with 3 if history is too shallow \
to judge a range, a merge or a gate; a shallow clone checks the files of a plan all the same. Every clone gets the same \
answer: topic branches have no part in it, and only overdue and stale-in-progress go by the clock. What commits say wrong \
is a warning, since what is pushed cannot be mended, but an error in the commits that --range and --onto judge. [check] in \
.tasks/config.toml sets the severity of each code to error, warning, info or off; a change is judged by what its base has \
there, and its commits are read by the [references] and [history] of the base.

--format takes github (annotations, by itself where GITHUB_ACTIONS is true), gitlab (code quality) and sarif as well.")]
pub struct CheckArgs {
    /// Report what these commits bring: A..B against A, A...B against the merge base, A alone up to HEAD
    #[arg(long, value_name = "A..B", group = "matter", add = revisions())]
    range: Option<String>,
    /// Report what merging HEAD into REV would bring, as the plan will be then
    #[arg(long, value_name = "REV", group = "matter", add = revisions())]
    onto: Option<String>,
    /// Judge what is about to be committed
    #[arg(long, group = "matter")]
    staged: bool,
    /// Show what a milestone still lacks, and end with 1 until it is reached
    #[arg(long, value_name = "MILESTONE", group = "matter", add = milestones())]
    gate: Option<String>,
    /// Explain a rule by its code; without one list all
    #[arg(long, value_name = "CODE", num_args = 0..=1, default_missing_value = "", group = "matter", add = codes())]
    explain: Option<String>,
    /// Mend slips of which it is certain what was meant, then report what is left
    #[arg(long, group = "matter")]
    fix: bool,
    /// With --fix: show how the files would change, and change nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// End with 1 for warnings as well
    #[arg(long, conflicts_with_all = ["gate", "explain"])]
    strict: bool,
}

/// Reports every finding of what was asked for.
pub fn run(context: &Context, args: &CheckArgs) -> Result<(), CliError> {
    if let Some(code) = &args.explain {
        return explain(context, code);
    }
    if let Some(name) = &args.gate {
        return gate(context, name);
    }
    if args.fix {
        fix(context, DryRun { dry_run: args.dry_run })?;
        if args.dry_run {
            return Ok(());
        }
    }
    let matter = matter(context, args)?;
    let judged = context.workspace()?.judge(&matter)?;
    let texts = judged.texts;
    let view = CheckView::of(&judged.plan, judged.findings, |path| texts.get(path).map(String::as_str));
    show(context, &view)?;
    let fails = view.count(Severity::Error) > 0 || (args.strict && view.count(Severity::Warning) > 0);
    if fails { Err(CliError::no()) } else { Ok(()) }
}

fn matter(context: &Context, args: &CheckArgs) -> Result<Matter, CliError> {
    let at = context.global.at.as_ref();
    let refused = |option: &str, why: &str| {
        Err(CliError::failed(format!("{option} and --at exclude each other: {why}")))
    };
    if let Some(range) = &args.range {
        return match at {
            Some(_) => refused("--range", "a range names its own end"),
            None => Ok(Matter::Range(range.clone())),
        };
    }
    if args.staged {
        return match at {
            Some(_) => refused("--staged", "the index is of no revision"),
            None => Ok(Matter::Staged),
        };
    }
    Ok(args.onto.clone().map_or(Matter::Plan, Matter::Onto))
}

/// In the form that was asked for; GitHub's runners get theirs by themselves.
fn show(context: &Context, view: &CheckView) -> Result<(), CliError> {
    let runner = std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
    match context.global.format {
        Some(Format::Json) => context.ui.json(view),
        Some(Format::Gitlab) => context.ui.json(&forms::gitlab(view)),
        Some(Format::Sarif) => context.ui.json(&forms::sarif(view, env!("CARGO_PKG_VERSION"))),
        _ => {
            let mut screen = context.ui.screen();
            if context.global.format == Some(Format::Github) || (runner && context.global.format.is_none()) {
                forms::github(view, &mut screen);
            } else {
                text::check(view, &mut screen);
            }
            if view.findings.is_empty() { context.ui.done(screen) } else { context.ui.show(screen) }
        }
    }
}

fn explain(context: &Context, code: &str) -> Result<(), CliError> {
    let rule = match code {
        "" => None,
        code => Some(finding::rule(code).ok_or_else(|| {
            let error = CliError::failed(format!("no rule has the code {code:?}"));
            match nearest(code, RULES.iter().map(|rule| rule.code)) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error.hint("tasks check --explain lists all"),
            }
        })?),
    };
    if context.is_json() {
        return context.ui.json(&RulesView::of(rule));
    }
    let mut screen = context.ui.screen();
    match rule {
        Some(rule) => text::rule(rule, &mut screen),
        None => text::rules(&RulesView::of(None), &mut screen),
    }
    context.ui.show(screen)
}

/// Why there is no gate of that name.
fn no_milestone(snapshot: &Snapshot, name: &str) -> CliError {
    let path = format!("{PLAN_DIR}/milestones/{name}.toml");
    if let Some(finding) = snapshot.problems.iter().find(|finding| finding.path.as_ref() == Some(&path)) {
        let place = finding.place.map_or(String::new(), |at| format!(":{}:{}", at.line, at.column));
        let error = CliError::failed(format!(
            "the milestone {name:?} cannot be read: {path}{place}: {}",
            finding.message
        ));
        return finding.help.iter().fold(error, CliError::hint);
    }
    let names = || snapshot.milestones.iter().map(|m| m.name.as_str());
    let error = CliError::failed(format!("there is no milestone {name:?}"));
    match nearest(name, names()) {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None if names().next().is_none() => {
            error.hint("the plan has no milestones: .tasks/milestones is empty")
        }
        None => error.hint(format!("there are: {}", names().collect::<Vec<_>>().join(", "))),
    }
}

/// What a milestone lacks, in the plan as it is or at the revision asked for; branches have no part in it.
fn gate(context: &Context, name: &str) -> Result<(), CliError> {
    let (_, plan) = context.plan(Scope { shared: true, alone: true, ..Scope::default() })?;
    let gate = Gate::of(&plan, name).ok_or_else(|| no_milestone(&plan.snapshot, name))?;
    if gate.is_empty && gate.is_met() {
        let text = "no task and no criterion belongs to it, so there is nothing that it could lack";
        context.ui.warn(&format!("the milestone {name}: {text}"));
    }
    let view = GateView::of(&plan, &gate);
    match context.global.format {
        Some(Format::Json) => context.ui.json(&view)?,
        None | Some(Format::Text) => {
            let mut screen = context.ui.screen();
            text::gate(&view, &mut screen);
            context.ui.show(screen)?;
        }
        Some(_) => {
            return Err(CliError::failed("a gate has no findings; use --format text or --format json"));
        }
    }
    if view.met { Ok(()) } else { Err(CliError::no()) }
}
