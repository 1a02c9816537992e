//! The plan as one page of HTML.

use super::engine::{Engine, TemplateError};
use super::html;
use crate::picture;
use crate::picture::Frame;
use crate::picture::chart::{self, Bar, Chart};
use crate::view::{GroupTotals, MilestoneView, PageSection, PageView, SpanView};
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

/// The page: one file that needs nothing else, and runs nothing but the search of its table.
pub fn page(view: &PageView<'_>) -> Result<String, TemplateError> {
    let style = format!("{STYLE}{}", picture::STYLE);
    let mut text = Engine::built_in(&TEMPLATES)?.render(TEMPLATES[0].0, &Sheet::of(view, &style))?;
    text.push('\n');
    Ok(text)
}

/// What the template sees.
#[derive(Debug, Serialize)]
struct Sheet<'a> {
    page: &'a PageView<'a>,
    style: &'a str,
    script: &'static str,
    policy: String,
    bar: Bar,
    groups: Vec<GroupBar<'a>>,
    milestones: Vec<MilestoneBar<'a>>,
    burn_up: Option<Chart>,
    flow: Option<Chart>,
    /// The picture of dependencies as SVG; its texts are escaped.
    picture: Option<String>,
    timeline: Vec<Row<'a>>,
    sections: Vec<Fold<'a>>,
}

#[derive(Debug, Serialize)]
struct GroupBar<'a> {
    group: &'a GroupTotals,
    /// How many groups are around it.
    depth: usize,
    bar: Bar,
}

#[derive(Debug, Serialize)]
struct MilestoneBar<'a> {
    milestone: &'a MilestoneView,
    bar: Bar,
}

/// A row of the timeline.
#[derive(Debug, Serialize)]
struct Row<'a> {
    span: &'a SpanView,
    x: usize,
    width: usize,
    slack_x: usize,
    slack_width: usize,
}

/// A group of the table.
#[derive(Debug, Serialize)]
struct Fold<'a> {
    section: &'a PageSection,
    bar: Bar,
    open: bool,
}

impl<'a> Sheet<'a> {
    fn of(page: &'a PageView<'a>, style: &'a str) -> Self {
        let end = page.timeline.iter().map(|span| span.latest_finish).max().unwrap_or(0);
        let row = |span: &'a SpanView| {
            let (x, width) = chart::place(span.earliest_start, span.earliest_finish, end);
            let (slack_x, slack_width) = chart::place(span.earliest_start, span.latest_finish, end);
            Row { span, x, width, slack_x, slack_width }
        };
        let all: usize = page.sections.iter().map(|section| section.tasks.len()).sum();
        let fold = |section: &'a PageSection| Fold {
            section,
            bar: chart::bar(&section.totals.tasks),
            open: all <= UNFOLDED && !section.settled,
        };
        Self {
            page,
            style,
            script: SCRIPT,
            policy: policy(style),
            bar: chart::bar(&page.status.totals.tasks),
            groups: page.status.groups.iter().map(GroupBar::of).collect(),
            milestones: page.status.milestones.iter().map(MilestoneBar::of).collect(),
            burn_up: chart::burn_up(&page.counts),
            flow: chart::flow(&page.counts),
            picture: page.picture.as_ref().map(|view| picture::svg(view, Frame::Inline)),
            timeline: page.timeline.iter().map(row).collect(),
            sections: page.sections.iter().map(fold).collect(),
        }
    }
}

impl<'a> GroupBar<'a> {
    fn of(group: &'a GroupTotals) -> Self {
        Self { group, depth: group.group.matches('/').count().min(4), bar: chart::bar(&group.totals.tasks) }
    }
}

impl<'a> MilestoneBar<'a> {
    fn of(milestone: &'a MilestoneView) -> Self {
        Self { milestone, bar: chart::bar(&milestone.totals.tasks) }
    }
}

/// Nothing is loaded, and only the page's own style and script are let through.
fn policy(style: &str) -> String {
    let (style, script) = (html::source(style), html::source(SCRIPT));
    format!("default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'")
}
