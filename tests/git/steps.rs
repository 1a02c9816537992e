//! What is read through the cache against what is read without: thousands of random histories and ways through them.

use super::{common::TestRepo, oid, rules};
use gix::objs::{Kind, Write as _};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use tasks::config::Since;
use tasks::evidence::{Sweep, Topic, Trunk, Viewpoint, derive};
use tasks::git::{Env, History, HistoryOptions, Oid, Pos, Repo};
use tasks::model::TaskId;
use tasks::plan::{Inputs, Plan};
use tasks::snapshot::{PlanFile, Snapshot};
use tasks::view::{ShowView, WhyView};

/// Histories, and steps in each.
const HISTORIES: u64 = 260;
const STEPS: usize = 40;

/// Pseudo-random numbers; xorshift64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % sides
    }
}

/// A store for commits, with trees to choose from.
struct Store {
    gix: gix::Repository,
    trees: Vec<Oid>,
}

impl Store {
    fn new(repo: &TestRepo) -> Self {
        let mut trees = Vec::new();
        for (plan, code) in [("A", "1"), ("A", "2"), ("B", "2"), ("B", "3"), ("A", "3")] {
            let steps = if plan == "A" { ["one", "two"] } else { ["two", "three"] };
            for id in ["1", "2", "5"] {
                let mut text = format!("title = \"Task {id}\"\n\ncreated = 2026-01-0{id}T00:00:00Z\n");
                for step in steps {
                    write!(text, "\n[[steps]]\ntext = \"{step}\"\n").unwrap();
                }
                repo.write(&format!(".tasks/{id}.toml"), &text);
            }
            repo.write("code", code);
            repo.commit("tree");
            trees.push(oid(&repo.git(&["rev-parse", "HEAD^{tree}"])));
        }
        Self { gix: gix::open(repo.path()).unwrap(), trees }
    }

    fn commit(&self, parents: &[Oid], time: i64, tree: usize, message: &str) -> Oid {
        let mut text = format!("tree {}\n", self.trees[tree]);
        for parent in parents {
            writeln!(text, "parent {parent}").unwrap();
        }
        write!(text, "author A <a@x> {time} +0000\ncommitter C <c@x> {time} +0000\n\n{message}").unwrap();
        self.gix.objects.write_buf(Kind::Commit, text.as_bytes()).unwrap()
    }
}

/// Commits in an order in which parents come first, with their messages.
struct Commits {
    oids: Vec<Oid>,
    parents: Vec<Vec<usize>>,
    subjects: Vec<String>,
}

fn message(dice: &mut Dice, made: &Commits, parents: &[usize], n: usize) -> String {
    let task = dice.below(6);
    let any = if n == 0 { 0 } else { dice.below(n) };
    let near = if parents.is_empty() { any } else { parents[dice.below(parents.len())] };
    let target = if dice.below(3) == 0 { any } else { near };
    let quoted = |at: usize| made.subjects.get(at).cloned().unwrap_or_default();
    let hex = |at: usize| made.oids.get(at).map(Oid::to_string).unwrap_or_default();
    if parents.len() > 1 && dice.below(2) == 0 {
        return format!("Merge pull request #{n} from x\n\n{}", quoted(any));
    }
    match dice.below(20) {
        0..=2 => format!("task {task}: x{}", dice.below(3)),
        3 => format!("wip: task {task}: x"),
        4 => format!("task {task} step {}: x", 1 + dice.below(3)),
        5 => format!("Words\n\nCloses-Task: {task}"),
        6 => format!("Words\n\nReopens-Task: {task}"),
        7 => format!("See task {task}"),
        8 | 9 => format!("Revert \"{}\"\n\nThis reverts commit {}.", quoted(target), hex(target)),
        10 => {
            let kept = made.parents.get(target).and_then(|p| p.get(dice.below(2))).copied().unwrap_or(any);
            let (hex, kept) = (hex(target), hex(kept));
            format!(
                "Revert \"{}\"\n\nThis reverts commit {hex}, reversing\nchanges made to {kept}.",
                quoted(target)
            )
        }
        11 => {
            let abbreviated = hex(target).chars().take(7).collect::<String>();
            format!("Revert \"{}\"\n\nThis reverts commit {abbreviated}.", quoted(target))
        }
        12 => format!("Revert \"{}\"{}", quoted(target), ["", " (#5)"][dice.below(2)]),
        13 => {
            let subject = quoted(target);
            let inner = subject.strip_prefix("Revert \"").and_then(|s| s.strip_suffix('"'));
            format!("Reapply \"{}\"", inner.unwrap_or(&subject))
        }
        14 => format!("Change (#{n})\n\n* task {task}: one\n\n* Revert \"task {task}: one\"\n"),
        // A cherry-pick, as far as messages go.
        15 => quoted(any),
        _ => format!("Change {}", dice.below(4)),
    }
}

fn commits(store: &Store, dice: &mut Dice) -> Commits {
    let mut made = Commits { oids: Vec::new(), parents: Vec::new(), subjects: Vec::new() };
    let count = 4 + dice.below(28);
    for n in 0..count {
        let mut parents: Vec<usize> = Vec::new();
        let wanted = [0, 1, 1, 1, 1, 1, 1, 2, 2, 3][dice.below(10)];
        while parents.len() < wanted.min(n) {
            let reach = if dice.below(3) == 0 { n } else { n.min(3) };
            let parent = n - 1 - dice.below(reach);
            if parents.contains(&parent) {
                break;
            }
            parents.push(parent);
        }
        let message = message(dice, &made, &parents, n);
        // Few times, so that there are equal and backward ones.
        let time = 1_700_000_000 + i64::try_from(dice.below(8)).unwrap() * 1000;
        let up: Vec<Oid> = parents.iter().map(|&p| made.oids[p]).collect();
        let mut oid = store.commit(&up, time, dice.below(store.trees.len()), &message);
        if made.oids.contains(&oid) {
            oid = store.commit(&up, time, 0, &format!("{message}\n\nAgain {n}"));
        }
        made.oids.push(oid);
        made.parents.push(parents);
        made.subjects.push(message.lines().next().unwrap_or_default().to_owned());
    }
    made
}

fn snapshot() -> Snapshot {
    let file = |path: &str, text: &str| PlanFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
    let steps = "\n[[steps]]\ntext = \"two\"\n\n[[steps]]\ntext = \"one\"\n";
    let files = vec![
        file(".tasks/config.toml", "version = 1\n"),
        file(".tasks/1.toml", &format!("title = \"Task 1\"\n{steps}")),
        file(".tasks/2.toml", "title = \"Task 2\"\nreopened = 2023-11-14T22:40:00Z\ndepends = [\"3\"]\n"),
        file(".tasks/3.toml", "title = \"Task 3\"\ndepends = [\"1\", \"4\"]\n"),
        file(".tasks/4.toml", "title = \"Task 5\"\ncreated = 2026-01-05T00:00:00Z\naka = [\"5\"]\n"),
    ];
    Snapshot::read(files, Vec::new())
}

/// The first tip is the one whose answer it is, the second a trunk, and all others are topic branches.
fn viewpoint(history: &History, tips: &[Oid]) -> Viewpoint {
    let pos = |oid: &Oid| history.position(oid);
    Viewpoint {
        tip: pos(&tips[0]),
        trunks: tips[1..]
            .iter()
            .take(1)
            .filter_map(|t| Some(Trunk { name: t.to_string(), head: pos(t)? }))
            .collect(),
        topics: tips
            .iter()
            .skip(2)
            .filter_map(|t| Some(Topic { name: t.to_string(), head: pos(t)?, twin: None }))
            .collect(),
        claims: Vec::new(),
    }
}

/// All that is derived of a history, with commits by their object ids.
fn answer(history: &History, tips: &[Oid], snapshot: &Snapshot) -> String {
    let pos = |oid: &Oid| history.position(oid);
    let viewpoint = viewpoint(history, tips);
    let places = history.places().chain(tips.iter().filter_map(pos));
    let names: HashMap<String, Oid> = places.map(|p: Pos| (format!("{p:?}"), history.oid(p))).collect();
    let records: Vec<_> = history.records().map(|(pos, record)| (history.oid(pos), record)).collect();
    let evidence = derive(snapshot, history, &viewpoint);
    let text = format!("{evidence:?} {records:?} {} {:?}", history.complete, history.warnings);
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find("Pos(") {
        let end = start + rest[start..].find(')').unwrap() + 1;
        write!(out, "{}{}", &rest[..start], names[&rest[start..end]]).unwrap();
        rest = &rest[end..];
    }
    out + rest
}

/// Goes from tip to tip, and holds what is found on the way against what is found there at once.
fn check_sweep(history: &History, tips: &[Oid], snapshot: &Snapshot) {
    let tips: Vec<Pos> = tips.iter().filter_map(|oid| history.position(oid)).collect();
    let mut sweep = Sweep::of(snapshot, history, None);
    let mut before: Option<Pos> = None;
    for &tip in tips.iter().chain(tips.iter().rev()) {
        let stood = format!("{:?}", sweep.tasks());
        let turned = sweep.move_to(tip);
        let there = format!("{:?}", Sweep::of(snapshot, history, Some(tip)).tasks());
        assert_eq!(format!("{:?}", sweep.tasks()), there);
        assert!(!turned.is_empty() || stood == there);
        if let Some(before) = before {
            let beyond = |a: Pos, b: Pos| history.beyond(a, &history.reachable(&[b]));
            assert_eq!(history.between(tip, before), (beyond(tip, before), beyond(before, tip)));
        }
        before = Some(tip);
    }
}

/// What is shown of a task is the same where the plan was derived for it alone.
fn check_about(read: impl Fn() -> History, tips: &[Oid], snapshot: &Snapshot) {
    let inputs = || {
        let history = read();
        Inputs {
            viewpoint: viewpoint(&history, tips),
            snapshot: snapshot.clone(),
            history,
            ..Inputs::default()
        }
    };
    let whole = Plan::derive(inputs());
    for (at, entry) in snapshot.tasks.iter().enumerate() {
        let about = Plan::about(inputs(), std::slice::from_ref(&entry.id));
        let said = |plan: &Plan| {
            let show = serde_json::to_string(&ShowView::of(plan, &[at])).unwrap();
            show + &serde_json::to_string(&WhyView::of(plan, at)).unwrap()
        };
        assert_eq!(said(&about), said(&whole));
    }
}

/// The first of the other tips that the first one reaches is the one that its ancestors say.
fn check_reach(repo: &Repo, history: &History, tips: &[usize], made: &Commits) {
    let mut ancestors = HashSet::new();
    let mut queue = vec![tips[0]];
    while let Some(n) = queue.pop() {
        if ancestors.insert(n) {
            queue.extend(&made.parents[n]);
        }
    }
    let oids: Vec<Oid> = tips.iter().map(|&n| made.oids[n]).collect();
    let expected = tips[1..].iter().position(|n| ancestors.contains(n));
    let found = repo.first_ancestor(history, oids[0], &oids[1..]).unwrap();
    assert_eq!(found, expected, "{oids:?}");
}

fn some_tips(dice: &mut Dice, made: &Commits, before: &[usize]) -> Vec<usize> {
    let mut tips = before.to_vec();
    let count = made.oids.len();
    for _ in 0..=dice.below(2) {
        match dice.below(6) {
            // On by one commit, where there is one.
            0..=2 => {
                let at = dice.below(tips.len());
                let child = (0..count).find(|&n| made.parents[n].contains(&tips[at]));
                tips[at] = child.unwrap_or(tips[at]);
            }
            // Back, aside, or anywhere.
            3 => {
                let at = dice.below(tips.len());
                tips[at] = dice.below(count);
            }
            4 => tips.push(dice.below(count)),
            _ => tips.truncate(1 + dice.below(tips.len())),
        }
    }
    tips
}

#[test]
fn the_cache_never_changes_an_answer() {
    let repo = TestRepo::new();
    let store = Store::new(&repo);
    let cache = repo.path().join(".git/tasks");
    let (rules, snapshot) = (rules(), snapshot());
    let sight: HashSet<TaskId> = HashSet::from(["5".parse().unwrap()]);
    let mut answers = 0;
    for seed in 1..=HISTORIES {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let made = commits(&store, &mut dice);
        let _ = std::fs::remove_dir_all(&cache);
        let _ = std::fs::remove_file(repo.path().join(".git/objects/info/commit-graph"));
        if seed % 8 == 0 {
            let half = made.oids[made.oids.len() / 2].to_string();
            repo.git_with(&["commit-graph", "write", "--stdin-commits"], format!("{half}\n").as_bytes());
        }
        let since = match dice.below(4) {
            0 => Some(Since::Commit(made.oids[dice.below(made.oids.len())].to_string())),
            1 => Some(Since::Date("2023-11-15".parse().unwrap())),
            _ => None,
        };
        let plain = Repo::open(repo.path(), Env::Isolated).unwrap();
        let cached = Repo::open(repo.path(), Env::Isolated).unwrap().with_cache();
        let mut tips = vec![dice.below(made.oids.len())];
        for step in 0..STEPS {
            tips = some_tips(&mut dice, &made, &tips);
            let oids: Vec<Oid> = tips.iter().map(|&n| made.oids[n]).collect();
            let beyond_boundary = dice.below(4) == 0;
            let options =
                HistoryOptions { rules: &rules, since: since.as_ref(), beyond_boundary, sight: &sight };
            let expected = answer(&plain.history(&oids, &options).unwrap(), &oids, &snapshot);
            let history = cached.history(&oids, &options).unwrap();
            let found = answer(&history, &oids, &snapshot);
            if step % 4 == 0 {
                check_sweep(&history, &oids, &snapshot);
                check_about(|| cached.history(&oids, &options).unwrap(), &oids, &snapshot);
            }
            check_reach(&cached, &history, &tips, &made);
            assert!(found == expected, "seed {seed}, step {step}:\n{expected}\n{found}\n{oids:?} {since:?}");
            answers += 1;
        }
        assert!(cache.exists());
    }
    assert!(answers >= 10_000);
}
