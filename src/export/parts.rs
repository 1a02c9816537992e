//! Which tasks, groups and milestones a document holds.

use crate::format::parse_group;
use crate::model::GroupName;
use crate::plan::Plan;
use crate::snapshot::{GroupEntry, PLAN_DIR, PlanFile};
use crate::view::PlanParts;
use std::collections::{BTreeMap, HashSet};

/// What to leave out; nothing unless said.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these groups and their subgroups; all where there is none.
    pub groups: Vec<GroupName>,
    /// Only members of these milestones; all where there is none.
    pub milestones: Vec<String>,
    /// No settled tasks.
    pub open: bool,
    /// No archived tasks.
    pub no_archived: bool,
}

impl Selection {
    /// Whether nothing is left out.
    pub fn is_whole(&self) -> bool {
        self.groups.is_empty() && self.milestones.is_empty() && !self.open && !self.no_archived
    }

    fn has(&self, plan: &Plan, at: usize) -> bool {
        let entry = plan.entry(at);
        let is_member = || {
            let own = plan.milestones(at);
            self.milestones.iter().any(|wanted| own.iter().any(|name| name.eq_ignore_ascii_case(wanted)))
        };
        (self.groups.is_empty() || self.groups.iter().any(|group| entry.group.is_within(group)))
            && !(self.open && plan.states[at].status.is_settled())
            && !(self.no_archived && entry.archived)
            && (self.milestones.is_empty() || is_member())
    }
}

/// The parts that a document of this selection holds. `files` are those that `plan` was read from, and `excess` what
/// [`super::excess`] found in them.
pub fn parts(
    plan: &Plan,
    name: String,
    selection: &Selection,
    files: &[PlanFile],
    excess: BTreeMap<String, String>,
) -> PlanParts {
    let snapshot = &plan.snapshot;
    let tasks: Vec<usize> = (0..snapshot.tasks.len()).filter(|&at| selection.has(plan, at)).collect();
    let mut groups = groups(plan, files);
    let mut milestones = snapshot.milestones.clone();
    let whole = selection.is_whole();
    if !whole {
        let mut dirs: HashSet<&str> = HashSet::new();
        let mut names: HashSet<&str> = HashSet::new();
        for &at in &tasks {
            let mut dir = plan.entry(at).path.as_str();
            while let Some((above, _)) = dir.rsplit_once('/') {
                dirs.insert(above);
                dir = above;
            }
            names.extend(plan.milestones(at));
        }
        groups.retain(|group| dirs.contains(group.path.as_str()));
        milestones.retain(|milestone| names.contains(milestone.name.as_str()));
    }
    let config_path = format!("{PLAN_DIR}/config.toml");
    let config = files.iter().filter(|_| whole).find(|file| file.path == config_path);
    let config = config.and_then(|file| String::from_utf8(file.bytes.clone()).ok());
    let config = config.map(|text| text.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
    let mut held: HashSet<String> = tasks.iter().map(|&at| plan.entry(at).path.clone()).collect();
    held.extend(groups.iter().map(|group| format!("{}/group.toml", group.path)));
    held.extend(milestones.iter().map(|milestone| milestone.path.clone()));
    let mut sources = excess;
    sources.retain(|path, _| held.contains(path));
    PlanParts { name, tasks, groups, milestones, config, notes: Vec::new(), sources }
}

/// All directories of groups. A snapshot leaves those out whose name a group outside the archive has.
fn groups(plan: &Plan, files: &[PlanFile]) -> Vec<GroupEntry> {
    let mut groups = plan.snapshot.groups.clone();
    let mut known: HashSet<String> = groups.iter().map(|group| group.path.clone()).collect();
    let mut add = |path: &str, file: Option<&PlanFile>| {
        let Some(dir) = path.strip_prefix(".tasks/archive/") else { return };
        if known.insert(path.to_owned()) {
            let group = file.and_then(|file| parse_group(&file.path, &file.bytes).value).unwrap_or_default();
            groups.push(GroupEntry { name: GroupName::from_dir(dir), path: path.to_owned(), group });
        }
    };
    for file in files.iter().filter(|file| file.path.ends_with("/group.toml")) {
        add(file.path.trim_end_matches("/group.toml"), Some(file));
    }
    for entry in plan.snapshot.tasks.iter().filter(|entry| entry.archived) {
        let mut dir = entry.path.as_str();
        while let Some((above, _)) = dir.rsplit_once('/') {
            add(above, None);
            dir = above;
        }
    }
    groups
}
