//! Which task a branch is named for.

use crate::model::TaskId;

/// The first known id in a branch's name: `412-rotate`, `task/412`, `task-412`, `feature/412-rotate`.
///
/// Looks through the parts between slashes from the last to the first, and takes the longest beginning of a part that is
/// an id. Without a keyword before it, an id needs a digit: a branch `auth` is named for what it does.
pub fn task_of_branch(
    branch: &str,
    keywords: &[String],
    is_known: impl Fn(&TaskId) -> bool,
) -> Option<TaskId> {
    let parts: Vec<&str> = branch.split('/').collect();
    (0..parts.len()).rev().find_map(|at| {
        let before = at.checked_sub(1).map(|before| parts[before]);
        let is_named = before.is_some_and(|before| is_keyword(before, keywords));
        let stripped = keywords.iter().find_map(|keyword| behind(parts[at], keyword));
        let found = stripped.and_then(|rest| first_id(rest, true, &is_known));
        found.or_else(|| first_id(parts[at], is_named, &is_known))
    })
}

fn is_keyword(part: &str, keywords: &[String]) -> bool {
    keywords.iter().any(|keyword| {
        let plural = format!("{keyword}s");
        part.eq_ignore_ascii_case(keyword) || part.eq_ignore_ascii_case(&plural)
    })
}

/// What follows `task-`, `task_` or `task#`.
fn behind<'a>(part: &'a str, keyword: &str) -> Option<&'a str> {
    let (head, rest) = part.split_at_checked(keyword.len())?;
    rest.strip_prefix(['-', '_', '#']).filter(|_| head.eq_ignore_ascii_case(keyword))
}

fn first_id(part: &str, is_named: bool, is_known: &impl Fn(&TaskId) -> bool) -> Option<TaskId> {
    let separators = part.rmatch_indices(['-', '_', '.']).map(|(at, _)| at);
    std::iter::once(part.len()).chain(separators).find_map(|end| {
        let word = &part[..end];
        let counts = is_named || word.bytes().any(|byte| byte.is_ascii_digit());
        word.parse::<TaskId>().ok().filter(|id| counts && is_known(id))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_name_tasks_in_these_ways() {
        let known = ["412", "PROJ-7", "1.2", "auth"];
        let keywords = ["task".to_owned()];
        let found = |branch: &str| {
            let is_known = |id: &TaskId| known.iter().any(|k| k.eq_ignore_ascii_case(id.as_str()));
            task_of_branch(branch, &keywords, is_known).map(|id| id.to_string())
        };
        for (branch, expected) in [
            ("412-rotate", Some("412")),
            ("412_rotate", Some("412")),
            ("412", Some("412")),
            ("task/412", Some("412")),
            ("tasks/412-rotate", Some("412")),
            ("task-412", Some("412")),
            ("Task-412-rotate", Some("412")),
            ("feature/412-x", Some("412")),
            ("ann/task-412-x", Some("412")),
            ("412/second-try", Some("412")),
            ("proj-7-fix", Some("proj-7")),
            ("feature/1.2-x", Some("1.2")),
            ("task/auth", Some("auth")),
            ("task-auth", Some("auth")),
            ("auth", None),
            ("auth-2", None),
            ("413-rotate", None),
            ("fix-412", None),
            ("main", None),
            ("", None),
        ] {
            assert_eq!(found(branch).as_deref(), expected, "{branch}");
        }
    }
}
