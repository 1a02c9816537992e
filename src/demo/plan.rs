//! The example plan, as it stands today and as it stood before.

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};

macro_rules! embedded {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../.tasks-example/", $path)))),+]
    };
}

/// Every file of `.tasks-example`, by its path there.
pub const PLAN: &[(&str, &str)] = embedded![
    "config.toml",
    "ops-1.toml",
    "ops-2.toml",
    "milestones/beta.toml",
    "milestones/v1.toml",
    "archive/01-engine/1.toml",
    "01-engine/group.toml",
    "01-engine/2.toml",
    "01-engine/3.toml",
    "01-engine/4.toml",
    "01-engine/5.toml",
    "01-engine/6.toml",
    "01-engine/7.toml",
    "02-data/8.toml",
    "02-data/18.toml",
    "02-data/01-stations/group.toml",
    "02-data/01-stations/9.toml",
    "02-data/01-stations/10.toml",
    "02-data/01-stations/11.toml",
    "02-data/01-stations/12.toml",
    "02-data/01-stations/13.toml",
    "03-app/group.toml",
    "03-app/14.toml",
    "03-app/15.toml",
    "03-app/16.toml",
    "03-app/17.toml",
    "03-app/19.toml",
    "03-app/20.toml",
    "03-app/21.toml",
    "03-app/24.toml",
    "04-launch/group.toml",
    "04-launch/22.toml",
    "04-launch/23.toml",
    "04-launch/25.toml",
];

/// The day on which the dates of the example plan were chosen.
const WRITTEN_ON: Date = jiff::civil::date(2026, 11, 20);

/// The files that the first version of the plan lacked, and the path of one that has been archived since.
const LATER: [&str; 4] =
    ["archive/01-engine/1.toml", "02-data/18.toml", "03-app/24.toml", "04-launch/25.toml"];

/// What has been edited since: the file, what stands there today, what stood there before.
const EDITS: [(&str, &str, &str); 5] = [
    (
        "01-engine/5.toml",
        "\nstatus = \"cancelled\"\n\nreason = \"in one second the water moves less than a millimetre\"\n",
        "",
    ),
    ("01-engine/7.toml", "priority = \"high\"", "priority = \"medium\""),
    ("01-engine/7.toml", "estimate = \"1d-2d\"", "estimate = \"1d\""),
    (
        "02-data/01-stations/11.toml",
        "\nstatus = \"blocked\"\n\nreason = \"the paper charts of 1953 are being scanned\"\n\n\
         waiting_on = \"the hydrographic office\"\n",
        "",
    ),
    (REOPENED.0, REOPENED.1, ""),
];

/// The edit that reopened a task, which came after all others.
const REOPENED: (&str, &str) = (
    "02-data/01-stations/13.toml",
    "\n# Commits authored before this no longer complete the task.\nreopened = 2026-11-11T15:20:00Z\n",
);

/// What the renumbered task gained when it got its new id.
const RENUMBERED: (&str, &str) = (
    "03-app/24.toml",
    "\n# Two branches had both taken the id 18. This is the one that was renumbered; commits that call it 18 still count.\n\
     aka = [\n  \"18\",\n]\n",
);

/// The example plan as it stands today: paths below `.tasks/` and texts. Its dates are moved by as many days as lie
/// between the day it was written and `now`, so that what is due soon there is due soon here.
pub fn plan(now: Timestamp) -> Vec<(String, String)> {
    PLAN.iter().map(|&(path, text)| (path.to_owned(), moved(text, now))).collect()
}

/// The plan as it was first committed.
pub(super) fn first_plan(now: Timestamp) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = PLAN
        .iter()
        .filter(|(path, _)| !LATER.contains(path))
        .map(|&(path, text)| (path.to_owned(), moved(&before_edits(path, text), now)))
        .collect();
    let (archived, text) = today("archive/01-engine/1.toml", now);
    files.push((archived.replace("archive/", ""), text));
    files
}

/// The files that the change of plan wrote: everything that differs today from the first plan, but for the task that
/// was reopened later and the one that came with a branch.
pub(super) fn changed_plan(now: Timestamp) -> Vec<(String, String)> {
    let mut paths = LATER.to_vec();
    paths.extend(["01-engine/5.toml", "01-engine/7.toml", "02-data/01-stations/11.toml"]);
    paths.retain(|&path| path != RENUMBERED.0);
    paths.into_iter().map(|path| today(path, now)).collect()
}

/// The file of the task that was reopened, as it stands today.
pub(super) fn reopened(now: Timestamp) -> (String, String) {
    today(REOPENED.0, now)
}

/// The file of the renumbered task: as the branch had it, under its first id, and as it stands today.
pub(super) fn renumbered(now: Timestamp) -> [(String, String); 2] {
    let (path, text) = today(RENUMBERED.0, now);
    let before = (path.replace("24", "18"), text.replace(RENUMBERED.1, ""));
    [before, (path, text)]
}

fn today(wanted: &str, now: Timestamp) -> (String, String) {
    let text = PLAN.iter().find(|(path, _)| *path == wanted).map_or("", |&(_, text)| text);
    (wanted.to_owned(), moved(text, now))
}

fn before_edits(path: &str, text: &str) -> String {
    EDITS
        .iter()
        .filter(|(edited, ..)| *edited == path)
        .fold(text.to_owned(), |text, (_, after, before)| text.replace(after, before))
}

/// The text with the dates of its keys moved to fit `now`.
fn moved(text: &str, now: Timestamp) -> String {
    let days = WRITTEN_ON.duration_until(now.to_zoned(TimeZone::UTC).date()).as_hours() / 24;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        out.push_str(&moved_line(line, days).unwrap_or_else(|| line.to_owned()));
    }
    out
}

fn moved_line(line: &str, days: i64) -> Option<String> {
    let key =
        ["due = ", "created = ", "reopened = ", "since = \""].into_iter().find(|k| line.starts_with(k))?;
    let (date, rest) = line[key.len()..].split_at_checked(10)?;
    let date: Date = date.parse().ok()?;
    Some(format!("{key}{}{rest}", date.saturating_add(Span::new().days(days))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn noon(date: &str) -> Timestamp {
        format!("{date}T12:00:00Z").parse().unwrap()
    }

    #[test]
    fn every_file_of_the_example_is_embedded() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/.tasks-example");
        let found: BTreeSet<String> = walkdir::WalkDir::new(root)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"))
            .collect();
        let embedded: BTreeSet<String> = PLAN.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(found, embedded);
    }

    #[test]
    fn on_the_day_it_was_written_the_plan_is_the_example() {
        let files = plan(noon("2026-11-20"));
        assert!(files.iter().zip(PLAN).all(|((path, text), (p, t))| path == p && text == t));
    }

    #[test]
    fn dates_move_with_the_clock_and_nothing_else_does() {
        let later = |text: &str| moved(text, noon("2027-11-21"));
        assert_eq!(later("due = 2026-11-18\n"), "due = 2027-11-19\n");
        assert_eq!(later("since = \"2026-10-16\"\n"), "since = \"2027-10-17\"\n");
        assert_eq!(later("created = 2026-10-16T09:06:00Z\n"), "created = 2027-10-17T09:06:00Z\n");
        assert_eq!(
            later("reason = \"due = 2026-11-18\"\ntitle = \"x\""),
            "reason = \"due = 2026-11-18\"\ntitle = \"x\""
        );
    }

    #[test]
    fn every_edit_is_found_once() {
        let text = |wanted: &str| PLAN.iter().find(|(path, _)| *path == wanted).unwrap().1;
        for (path, after, _) in EDITS {
            assert_eq!(text(path).matches(after).count(), 1, "{path}");
        }
        assert_eq!(text(RENUMBERED.0).matches(RENUMBERED.1).count(), 1);
        assert!(LATER.iter().all(|path| !text(path).is_empty()));
    }
}
