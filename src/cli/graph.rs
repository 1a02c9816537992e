//! `tasks graph`.

use super::args::{Context, Format};
use super::completing::{groups, ids, milestones};
use super::filtering;
use super::locating::position;
use crate::error::CliError;
use crate::files;
use crate::picture::{self, Frame};
use crate::view::{GraphSelection, GraphView, text};
use crate::workspace::Scope;
use clap::Args;
use std::path::{Path, PathBuf};

/// How many boxes a picture has unless told otherwise.
const MOST: usize = 300;

/// Draw tasks and their dependencies
#[derive(Debug, Args)]
#[command(after_long_help = "\
What remains is drawn: open tasks, each after what it waits for. Dependencies that follow from others are left out, the \
longest chain of remaining work is marked, and where a group is waited for as a whole its end is drawn once. Options \
combine.

--format text (the default) is a tree for the terminal, svg a picture for browsers, dot a graph for Graphviz, mermaid a \
chart for Markdown on forges, json the graph itself. Where -o names a file, its ending tells the format.

A picture of more than 300 tasks draws their groups instead, as deep as that allows. Groups that wait for each other share \
a box. Where more than eight do, or there are more than two arrows for each box, the critical path is drawn instead, with the \
tasks that lead directly to it: at most 30 boxes, from its beginning. Where groups do not help, the tasks that come last are left out. --max-nodes sets another limit.")]
pub struct GraphArgs {
    /// Only this task, and what is near it
    #[arg(long, value_name = "ID", add = ids())]
    focus: Option<String>,
    /// How many dependencies before and after it to go; 2 unless given
    #[arg(long, value_name = "N", requires = "focus", value_parser = super::args::number)]
    depth: Option<usize>,
    /// Only ready tasks, and what waits for them directly
    #[arg(short, long)]
    ready: bool,
    /// Settled tasks as well
    #[arg(short, long)]
    all: bool,
    /// Only these groups and their subgroups
    #[arg(short, long, value_delimiter = ',', value_name = "GROUP", add = groups())]
    group: Vec<String>,
    /// Only tasks of these milestones
    #[arg(short, long, value_delimiter = ',', value_name = "MILESTONE", add = milestones())]
    milestone: Vec<String>,
    /// Draw at most so many boxes; 300 in pictures unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_nodes: Option<u32>,
    /// The file to write instead of standard output; replaced whole or not at all
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

/// Draws the graph, and says what is not in it.
pub fn run(context: &Context, args: &GraphArgs) -> Result<(), CliError> {
    let format = format(context.global.format, args.output.as_deref())?;
    let (_, plan) = context.plan(Scope::default())?;
    let focus = args.focus.as_ref().map(|id| position(&plan.snapshot, id)).transpose()?;
    let selection = GraphSelection {
        all: args.all,
        focus: focus.map(|task| (task, args.depth.unwrap_or(2))),
        ready: args.ready,
        groups: args.group.iter().map(|name| filtering::group(&plan, name)).collect::<Result<_, _>>()?,
        milestones: args.milestone.clone(),
    };
    args.milestone.iter().try_for_each(|name| filtering::known_milestone(&plan, name))?;
    let is_picture = !matches!(format, Format::Text | Format::Json);
    let unlimited = if is_picture { MOST } else { usize::MAX };
    let most = args.max_nodes.map_or(unlimited, |most| most as usize);
    let view = GraphView::of(&plan, &selection, most);
    let document = match format {
        Format::Svg => picture::svg(&view, Frame::File),
        Format::Dot => picture::dot(&view),
        Format::Mermaid => mermaid(context, &view),
        Format::Json if args.output.is_none() => return context.ui.json(&view),
        Format::Json => serde_json::to_string_pretty(&view).map_err(std::io::Error::from)? + "\n",
        _ => {
            say_what_is_missing(context, &view);
            let mut screen = context.ui.screen();
            text::graph(&view, &mut screen);
            return context.ui.show(screen);
        }
    };
    say_what_is_missing(context, &view);
    match &args.output {
        Some(path) => Ok(files::replace(path, document.as_bytes())?),
        None => context.ui.document(&document),
    }
}

/// The format asked for, else that of the file's ending.
fn format(asked: Option<Format>, output: Option<&Path>) -> Result<Format, CliError> {
    let Some(output) = output else { return Ok(asked.unwrap_or(Format::Text)) };
    let ending = output.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match (asked.unwrap_or(Format::Text), ending.as_deref()) {
        (Format::Text, Some("svg")) => Ok(Format::Svg),
        (Format::Text, Some("dot" | "gv")) => Ok(Format::Dot),
        (Format::Text, Some("mmd" | "mermaid")) => Ok(Format::Mermaid),
        (Format::Text, Some("json")) => Ok(Format::Json),
        (Format::Text, _) => {
            Err(CliError::failed(format!("cannot tell a format by the ending of {}", output.display()))
                .hint("write --format svg, dot, mermaid or json, or name a file .svg, .dot, .mmd or .json")
                .hint("tasks graph > FILE writes the tree"))
        }
        (asked, _) => Ok(asked),
    }
}

fn mermaid(context: &Context, view: &GraphView) -> String {
    let chart = picture::mermaid(view);
    if chart.nodes_left_out > 0 {
        context.ui.warn(&format!(
            "{} of {} boxes and {} arrows are left out: forges draw no more than 500 arrows and 50,000 characters",
            chart.nodes_left_out,
            view.nodes.len(),
            chart.edges_left_out
        ));
    }
    chart.text
}

fn say_what_is_missing(context: &Context, view: &GraphView) {
    let narrower = "--group, --milestone, --focus and --ready draw a part, --max-nodes N sets the limit";
    if view.folded {
        let (tasks, groups) = (view.total, view.group_count());
        context
            .ui
            .warn(&format!("{tasks} tasks are too many to draw: {groups} groups stand for them; {narrower}"));
    } else if view.narrowed {
        context.ui.warn(&format!(
            "{} tasks are too many to draw, and so are the arrows among their groups: the critical path is drawn{}, with \
             what leads directly to it, and {} tasks are left out; {narrower}",
            view.total,
            if view.chain_left_out > 0 { " as far as there is room" } else { "" },
            view.left_out
        ));
    } else if view.left_out > 0 {
        let (left, total) = (view.left_out, view.total);
        context.ui.warn(&format!("{left} of {total} tasks are left out, those that come last; {narrower}"));
    }
}
