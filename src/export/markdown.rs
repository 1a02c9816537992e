//! The plan as a Markdown document, which imports back to the same plan.

use crate::plan::Totals;
use crate::report::{Engine, TemplateError};
use crate::snapshot::PLAN_DIR;
use crate::view::{Note, PlanGroup, PlanMilestone, PlanTask, PlanView};
use camino::Utf8Path;
use serde::Serialize;
use std::collections::HashMap;

/// The first is the document, the others are parts of it.
const TEMPLATES: [(&str, &str); 3] = [
    ("plan.md", include_str!("../../templates/plan.md")),
    ("plan/task.md", include_str!("../../templates/plan/task.md")),
    ("plan/steps.md", include_str!("../../templates/plan/steps.md")),
];

/// What a configuration says that says nothing.
const BARE_CONFIG: &str = "version = 1";

/// The document. It ends in a line feed.
pub fn markdown(view: &PlanView<'_>) -> Result<String, TemplateError> {
    let mut text = Engine::built_in(&TEMPLATES)?.render(TEMPLATES[0].0, &Outline::of(view))?;
    text.push('\n');
    Ok(text)
}

/// The plan in the order of the document.
#[derive(Debug, Serialize)]
struct Outline<'a> {
    name: &'a str,
    totals: Totals,
    percent: usize,
    overview: Vec<Row<'a>>,
    milestones: Vec<Goal<'a>>,
    sections: Vec<Section<'a>>,
    notes: &'a [Note],
    config: Option<&'a str>,
}

/// A line of the table of groups.
#[derive(Debug, Serialize)]
struct Row<'a> {
    indent: String,
    label: &'a str,
    totals: Totals,
    percent: usize,
    due: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Goal<'a> {
    label: &'a str,
    #[serde(flatten)]
    milestone: &'a PlanMilestone<'a>,
}

/// A directory with its tasks.
#[derive(Debug, Serialize)]
struct Section<'a> {
    heading: &'static str,
    task_heading: &'static str,
    label: String,
    untitled: bool,
    /// The directory below `.tasks/`; a dot for that itself.
    place: &'a str,
    group: Option<&'a PlanGroup<'a>>,
    tasks: Vec<PlanTask<'a>>,
}

impl<'a> Outline<'a> {
    fn of(view: &'a PlanView<'a>) -> Self {
        let live = view.groups.iter().filter(|g| !g.archived && g.totals.tasks.total > 0);
        let row = |group: &'a PlanGroup<'a>| Row {
            indent: "\u{2003}".repeat(depth(group.path) - 1),
            label: label(group),
            totals: group.totals,
            percent: percent(group.totals),
            due: group.due.as_deref(),
        };
        let goal = |milestone: &'a PlanMilestone<'a>| Goal {
            label: milestone.title.unwrap_or(milestone.milestone),
            milestone,
        };
        let config = view.config.as_ref().map(|config| config.source);
        Self {
            name: view.name,
            totals: view.totals,
            percent: percent(view.totals),
            overview: live.map(row).collect(),
            milestones: view.milestones.iter().map(goal).collect(),
            sections: sections(view),
            notes: view.notes,
            config: config.filter(|text| text.trim() != BARE_CONFIG),
        }
    }
}

/// Tasks outside groups first, then groups in their order, then what is put away.
fn sections<'a>(view: &'a PlanView<'a>) -> Vec<Section<'a>> {
    let mut tasks: HashMap<String, Vec<PlanTask<'a>>> = HashMap::new();
    for task in view.tasks.iter() {
        let dir = Utf8Path::new(&task.task.path).parent().map_or_else(String::new, ToString::to_string);
        tasks.entry(dir).or_default().push(task);
    }
    let mut all = Vec::new();
    let root =
        |all: &mut Vec<Section<'a>>, found: Option<Vec<PlanTask<'a>>>, place: &'static str, label: &str| {
            if let Some(tasks) = found {
                let (heading, task_heading, label) = (HEADINGS[1], HEADINGS[2], label.to_owned());
                all.push(Section { heading, task_heading, label, untitled: true, place, group: None, tasks });
            }
        };
    root(&mut all, tasks.remove(PLAN_DIR), ".", "Tasks");
    let archive = tasks.remove(".tasks/archive");
    let (live, archived): (Vec<_>, Vec<_>) = view.groups.iter().partition(|group| !group.archived);
    for group in live {
        let found = tasks.remove(group.path).unwrap_or_default();
        all.push(section(group, found));
    }
    root(&mut all, archive, "archive", "Archive");
    for group in archived {
        let found = tasks.remove(group.path).unwrap_or_default();
        all.push(section(group, found));
    }
    all
}

const HEADINGS: [&str; 6] = ["#", "##", "###", "####", "#####", "######"];

fn section<'a>(group: &'a PlanGroup<'a>, tasks: Vec<PlanTask<'a>>) -> Section<'a> {
    let depth = depth(group.path) - usize::from(group.archived);
    let archived = if group.archived { " (archive)" } else { "" };
    Section {
        heading: HEADINGS[depth.min(4)],
        task_heading: HEADINGS[depth.min(4) + 1],
        label: format!("{}{archived}", label(group)),
        untitled: group.title.is_none(),
        place: &group.path[PLAN_DIR.len() + 1..],
        group: Some(group),
        tasks,
    }
}

/// 1 for a directory directly below `.tasks/`.
fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// The title, or the last part of the name.
fn label<'a>(group: &PlanGroup<'a>) -> &'a str {
    group.title.unwrap_or_else(|| group.group.rsplit('/').next().unwrap_or(group.group))
}

/// Completed tasks of a hundred; nothing is not all of it.
fn percent(totals: Totals) -> usize {
    (totals.tasks.completed * 100).checked_div(totals.tasks.total).unwrap_or(0)
}
