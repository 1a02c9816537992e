//! A document imported again: what was changed there, what was edited here, and where both were.

use super::facts::{Fact, Facts, facts};
use super::stamp::{self, Stamp, mark};
use crate::format::{Document, FormatError};
use crate::model::{Step, StepStatus};

/// What becomes of a key that was edited here and changed in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Resolve {
    /// The plan stays as it is, and the next import says so again.
    #[default]
    Report,
    /// The document is right.
    Document,
    /// The plan is right, and the difference is settled.
    Plan,
}

/// A file that met the document again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    /// What it is to hold.
    pub bytes: Vec<u8>,
    /// The keys that take what the document says.
    pub updated: Vec<String>,
    /// The keys where both sides were changed.
    pub conflicts: Vec<String>,
}

/// Brings what a document says, as the text of a new file would have it, into the file that is there. Only the bytes of keys that
/// were changed in the document and not here are replaced; comments stay.
///
/// A file without a stamp takes nothing unasked: whatever it has otherwise than the document is a conflict.
pub fn merge(
    path: &str,
    source: &str,
    bytes: &[u8],
    new: &str,
    resolve: Resolve,
) -> Result<Merged, FormatError> {
    let mut document = Document::parse(path, bytes)?;
    let ours = facts(path, bytes).unwrap_or_default();
    let theirs = facts(path, new.as_bytes()).unwrap_or_default();
    let base = Stamp::find(&String::from_utf8_lossy(bytes));
    let mut sides =
        Sides { base: base.as_ref(), resolve, stamp: Stamp::default(), merged: Merged::default() };
    let extra = ours.iter().filter(|(key, _)| get(&theirs, key).is_none());
    for (key, _) in theirs.iter().chain(extra) {
        let (our, their) = (get(&ours, key), get(&theirs, key));
        if let Verdict::Take(fact) = sides.key(key, our, their) {
            apply(&mut document, key, our, fact.as_ref());
        }
    }
    let mut merged = sides.merged;
    merged.bytes = document.into_bytes();
    let settles = base.is_some() || merged.conflicts.is_empty();
    if settles && base.as_ref() != Some(&sides.stamp) {
        let mut text = String::from_utf8_lossy(&merged.bytes).into_owned();
        sides.stamp.put(source, &mut text);
        merged.bytes = text.into_bytes();
    }
    Ok(merged)
}

fn get<'a>(facts: &'a Facts, key: &str) -> Option<&'a Fact> {
    facts.iter().find(|(known, _)| known == key).map(|(_, fact)| fact)
}

struct Sides<'a> {
    base: Option<&'a Stamp>,
    resolve: Resolve,
    /// What the document said, as far as it is settled.
    stamp: Stamp,
    merged: Merged,
}

/// What follows from both sides of a key.
enum Verdict {
    Keep,
    Take(Option<Fact>),
    Conflict,
}

impl Sides<'_> {
    /// Decides on a key, and notes the decision.
    fn key(&mut self, key: &str, ours: Option<&Fact>, theirs: Option<&Fact>) -> Verdict {
        let said = self.base.and_then(|base| base.get(key)).map(str::to_owned);
        let now = theirs.map(mark);
        let verdict = match (self.verdict(said.as_deref(), ours, theirs), self.resolve) {
            (Verdict::Conflict, Resolve::Document) => Verdict::Take(theirs.cloned()),
            (Verdict::Conflict, Resolve::Plan) => Verdict::Keep,
            (verdict, _) => verdict,
        };
        let settled = if matches!(verdict, Verdict::Conflict) { said } else { now };
        self.stamp.set(key, settled.as_deref());
        match verdict {
            Verdict::Keep => {}
            Verdict::Take(_) => self.merged.updated.push(key.to_owned()),
            Verdict::Conflict => self.merged.conflicts.push(key.to_owned()),
        }
        verdict
    }

    fn verdict(&self, said: Option<&str>, ours: Option<&Fact>, theirs: Option<&Fact>) -> Verdict {
        if ours == theirs {
            return Verdict::Keep;
        }
        if self.base.is_none() {
            return if theirs.is_none() { Verdict::Keep } else { Verdict::Conflict };
        }
        if theirs.map(mark).as_deref() == said {
            return Verdict::Keep;
        }
        if ours.map(mark).as_deref() == said {
            return Verdict::Take(theirs.cloned());
        }
        match (ours, theirs, said.and_then(stamp::states)) {
            (Some(Fact::Checklist(ours)), Some(Fact::Checklist(theirs)), Some((texts, states))) => {
                match checklist(ours, theirs, texts, &states) {
                    Some(steps) if steps == *ours => Verdict::Keep,
                    Some(steps) => Verdict::Take(Some(Fact::Checklist(steps))),
                    None => Verdict::Conflict,
                }
            }
            _ => Verdict::Conflict,
        }
    }
}

/// Both sides' changes of a checklist: the texts of one side, the states of both. `None` where both changed the texts, or
/// the state of one step in different ways.
fn checklist(
    ours: &[Step],
    theirs: &[Step],
    texts: &str,
    states: &[Option<StepStatus>],
) -> Option<Vec<Step>> {
    let (our_texts, their_texts) = (stamp::texts(ours), stamp::texts(theirs));
    let (chosen, known) = if our_texts == texts {
        (theirs, ours)
    } else if their_texts == texts {
        (ours, theirs)
    } else {
        return None;
    };
    // The side that kept the texts tells which step each state was of.
    let before = |at: usize| {
        let (text, nth) = (&chosen[at].text, nth(chosen, at));
        find(known, text, nth).and_then(|at| states.get(at).copied())
    };
    let mut merged = chosen.to_vec();
    for (at, step) in merged.iter_mut().enumerate() {
        let place = nth(chosen, at);
        let state = |side: &[Step]| find(side, &chosen[at].text, place).map(|i| side[i].status);
        step.status = match (state(ours), state(theirs), before(at)) {
            (Some(our), Some(their), _) if our == their => our,
            (Some(our), Some(their), Some(old)) if their == old => our,
            (Some(our), Some(their), Some(old)) if our == old => their,
            (Some(_), Some(_), _) => return None,
            (our, their, _) => our.or(their).flatten(),
        };
    }
    Some(merged)
}

/// How many steps before that one have the same text.
fn nth(steps: &[Step], at: usize) -> usize {
    steps[..at].iter().filter(|step| step.text == steps[at].text).count()
}

fn find(steps: &[Step], text: &str, nth: usize) -> Option<usize> {
    steps.iter().enumerate().filter(|(_, step)| step.text == text).map(|(at, _)| at).nth(nth)
}

fn apply(document: &mut Document, key: &str, old: Option<&Fact>, new: Option<&Fact>) {
    match (key.strip_prefix("fields."), new) {
        (Some(name), Some(Fact::Value(crate::format::Value::Text(text)))) => {
            document.set_field(name, Some(text));
        }
        (Some(name), _) => document.set_field(name, None),
        (None, None) => document.remove(key),
        (None, Some(Fact::Value(value))) => document.set(key, value),
        (None, Some(Fact::Checklist(steps))) => {
            let old = match old {
                Some(Fact::Checklist(old)) => old.as_slice(),
                _ => &[],
            };
            set_checklist(document, key, old, steps);
        }
    }
}

/// Steps that only got another state, or more behind them, are edited one by one; else the list is written anew, which drops
/// comments within it.
fn set_checklist(document: &mut Document, key: &str, old: &[Step], new: &[Step]) {
    let same = |(a, b): (&Step, &Step)| a.text == b.text && a.notes == b.notes;
    let extends = old.len() <= new.len() && old.iter().zip(new).all(same);
    if !extends {
        document.remove(key);
    }
    let kept = if extends { old.len() } else { 0 };
    for (at, (before, after)) in old.iter().zip(new).enumerate().take(kept) {
        if before.status != after.status {
            // The number is one that the file has.
            let _ = document.set_step_status(at + 1, after.status);
        }
    }
    for step in &new[kept..] {
        document.add_step(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PATH: &str = ".tasks/412.toml";

    /// The file that a document makes.
    fn imported(text: &str) -> String {
        let mut file = text.to_owned();
        Stamp::of(&facts(PATH, text.as_bytes()).unwrap()).put("a.md", &mut file);
        file
    }

    fn again(ours: &str, theirs: &str, resolve: Resolve) -> (String, Vec<String>, Vec<String>) {
        let merged = merge(PATH, "a.md", ours.as_bytes(), theirs, resolve).unwrap();
        (String::from_utf8(merged.bytes).unwrap(), merged.updated, merged.conflicts)
    }

    const BASE: &str = "title = \"t\"\n\nestimate = \"2h\"\n\ntags = [\n  \"a\",\n]\n\n[[steps]]\ntext = \"one\"\n\n\
        [[steps]]\ntext = \"two\"\n\n[fields]\nrisk = \"low\"\n";

    #[test]
    fn each_side_changes_its_keys() {
        let ours = imported(BASE)
            .replace("title = \"t\"", "# mine\ntitle = \"here\" # why")
            .replace("\"a\"", "\"b\"");
        let theirs = BASE.replace("2h", "3h").replace("\"low\"", "\"high\"");
        let (now, updated, conflicts) = again(&ours, &theirs, Resolve::Report);
        assert_eq!((updated, conflicts), (vec!["estimate".to_owned(), "fields.risk".to_owned()], vec![]));
        let body = |text: &str| text.split("\n# imported").next().unwrap().to_owned();
        assert_eq!(body(&now), body(&ours).replace("2h", "3h").replace("\"low\"", "\"high\""));
        assert_eq!(again(&now, &theirs, Resolve::Report), (now.clone(), vec![], vec![]), "twice");
    }

    #[test]
    fn what_both_changed_is_a_conflict_until_it_is_settled() {
        let (ours, theirs) = (imported(BASE).replace("2h", "4h"), BASE.replace("2h", "3h"));
        let (now, updated, conflicts) = again(&ours, &theirs, Resolve::Report);
        assert_eq!((now.as_str(), updated.len(), conflicts), (ours.as_str(), 0, vec!["estimate".to_owned()]));
        let (taken, ..) = again(&ours, &theirs, Resolve::Document);
        assert_eq!(taken, imported(&theirs));
        let (kept, ..) = again(&ours, &theirs, Resolve::Plan);
        assert!(kept.contains("4h"));
        assert_eq!(again(&kept, &theirs, Resolve::Report), (kept.clone(), vec![], vec![]));
        // What both changed alike is no conflict, and is the base from then on.
        let (same, ..) = again(&imported(BASE).replace("2h", "3h"), &theirs, Resolve::Report);
        assert_eq!(same, imported(&theirs));
    }

    #[test]
    fn what_is_gone_there_goes_unless_it_was_edited_here() {
        let theirs = BASE.replace("estimate = \"2h\"\n\n", "");
        let (now, updated, _) = again(&imported(BASE), &theirs, Resolve::Report);
        assert_eq!((now, updated), (imported(&theirs), vec!["estimate".to_owned()]));
        let (_, _, conflicts) = again(&imported(BASE).replace("2h", "4h"), &theirs, Resolve::Report);
        assert_eq!(conflicts, ["estimate"]);
        let removed = imported(BASE).replace("estimate = \"2h\"\n\n", "");
        assert_eq!(again(&removed, BASE, Resolve::Report), (removed.clone(), vec![], vec![]));
    }

    #[test]
    fn ticks_here_and_new_steps_there_come_together() {
        let ticked = |text: &str, step: &str| {
            text.replace(&format!("text = \"{step}\""), &format!("status = \"completed\"\ntext = \"{step}\""))
        };
        let longer = BASE.replace("\n[fields]", "\n[[steps]]\ntext = \"three\"\n\n[fields]");
        let ours = ticked(&imported(BASE), "one")
            .replace("[[steps]]\ntext = \"two\"", "# why\n[[steps]]\ntext = \"two\"");
        let (now, updated, conflicts) = again(&ours, &ticked(&longer, "two"), Resolve::Report);
        assert_eq!((updated, conflicts), (vec!["steps".to_owned()], vec![]));
        let both = ticked(&ticked(&longer, "one"), "two");
        assert_eq!(facts(PATH, now.as_bytes()), facts(PATH, both.as_bytes()));
        assert!(now.contains("# why"), "{now}");
        let (_, _, conflicts) =
            again(&imported(BASE).replace("one", "eins"), &BASE.replace("one", "uno"), Resolve::Report);
        assert_eq!(conflicts, ["steps"]);
    }

    #[test]
    fn a_file_without_a_stamp_takes_nothing_unasked() {
        let (now, updated, conflicts) = again(BASE, &BASE.replace("2h", "3h"), Resolve::Report);
        assert_eq!((now.as_str(), updated.len(), conflicts), (BASE, 0, vec!["estimate".to_owned()]));
        assert_eq!(again(BASE, BASE, Resolve::Report).0, imported(BASE));
    }

    fn version() -> impl Strategy<Value = String> {
        let value = |key: &'static str| {
            prop::option::of(0..3_u8)
                .prop_map(move |n| n.map_or_else(String::new, |n| format!("{key} = \"{n}h\"\n")))
        };
        let steps = prop::collection::vec((0..4_u8, any::<bool>()), 0..4).prop_map(|steps| {
            let step = |(n, done): (u8, bool)| {
                format!("[[steps]]\n{}text = \"s{n}\"\n", if done { "status = \"completed\"\n" } else { "" })
            };
            steps.into_iter().map(step).collect::<String>()
        });
        (0..3_u8, value("estimate"), value("reason"), steps)
            .prop_map(|(n, a, b, steps)| format!("title = \"{n}\"\n{a}{b}{steps}"))
    }

    proptest! {
        /// The laws of merging: what one side leaves alone is the other's, and a second time changes nothing.
        #[test]
        fn the_side_that_changed_wins(base in version(), other in version()) {
            let file = imported(&base);
            let (taken, _, conflicts) = again(&file, &other, Resolve::Report);
            prop_assert_eq!(facts(PATH, taken.as_bytes()), facts(PATH, other.as_bytes()));
            prop_assert_eq!(conflicts.len(), 0);
            let mut edited = other.clone();
            Stamp::find(&file).unwrap().put("a.md", &mut edited);
            prop_assert_eq!(again(&edited, &base, Resolve::Report), (edited.clone(), vec![], vec![]));
        }

        #[test]
        fn merging_twice_is_merging_once(base in version(), ours in version(), theirs in version()) {
            let mut edited = ours.clone();
            Stamp::of(&facts(PATH, base.as_bytes()).unwrap()).put("a.md", &mut edited);
            for resolve in [Resolve::Report, Resolve::Document, Resolve::Plan] {
                let (once, _, conflicts) = again(&edited, &theirs, resolve);
                let (twice, updated, still) = again(&once, &theirs, resolve);
                prop_assert_eq!(&twice, &once);
                prop_assert_eq!(updated.len(), 0);
                prop_assert_eq!(still, if resolve == Resolve::Report { conflicts } else { vec![] });
            }
        }
    }
}
