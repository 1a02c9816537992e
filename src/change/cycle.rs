//! Tasks that would wait for each other.

use crate::changeset::FileChange;
use crate::plan::Graph;
use crate::snapshot::{PlanFiles, Snapshot};
use std::collections::{HashMap, HashSet};

/// A round of tasks that the changes make, as ids with the first repeated at the end. Rounds that were there before are
/// none of theirs.
pub fn new_cycle(mut plan: PlanFiles, changes: &[&FileChange]) -> Option<Vec<String>> {
    let before = plan.clone();
    // The first that changes a file counts.
    let changes: HashMap<&str, &FileChange> =
        changes.iter().rev().map(|change| (change.path.as_str(), *change)).collect();
    for file in &mut plan.files {
        if let Some(after) = changes.get(file.path.as_str()).and_then(|change| change.after.as_ref()) {
            file.bytes.clone_from(after);
        }
    }
    let made = rounds(plan);
    if made.is_empty() {
        return None;
    }
    let old: HashSet<Vec<String>> = rounds(before).into_iter().collect();
    let mut round = made.into_iter().find(|round| !old.contains(round))?;
    round.extend(round.first().cloned());
    Some(round)
}

fn rounds(plan: PlanFiles) -> Vec<Vec<String>> {
    let snapshot = Snapshot::read(plan.files, plan.problems);
    let graph = Graph::new(&snapshot);
    // A round through groups alone has nodes that are no tasks.
    let id = |at: usize| snapshot.tasks.get(at).map(|entry| entry.id.to_string());
    graph.cycles().into_iter().map(|round| round.into_iter().filter_map(id).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::PlanFile;

    #[test]
    fn only_rounds_that_a_change_makes_are_found() {
        let file = |id: &str, depends: &str| PlanFile {
            path: format!(".tasks/{id}.toml"),
            bytes: format!("title = \"t\"\ndepends = [{depends}]\n").into_bytes(),
        };
        let files = vec![file("1", "\"2\""), file("2", "\"1\""), file("3", ""), file("4", "\"3\"")];
        let change = |id: &str, depends: &str| FileChange {
            path: format!(".tasks/{id}.toml"),
            before: None,
            after: Some(file(id, depends).bytes),
        };
        let plan = PlanFiles { files, problems: Vec::new() };
        assert_eq!(new_cycle(plan.clone(), &[&change("3", "\"1\"")]), None);
        let round = new_cycle(plan, &[&change("3", "\"4\"")]).unwrap();
        assert_eq!(round, ["3", "4", "3"]);
    }
}
