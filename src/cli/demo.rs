//! `tasks demo`.

use super::args::Context;
use crate::demo;
use crate::error::CliError;
use crate::view::NextView;
use crate::view::{Paint, Screen, StatusView, WhyView, text};
use crate::workspace::{Request, Scope, Workspace};
use clap::Args;
use std::path::PathBuf;

/// Make a repository to try things on, and show its plan
#[derive(Debug, Args)]
#[command(after_long_help = "\
Makes a real Git repository with an example plan and some weeks of history by three authors: a branch in flight, a \
revert, a squash, a step, a reopened task, and a release branch that lacks one. A directory that has content is never \
touched.")]
pub struct DemoArgs {
    /// Where to make it; a new directory tasks-demo here unless given
    // The name `dir` is that of -C, which would take the value as well.
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    place: Option<PathBuf>,
}

/// Makes the repository, then shows `status`, `next` and `why` on it.
pub fn run(context: &Context, args: &DemoArgs) -> Result<(), CliError> {
    let dir = args.place.clone().unwrap_or_else(free_directory);
    demo::create(&dir, context.now).map_err(CliError::failed)?;
    let workspace = Workspace::open(Request {
        dir: dir.clone(),
        at: None,
        plan_from: None,
        branches: true,
        allow_shallow: false,
        cache: !context.global.no_cache,
        now: context.now,
    })?;
    let ui = context.ui.without_pager();
    ui.configure(|key| workspace.repo.config_string(key));
    let plan = workspace.plan(Scope { beyond_boundary: true, ..Scope::default() })?;
    let mut screen = ui.screen();
    screen.plain("A plan of a small product is in ").put(Paint::Heading, &dir.display().to_string()).line();
    prompt(&mut screen, "tasks status");
    text::status(&StatusView::of(&plan, workspace.name()?, None, 5), &mut screen);
    prompt(&mut screen, "tasks next --limit 3");
    text::next(&NextView::of(&plan, Some(3), |_| true), &mut screen);
    // A task with something to explain: completed, and mentioned in ways that do not count as well.
    let told = |at: &usize| {
        let items = &plan.evidence.tasks[*at].items;
        (items.iter().any(|i| i.ignored.is_none()), items.iter().filter(|i| i.ignored.is_some()).count())
    };
    if let Some(at) = plan.current().max_by_key(told) {
        prompt(&mut screen, &format!("tasks why {}", plan.entry(at).id));
        text::why(&WhyView::of(&plan, at), &mut screen);
    }
    screen.line();
    try_next(&mut screen, &dir.display().to_string());
    ui.show(screen)
}

fn prompt(screen: &mut Screen, command: &str) {
    screen.line();
    screen.put(Paint::Dim, "$ ").put(Paint::Heading, command).line();
}

fn try_next(screen: &mut Screen, dir: &str) {
    screen.put(Paint::Heading, "Try it").line();
    let lines = [
        (format!("cd {dir}"), "then, inside:"),
        ("tasks list --ready".to_owned(), "what could be done now"),
        ("tasks list --at release/1.0".to_owned(), "the release branch's view"),
        ("tasks check".to_owned(), "what is wrong with the plan"),
        ("tasks log --since 2w".to_owned(), "the news"),
        ("git commit --allow-empty -m 'task ID: text'".to_owned(), "completes a task"),
    ];
    for (command, what) in lines {
        screen.plain("  ").cell(Paint::Plain, &command, 44).rest(Paint::Dim, what).line();
    }
}

/// `tasks-demo`, or the first of `tasks-demo-2` and so on that does not exist.
fn free_directory() -> PathBuf {
    let name =
        |n: u32| PathBuf::from(if n == 1 { "tasks-demo".to_owned() } else { format!("tasks-demo-{n}") });
    (1..1000).map(name).find(|dir| !dir.exists()).unwrap_or_else(|| name(1))
}
