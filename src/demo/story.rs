//! What happened to the product: the commits of the demo, oldest first.

use super::history::{Change, Commit, ID, Person, Story};
use super::plan::{changed_plan, first_plan, renumbered, reopened};
use jiff::Timestamp;

const MIRA: Person = Person { name: "Mira Okafor", email: "mira@example.com", zone: "+0000" };
const JONAS: Person = Person { name: "Jonas Lind", email: "jonas@example.com", zone: "+0100" };
const WEN: Person = Person { name: "Wen Zhao", email: "wen@example.com", zone: "+0800" };

/// The file of the code that stands under this path in the product.
macro_rules! code {
    ($path:literal) => {
        ($path, include_str!(concat!("code/", $path)))
    };
}

/// The commits of the demo, oldest first: the last five weeks before `now`. The same `now` gives the same commits.
pub fn history(now: Timestamp) -> Vec<Commit> {
    let mut story = Story::new(now);
    beginning(&mut story, now);
    water(&mut story);
    photos(&mut story, now);
    release(&mut story, now);
    today(&mut story);
    story.finish()
}

/// The plan, and the first tasks completed: by a subject, by a trailer, by a forge's squash, two by one commit.
fn beginning(story: &mut Story, now: Timestamp) {
    story.commit(
        "main",
        MIRA,
        (38, (18, 5)),
        "Begin with what low water is for",
        code(&[code!("README.md")]),
    );
    let plan = plan_changes(first_plan(now));
    story.commit("main", MIRA, (35, (9, 20)), "Plan the way to version 1.0", plan);
    story.commit(
        "main",
        MIRA,
        (33, (11, 42)),
        "task 2: sum the harmonic constituents\n\nFour of them for now. The error left over is the weather's, mostly.",
        code(&[code!("tides/harmonics.py")]),
    );
    story.commit(
        "main",
        JONAS,
        (31, (14, 8)),
        "Import the harbour list\n\nThe list has one row for each gauge, amplitude and lag in one column.\n\n\
         Closes-Task: 9",
        code(&[code!("data/stations.csv"), code!("tides/stations.py")]),
    );
    story.commit(
        "main",
        JONAS,
        (29, (10, 31)),
        "task 10: find the nearest station",
        code(&[code!("tides/nearest.py")]),
    );
    story.commit(
        "main",
        WEN,
        (28, (3, 50)),
        "Turn of the tide (#12)\n\n* task 3: find high and low water\n\n\
         The water turns where two differences have different signs.\n\n\
         * task 4 wip: read the air pressure\n\n* Test that the water turns four times a day",
        code(&[code!("tides/extremes.py"), code!("tides/pressure.py"), code!("tests/test_extremes.py")]),
    );
    story.commit(
        "main",
        WEN,
        (26, (4, 15)),
        "tasks 14 and 15: print the tides of a day and of a week",
        code(&[code!("cli.py")]),
    );
}

/// Two tasks that will be reopened, and one that is reverted.
fn water(story: &mut Story) {
    story.commit(
        "main",
        JONAS,
        (24, (15, 2)),
        "task 12: give every station its time zone",
        code(&[code!("tides/zones.py")]),
    );
    story.commit(
        "main",
        JONAS,
        (22, (9, 47)),
        "task 13: shift heights to chart datum",
        code(&[code!("tides/datum.py")]),
    );
    let subject = "task 6: cache a year of predictions";
    let cache = story.commit("main", MIRA, (20, (16, 33)), subject, code(&[code!("tides/cache.py")]));
    story.fork("photos", "main");
    story.commit(
        "main",
        MIRA,
        (18, (8, 12)),
        &format!(
            "Revert \"{subject}\"\n\nThis reverts commit {ID}.\n\n\
             A station holds a dictionary, which cannot be the key of a cache: every call failed."
        ),
        vec![Change::Remove("tides/cache.py".to_owned())],
    );
    story.quoting(cache);
}

/// A branch that planned and completed a task under an id that the main branch gave to another meanwhile.
fn photos(story: &mut Story, now: Timestamp) {
    let [first, last] = renumbered(now);
    story.commit("photos", WEN, (19, (16, 30)), "Plan a photo for each walk", plan_changes(vec![first]));
    let photos = code(&[code!("web/index.html"), code!("web/photos.py")]);
    story.commit("photos", WEN, (17, (5, 26)), "task 18: show a photo with each walk", photos.clone());

    let mut plan = plan_changes(changed_plan(now));
    plan.push(Change::Remove(".tasks/01-engine/1.toml".to_owned()));
    story.commit(
        "main",
        MIRA,
        (16, (10, 10)),
        "Plan what the first month taught us\n\nThe gauges matter more than we thought, leap seconds do not matter \
         at all, and\nthe paper charts are at the scanner's.",
        plan,
    );

    let mut merged = photos;
    merged.extend(plan_changes(vec![last]));
    story.commit(
        "main",
        MIRA,
        (14, (9, 30)),
        "Merge branch 'photos'\n\nBoth sides had taken the id 18; the photos are 24 now.",
        merged,
    );
    story.merging("photos");
    story.fork("release/1.0", "main");
}

/// A step, two reopened tasks, and a release branch that gets one task by a cherry-pick and lacks another.
fn release(story: &mut Story, now: Timestamp) {
    story.commit(
        "main",
        WEN,
        (12, (2, 58)),
        "task 7 step 1: fetch a year of gauge readings",
        code(&[code!("tests/gauge.py")]),
    );
    story.commit(
        "main",
        JONAS,
        (10, (13, 21)),
        "Test that Lisbon keeps its own time\n\nIt does not: a walker stood at the water an hour too early.\n\n\
         Reopens-Task: 12",
        code(&[code!("tests/test_zones.py")]),
    );
    story.commit(
        "main",
        JONAS,
        (9, (15, 30)),
        "Reopen the shift to chart datum\n\nThe datum of Avonmouth is that of the old dock, half a metre off.",
        plan_changes(vec![reopened(now)]),
    );
    let subject = "task 20: dim the page at night";
    let style = code(&[code!("web/style.css")]);
    let dim = story.commit("main", MIRA, (8, (20, 44)), subject, style.clone());
    story.commit(
        "release/1.0",
        MIRA,
        (7, (9, 5)),
        &format!("{subject}\n\n(cherry picked from commit {ID})"),
        style,
    );
    story.quoting(dim);
    story.written_with(dim);
    story.commit(
        "main",
        WEN,
        (6, (6, 37)),
        "task 17 wip: find low water in daylight",
        code(&[code!("tides/walks.py")]),
    );
    story.commit(
        "main",
        MIRA,
        (5, (17, 19)),
        "task 21: keep working offline\n\nTried under the cliffs, with no bar of reception.",
        code(&[code!("web/offline.js")]),
    );
}

/// A branch in flight, a form of the team's own on an empty commit, and a mention that completes nothing.
fn today(story: &mut Story) {
    story.fork("curve", "main");
    let curve = code!("web/curve.py");
    story.commit("curve", JONAS, (4, (11, 11)), "task 16: draw the tide curve", code(&[curve]));
    story.commit("main", MIRA, (3, (8, 40)), "[ops-1] Register the domain", Vec::new());
    let finer = curve.1.replace("/ 4)", "/ 6)").replace("/ 96", "/ 144").replace("97", "145");
    let finer = finer.replace("a quarter of an hour for each point", "ten minutes for each point");
    story.commit(
        "curve",
        JONAS,
        (2, (15, 55)),
        "Draw a point every ten minutes",
        vec![Change::Write(curve.0.to_owned(), finer.replace("quarter", "tenth"))],
    );
    story.commit(
        "main",
        WEN,
        (1, (4, 2)),
        "Begin the guide for walkers (task 22)\n\nA first page. It needs the walks of task 17 before it can go on.",
        code(&[code!("docs/guide.md")]),
    );
}

fn code(files: &[(&str, &str)]) -> Vec<Change> {
    files.iter().map(|&(path, text)| Change::Write(path.to_owned(), text.to_owned())).collect()
}

fn plan_changes(files: Vec<(String, String)>) -> Vec<Change> {
    files.into_iter().map(|(path, text)| Change::Write(format!(".tasks/{path}"), text)).collect()
}
