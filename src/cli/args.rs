//! The command line.

use crate::check::hidden_files;
use crate::error::CliError;
use crate::files::path_from;
use crate::finding::{Finding, Severity};
use crate::git::Oid;
use crate::model::TaskId;
use crate::plan::{Blocker, Plan};
use crate::ui::{Ui, When};
use crate::view::Screen;
use crate::workspace::{Request, Scope, Workspace};
use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use std::ffi::OsStr;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// Plan in Git: a commit `task 412: …` completes task 412 on its branch
///
/// The plan lives in .tasks/, one TOML file per task. Status is derived from the plan and the commits reachable from
/// HEAD; nothing is written when work is done. `tasks demo` shows it on a repository of its own.
#[derive(Debug, Parser)]
#[command(name = "tasks", version, max_term_width = 100, infer_subcommands = false)]
pub struct Cli {
    /// What every command understands.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command; a short status without one.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Run as if started in DIR; of several each starts from the one before
    // The name of a global argument must be that of no command's argument: `demo` has a `dir` of its own.
    #[arg(id = "start", short = 'C', value_name = "DIR", global = true, value_hint = clap::ValueHint::DirPath)]
    pub dirs: Vec<PathBuf>,
    /// Read the plan and the history of a revision instead of the work tree
    #[arg(long, value_name = "REV", global = true, add = super::completing::revisions())]
    pub at: Option<String>,
    /// Read the plan of REV, its tasks and what references mean, against the history that is asked for
    #[arg(long, value_name = "REV", global = true, add = super::completing::revisions())]
    pub plan_from: Option<String>,
    /// Leave out work on topic branches, and claims
    #[arg(long, global = true)]
    pub no_branches: bool,
    /// Read history and plan files again, and keep nothing of them for the next command; so does `TASKS_NO_CACHE=1`
    #[arg(long, global = true, env = "TASKS_NO_CACHE", hide_env = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub no_cache: bool,
    /// Answer although the clone is too shallow to know, with the status "unknown" where it must
    #[arg(long, global = true)]
    pub allow_shallow: bool,
    /// Print text for people, which is the default, json for programs, or what else the help of a command names
    #[arg(long, value_parser = FormatParser, hide_possible_values = true, global = true, add = super::completing::formats())]
    pub format: Option<Format>,
    /// When to use colour; auto heeds `NO_COLOR` and `CLICOLOR_FORCE`, then color.tasks and color.ui of Git
    #[arg(long, value_enum, default_value_t, global = true)]
    pub color: When,
    /// Print long answers without the pager
    #[arg(long, global = true)]
    pub no_pager: bool,
    /// Print errors and what was asked for, nothing else
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Also say what was read, and what could not be understood
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// In what form to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// A document.
    #[value(hide = true)]
    Markdown,
    /// A table for spreadsheets.
    #[value(hide = true)]
    Csv,
    /// Annotations of GitHub's runners.
    #[value(hide = true)]
    Github,
    /// GitLab's code quality report.
    #[value(hide = true)]
    Gitlab,
    /// SARIF 2.1.0.
    #[value(hide = true)]
    Sarif,
    /// A page.
    #[value(hide = true)]
    Html,
    /// A picture for browsers.
    #[value(hide = true)]
    Svg,
    /// A picture for Graphviz.
    #[value(hide = true)]
    Dot,
    /// A picture for Markdown on forges.
    #[value(hide = true)]
    Mermaid,
}

impl Format {
    /// As it is given on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// A command and its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show how the plan stands
    Status(super::status::StatusArgs),
    /// List tasks
    List(super::list::ListArgs),
    /// Show tasks in columns: ready, in progress, blocked, completed
    Board(super::board::BoardArgs),
    /// Show what to do next, and why
    Next(super::next::NextArgs),
    /// Show tasks in full
    Show(super::show::ShowArgs),
    /// Explain why a task has its status
    Why(super::why::WhyArgs),
    /// Show what happened to tasks
    Log(super::log::LogArgs),
    /// Show on which branches tasks are completed, missing, reverted or in flight
    Branches(super::branches::BranchesArgs),
    /// Draw tasks and their dependencies
    Graph(super::graph::GraphArgs),
    /// Forecast when what remains may be done
    Forecast(super::forecast::ForecastArgs),
    /// Report what was done between two revisions, for a release or a week
    Report(super::report::ReportArgs),
    /// Show what a branch or an edit changes in the plan, and what follows
    Diff(super::diff::DiffArgs),
    /// Find what is wrong with the plan
    Check(super::check::CheckArgs),
    /// Begin a plan
    Init(super::init::InitArgs),
    /// Write down new tasks
    New(super::new::NewArgs),
    /// Edit tasks in your editor
    Edit(super::edit::EditArgs),
    /// Set keys of tasks: key=value, key+=a,b, key-=a, and key= to remove it
    Set(super::set::SetArgs),
    /// Append a paragraph to a task's description, or a note to a step
    Note(super::note::NoteArgs),
    /// Move tasks into a group, or rename a group
    Move(super::moving::MoveArgs),
    /// Give a task another id
    Renumber(super::renumber::RenumberArgs),
    /// Remove tasks from the plan
    Rm(super::rm::RmArgs),
    /// Put settled tasks away
    Archive(super::archive::ArchiveArgs),
    /// Bring plan files into the canonical form
    Fmt(super::fmt::FmtArgs),
    /// Say that tasks are done although no commit says so
    Done(super::done::DoneArgs),
    /// Complete steps of a task, or add one
    Step(super::step::StepArgs),
    /// Say that tasks wait for something outside the plan
    Block(super::block::BlockArgs),
    /// Say that tasks are not to be done
    Cancel(super::cancel::CancelArgs),
    /// Open tasks again, or unblock them
    Reopen(super::reopen::ReopenArgs),
    /// Claim tasks, so that others see who works on them
    Start(super::start::StartArgs),
    /// Give up claims, so that others can take the tasks
    Release(super::release::ReleaseArgs),
    /// Mend plan files that a merge left with conflicts
    Resolve(super::resolve::ResolveArgs),
    /// Bring in a planning document as tasks
    Import(super::import::ImportArgs),
    /// Write the plan as a document: Markdown, JSON or CSV
    Export(super::export::ExportArgs),
    /// Make a repository to try things on, and show its plan
    Demo(super::demo::DemoArgs),
    /// Install hooks of Git that say what a commit will do, and judge what is pushed
    Hook(super::hook::HookArgs),
    /// Render a template within limits; tasks report calls it
    #[command(hide = true)]
    RenderTemplate(super::render_template::RenderTemplateArgs),
    /// Merge three versions of a plan file; Git calls it
    MergeDriver(super::merge_driver::MergeDriverArgs),
    /// Print the JSON schema of plan files or of an answer
    Schema(super::schema::SchemaArgs),
    /// Print a script that completes commands, options and ids in a shell
    Completions(super::completions::CompletionsArgs),
    /// Print the manual page, or write all of them
    Man(super::man::ManArgs),
}

impl Command {
    /// The forms in which a command answers.
    pub fn forms(&self) -> &'static [Format] {
        use Format::{Csv, Json, Text};
        match self {
            Self::Check(_) => forms_of("check"),
            Self::Diff(_) => forms_of("diff"),
            Self::Export(_) => forms_of("export"),
            Self::Graph(_) => forms_of("graph"),
            Self::Report(_) => forms_of("report"),
            Self::Log(args) if args.counts() => &[Text, Json, Csv],
            Self::Demo(_) | Self::Man(_) | Self::Completions(_) => &[Text],
            _ => forms_of(""),
        }
    }
}

/// The forms in which the command of that name answers.
pub(super) fn forms_of(name: &str) -> &'static [Format] {
    use Format::{Csv, Dot, Github, Gitlab, Html, Json, Markdown, Mermaid, Sarif, Svg, Text};
    match name {
        "check" => &[Text, Json, Github, Gitlab, Sarif],
        "diff" => &[Text, Json, Markdown],
        "export" => &[Text, Json, Markdown, Csv],
        "graph" => &[Text, Json, Svg, Dot, Mermaid],
        "report" => &[Text, Json, Markdown, Html],
        _ => &[Text, Json],
    }
}

/// What a command works with.
pub struct Context {
    /// The options of every command.
    pub global: GlobalArgs,
    /// How to talk.
    pub ui: Ui,
    /// Now: the clock, or `TASKS_NOW`.
    pub now: Timestamp,
}

impl Context {
    /// Looks at the environment.
    ///
    /// `-C` really changes the directory, as with Git: relative paths, in arguments and in `GIT_DIR`, start there.
    pub fn new(mut global: GlobalArgs) -> Result<Self, CliError> {
        for dir in std::mem::take(&mut global.dirs) {
            std::env::set_current_dir(&dir)
                .map_err(|e| CliError::failed(format!("cannot start in {}: {e}", dir.display())))?;
        }
        let ui = Ui::new(global.color, !global.no_pager, global.quiet);
        Ok(Self { now: now()?, global, ui })
    }

    /// Finds the repository.
    pub fn workspace(&self) -> Result<Workspace, CliError> {
        // A name that errors can show; the directory may have been removed meanwhile.
        let here = || std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let request = Request {
            dir: here(),
            at: self.global.at.clone(),
            plan_from: self.global.plan_from.clone(),
            branches: !self.global.no_branches,
            allow_shallow: self.global.allow_shallow,
            cache: !self.global.no_cache,
            now: self.now,
        };
        let workspace = Workspace::open(request)?;
        self.ui.configure(|key| workspace.repo.config_string(key));
        let ui = self.ui.clone();
        let workspace = workspace.with_warnings(move |text| ui.warn(text));
        Ok(match self.ui.meter() {
            Some(meter) => workspace.with_progress(move |state| meter.show(state)),
            None => workspace,
        })
    }

    /// Finds the repository and derives its plan; what could not be understood of history is a warning.
    ///
    /// The plan is never taken apart: with the one answer the process ends, and for ten thousand tasks that is quicker.
    pub fn plan(&self, scope: Scope) -> Result<(Workspace, ManuallyDrop<Plan>), CliError> {
        let workspace = self.workspace()?;
        let plan = self.derive(&workspace, scope)?;
        Ok((workspace, plan))
    }

    /// Finds the repository and derives its plan as far as it concerns those tasks. Of what is no id nothing is known.
    pub fn plan_about(&self, scope: Scope, ids: &[String]) -> Result<ManuallyDrop<Plan>, CliError> {
        let ids: Vec<TaskId> = ids.iter().filter_map(|id| id.trim_start_matches('#').parse().ok()).collect();
        let plan = ManuallyDrop::new(self.workspace()?.plan_about(scope, &ids)?);
        self.warn_of_reading(&plan);
        Ok(plan)
    }

    /// Derives the plan of a repository that was found before.
    pub fn derive(&self, workspace: &Workspace, scope: Scope) -> Result<ManuallyDrop<Plan>, CliError> {
        self.derive_with(workspace, scope, &[])
    }

    /// The same, with a history that reaches back from these commits as well.
    pub fn derive_with(
        &self,
        workspace: &Workspace,
        scope: Scope,
        others: &[Oid],
    ) -> Result<ManuallyDrop<Plan>, CliError> {
        let plan = ManuallyDrop::new(workspace.plan_with(scope, others)?);
        self.warn_of_reading(&plan);
        Ok(plan)
    }

    /// Warns of what could not be understood of history, and of plan files that could not be read.
    fn warn_of_reading(&self, plan: &Plan) {
        let warnings = &plan.history.warnings;
        if self.global.verbose {
            for warning in warnings {
                self.ui.warn(warning);
            }
            let (tasks, commits) = (plan.snapshot.tasks.len(), plan.history.len());
            self.ui.note(&format!("read {tasks} task files and {commits} commits that speak of tasks"));
        } else if let Some(first) = warnings.first() {
            let more = match warnings.len() {
                1 => String::new(),
                n => format!("; {} more with --verbose", n - 1),
            };
            self.ui.warn(&format!("{first}{more}"));
        }
        for conflict in plan.snapshot.problems.iter().filter(|p| p.code == "conflict-markers") {
            let path = conflict.path.as_deref().unwrap_or_default();
            let line = conflict.place.map_or(1, |place| place.line);
            self.ui.warn(&format!("{path}:{line} is in conflict and was not read; tasks resolve mends it"));
        }
        let mut twins = plan.snapshot.problems.iter().filter(|p| p.code == "duplicate-id");
        if let Some(first) = twins.next() {
            let more = match twins.count() {
                0 => String::new(),
                n => format!("; {n} more, which tasks check names"),
            };
            let help = first.help.as_deref().unwrap_or_default();
            self.ui.warn(&format!("{}; {help}{more}", first.message));
        }
        let told = ["conflict-markers", "duplicate-id"];
        let is_error = |p: &&Finding| p.severity == Severity::Error && !told.contains(&p.code);
        let unreadable = plan.snapshot.problems.iter().filter(is_error).count();
        if unreadable > 0 {
            self.ui.warn(&format!("plan files have errors ({unreadable}); tasks check names them"));
        }
    }

    /// Warns of dependencies that never end, which keep tasks from ever being ready.
    pub fn warn_of_knots(&self, plan: &Plan) {
        let missing = |at: usize| plan.blocked_by(at).iter().any(|b| matches!(b, Blocker::Missing(_)));
        let is_whole = plan.graph.is_whole() || !plan.current().any(missing);
        if !is_whole || !plan.graph.entangled().is_empty() {
            let what = "tasks wait for each other, or for what the plan does not have";
            self.ui.warn(&format!("the plan has errors: {what}; tasks check names them"));
        }
    }

    /// Warns of files that were written and that Git is told to ignore.
    pub fn warn_of_hidden<'p>(&self, workspace: &Workspace, paths: impl IntoIterator<Item = &'p str>) {
        // Like Git, which goes on where it cannot read what to ignore: the files are written, whatever is told of them.
        for finding in hidden_files(&workspace.repo.hidden(paths).unwrap_or_default()) {
            let path = finding.path.as_deref().unwrap_or_default();
            let help = finding.help.as_deref().unwrap_or_default();
            self.ui.warn(&format!("{path}: {}; {help}", finding.message));
        }
    }

    /// Refuses to write anywhere but into the work tree.
    pub fn refuse_revisions(&self) -> Result<(), CliError> {
        let given = [("--at", &self.global.at), ("--plan-from", &self.global.plan_from)];
        for (option, rev) in given {
            if let Some(rev) = rev {
                let message = format!("{option} {rev} is for reading; a revision cannot be changed");
                return Err(CliError::failed(message));
            }
        }
        Ok(())
    }

    /// A path from the root of the repository as people can use it where they stand, as `git status` shows it; programs get it
    /// from the root.
    pub fn shown(&self, root: &Path, path: &str) -> String {
        let here = if self.is_json() { None } else { std::env::current_dir().ok() };
        here.map_or_else(|| path.to_owned(), |here| path_from(root, &here, path))
    }

    /// An empty screen for what a command says: for people as wide as the terminal, for programs without styles and with
    /// nothing cut.
    pub fn screen(&self) -> Screen {
        if self.is_json() { Screen::unstyled(80).endless() } else { self.ui.screen() }
    }

    /// Whether a program reads the answer.
    pub fn is_json(&self) -> bool {
        self.global.format == Some(Format::Json)
    }
}

/// The time, unless `TASKS_NOW` sets it: for tests and for pages that must come out the same.
fn now() -> Result<Timestamp, CliError> {
    let Ok(text) = std::env::var("TASKS_NOW") else { return Ok(Timestamp::now()) };
    text.parse().map_err(|_| {
        CliError::failed(format!("TASKS_NOW is {text:?}: expected a time such as 2026-11-21T10:00:00Z"))
    })
}

/// A number on the command line.
pub(super) fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "expected a whole number such as 10".to_owned())
}

/// Reads [`Format`]: what commands take besides text and JSON is not listed for all of them, and refused by what they take.
#[derive(Debug, Clone, Copy)]
struct FormatParser;

impl TypedValueParser for FormatParser {
    type Value = Format;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Format, clap::Error> {
        let name = command.get_name().to_owned();
        let known = move |text: &str| {
            let others = format!("or what tasks {name} --help names besides");
            Format::from_str(text, false).map_err(|_| format!("expected text, json, {others}"))
        };
        TypedValueParser::parse_ref(&known, command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Format::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}

/// A day on the command line.
pub(super) fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "expected a day such as 2026-12-01".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn a_form_that_is_none_is_told_where_to_look() {
        let told = |args: &[&str]| Cli::try_parse_from(args).map_err(|error| error.to_string());
        let error = told(&["tasks", "export", "--format", "yaml"]).unwrap_err();
        assert!(error.contains("expected text, json, or what tasks export --help names besides"), "{error}");
        assert!(told(&["tasks", "export", "--format", "csv"]).is_ok());
        let error = told(&["tasks", "list", "-n", "x"]).unwrap_err();
        assert!(error.contains("expected a whole number such as 10"), "{error}");
    }

    #[test]
    fn a_day_that_is_none_is_told_what_one_is() {
        assert_eq!(day("2026-12-01"), Ok(jiff::civil::date(2026, 12, 1)));
        for text in ["1.12.2026", "foo", "2026-13-01", ""] {
            assert_eq!(day(text), Err("expected a day such as 2026-12-01".to_owned()), "{text}");
        }
    }

    #[test]
    fn no_command_takes_an_argument_of_all_commands_for_its_own() {
        let cli = Cli::command();
        let globals: Vec<&str> = cli.get_arguments().map(|arg| arg.get_id().as_str()).collect();
        assert!(globals.contains(&"start"));
        for command in cli.get_subcommands() {
            let own = command.get_arguments().map(|arg| arg.get_id().as_str());
            let shared: Vec<&str> = own.filter(|id| globals.contains(id)).collect();
            assert!(shared.is_empty(), "{}: {shared:?}", command.get_name());
        }
    }
}
