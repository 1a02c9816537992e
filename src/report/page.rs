//! The plan as one page of HTML.

use super::engine::{Engine, TemplateError};
use super::html;
use crate::picture;
use crate::picture::Frame;
use crate::picture::chart::{self, Bar, Chart};
use crate::plan::Totals;
use crate::view::{
    GraphView, GroupTotals, Head, Lane, MilestoneView, NodeKind, PageSection, PageView, PathView, SpanView,
};
use schemars::JsonSchema;
use serde::Serialize;

/// The first is the page, the others are parts of it.
const TEMPLATES: [(&str, &str); 7] = [
    ("page.html", include_str!("../../templates/page.html")),
    ("page/bar.html", include_str!("../../templates/page/bar.html")),
    ("page/chart.html", include_str!("../../templates/page/chart.html")),
    ("page/board.html", include_str!("../../templates/page/board.html")),
    ("page/timeline.html", include_str!("../../templates/page/timeline.html")),
    ("page/tasks.html", include_str!("../../templates/page/tasks.html")),
    ("page/task.html", include_str!("../../templates/page/task.html")),
];
const STYLE: &str = include_str!("../../templates/page/page.css");
const SCRIPT: &str = include_str!("../../templates/page/page.js");

/// Up to how many tasks the groups with open work are unfolded.
const UNFOLDED: usize = 60;

/// What the template of the page sees, and `--context` prints: a plan, and where everything stands in its bars, charts and
/// pictures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PageContext<'a> {
    /// Of what it speaks.
    #[serde(flatten)]
    head: &'a Head,
    /// What the plan is called.
    name: &'a str,
    /// When the tip was committed, RFC 3339: the time of which the page speaks. Null where there is no commit yet.
    as_of: Option<&'a str>,
    /// All tasks that are not archived.
    totals: &'a Totals,
    /// How far they are.
    bar: Bar,
    /// Each group with its subgroups.
    groups: Vec<GroupBar<'a>>,
    /// Each milestone.
    milestones: Vec<MilestoneBar<'a>>,
    /// How often the totals were counted: `day` or `week`.
    counted_by: &'a str,
    /// Scope and completed work over time; null where there are not two points in time.
    burn_up: Option<Chart>,
    /// How many tasks were in which state over time; null as for the other.
    flow: Option<Chart>,
    /// The columns of the board.
    board: &'a [Lane],
    /// The longest chain of remaining work.
    critical_path: &'a PathView,
    /// When open tasks can and must begin; empty where no open task waits for another.
    timeline: Vec<Row<'a>>,
    /// How many open tasks the timeline leaves out.
    timeline_left_out: usize,
    /// What remains and how it hangs together; null where no open task waits for another.
    picture: Option<Picture>,
    /// All tasks that are not archived, by the group they lie in.
    sections: Vec<Fold<'a>>,
    /// How many tasks are archived.
    archived: usize,
}

/// A group, and how far it is.
#[derive(Debug, Serialize, JsonSchema)]
struct GroupBar<'a> {
    #[serde(flatten)]
    group: &'a GroupTotals,
    /// How many groups are around it; four stands for more.
    depth: usize,
    /// How far it is.
    bar: Bar,
}

/// A milestone, and how far it is.
#[derive(Debug, Serialize, JsonSchema)]
struct MilestoneBar<'a> {
    #[serde(flatten)]
    milestone: &'a MilestoneView,
    /// How far it is.
    bar: Bar,
}

/// A row of the timeline, which is 1000 units wide.
#[derive(Debug, Serialize, JsonSchema)]
struct Row<'a> {
    #[serde(flatten)]
    span: &'a SpanView,
    /// Where the work begins.
    x: usize,
    /// How long it takes.
    width: usize,
    /// Where it can begin.
    slack_x: usize,
    /// Until when it can slip, from there.
    slack_width: usize,
}

/// The picture of dependencies.
#[derive(Debug, Serialize, JsonSchema)]
struct Picture {
    /// As SVG; its texts are escaped.
    svg: String,
    /// How many tasks remain.
    total: usize,
    /// Whether groups stand for their tasks.
    folded: bool,
    /// Whether some of the boxes stand for several groups, which wait for each other.
    circles: bool,
    /// Whether only the critical path is drawn, with what leads directly to it.
    narrowed: bool,
    /// How many tasks of the critical path are drawn where it is narrowed to that, those that come first.
    chain: usize,
    /// How many of its tasks are not.
    chain_left_out: usize,
    /// How many tasks are not drawn.
    left_out: usize,
}

/// A group of the table.
#[derive(Debug, Serialize, JsonSchema)]
struct Fold<'a> {
    #[serde(flatten)]
    section: &'a PageSection,
    /// How deep it lies below the outermost groups.
    depth: usize,
    /// How far it is, its subgroups included.
    bar: Bar,
    /// Whether it is unfolded.
    open: bool,
}

/// What the page is besides its context: no part of the plan.
#[derive(Debug, Serialize)]
struct Dressed<'a, T: Serialize> {
    #[serde(flatten)]
    context: &'a T,
    style: &'a str,
    script: &'static str,
    policy: String,
}

/// The page over its context, or over what was printed of one: one file that needs nothing else, and runs nothing but the
/// search of its table.
pub fn page<T: Serialize>(context: &T) -> Result<String, TemplateError> {
    let style = format!("{STYLE}{}", picture::STYLE);
    let dressed = Dressed { context, style: &style, script: SCRIPT, policy: policy(&style) };
    let mut text = Engine::built_in(&TEMPLATES)?.render(TEMPLATES[0].0, &dressed)?;
    text.push('\n');
    Ok(text)
}

impl<'a> PageContext<'a> {
    /// Draws a page.
    pub fn of(page: &'a PageView) -> Self {
        let end = page.timeline.iter().map(|span| span.latest_finish).max().unwrap_or(0);
        let all: usize = page.sections.iter().map(|section| section.tasks.len()).sum();
        let fold = |section: &'a PageSection| Fold {
            section,
            depth: depth(&section.group),
            bar: chart::bar(&section.totals.tasks),
            open: all <= UNFOLDED && !section.settled,
        };
        Self {
            head: &page.head,
            name: &page.name,
            as_of: page.as_of.as_deref(),
            totals: &page.totals,
            bar: chart::bar(&page.totals.tasks),
            groups: page.groups.iter().map(GroupBar::of).collect(),
            milestones: page.milestones.iter().map(MilestoneBar::of).collect(),
            counted_by: page.counted_by,
            burn_up: chart::burn_up(&page.counts),
            flow: chart::flow(&page.counts),
            board: &page.board,
            critical_path: &page.critical_path,
            timeline: page.timeline.iter().map(|span| Row::of(span, end)).collect(),
            timeline_left_out: page.timeline_left_out,
            picture: page.picture.as_ref().map(Picture::of),
            sections: page.sections.iter().map(fold).collect(),
            archived: page.archived,
        }
    }
}

impl<'a> GroupBar<'a> {
    fn of(group: &'a GroupTotals) -> Self {
        Self { group, depth: depth(&group.group), bar: chart::bar(&group.totals.tasks) }
    }
}

impl<'a> MilestoneBar<'a> {
    fn of(milestone: &'a MilestoneView) -> Self {
        Self { milestone, bar: chart::bar(&milestone.totals.tasks) }
    }
}

impl<'a> Row<'a> {
    fn of(span: &'a SpanView, end: u64) -> Self {
        let (x, width) = chart::place(span.earliest_start, span.earliest_finish, end);
        let (slack_x, slack_width) = chart::place(span.earliest_start, span.latest_finish, end);
        Self { span, x, width, slack_x, slack_width }
    }
}

impl Picture {
    fn of(view: &GraphView) -> Self {
        let svg = picture::svg(view, Frame::Inline);
        let circles = view.nodes.iter().any(|node| node.kind == NodeKind::Groups);
        let chain = view.nodes.iter().filter(|node| node.kind == NodeKind::Task && node.critical).count();
        let &GraphView { total, folded, narrowed, chain_left_out, left_out, .. } = view;
        Self { svg, total, folded, circles, narrowed, chain, chain_left_out, left_out }
    }
}

/// How deep a group lies below the outermost ones, as far as it is shown.
fn depth(group: &str) -> usize {
    group.matches('/').count().min(4)
}

/// Nothing is loaded, and only the page's own style and script are let through.
fn policy(style: &str) -> String {
    let (style, script) = (html::source(style), html::source(SCRIPT));
    format!("default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'")
}
