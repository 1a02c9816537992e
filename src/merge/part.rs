//! Statements: by key.

use super::chunk::{Chunk, Favor, by_lines, conflicts, favored, three};
use super::order::order;
use super::value::{Value, left_of_list, merge_value, says_the_same};
use crate::format::{FileKind, Part};
use std::collections::HashMap;

/// Where statements stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) kind: FileKind,
    /// The header above them; empty for the root.
    pub(super) table: &'a [String],
    /// Whether statements have blank lines between them.
    pub(super) apart: bool,
}

/// Something on each of the three sides.
#[derive(Debug)]
pub(super) struct Three<'a, T: ?Sized> {
    pub(super) base: &'a T,
    pub(super) ours: &'a T,
    pub(super) theirs: &'a T,
}

/// The statements of one table.
pub(super) fn merge_parts(scope: Scope<'_>, sides: &Three<'_, [Part]>) -> Vec<Chunk> {
    let index = |parts: &'_ [Part]| -> HashMap<Vec<String>, usize> {
        parts.iter().enumerate().map(|(n, part)| (part.path.clone(), n)).collect()
    };
    let (base, ours, theirs) = (index(sides.base), index(sides.ours), index(sides.theirs));
    let keys = |parts: &[Part]| parts.iter().map(|part| part.path.clone()).collect::<Vec<_>>();
    let all = (keys(sides.base), keys(sides.ours), keys(sides.theirs));
    let mut merged: HashMap<Vec<String>, Vec<Chunk>> = HashMap::new();
    for key in all.1.iter().chain(&all.2) {
        if !merged.contains_key(key) {
            let part = |found: Option<&usize>, parts: &'_ [Part]| found.map(|&n| parts[n].clone());
            let (b, o, t) = (
                part(base.get(key), sides.base),
                part(ours.get(key), sides.ours),
                part(theirs.get(key), sides.theirs),
            );
            let chunks = merge_part(scope, b.as_ref(), o.as_ref(), t.as_ref()).unwrap_or_default();
            merged.insert(key.clone(), chunks);
        }
    }
    let keep = |key: &Vec<String>| merged.get(key).is_some_and(|chunks| !chunks.is_empty());
    let rank = |key: &Vec<String>| scope.kind.rank(scope.table, &key[0]);
    let keys = order((&all.0, &all.1, &all.2), keep, |a, b| rank(a).cmp(&rank(b)), |key| key.join("."));
    let mut out: Vec<Chunk> = Vec::new();
    for key in keys.keys {
        let chunks = merged.remove(&key).unwrap_or_default();
        // What was the first statement on its side brings no blank line along.
        let was_first = ours.get(&key).or(theirs.get(&key)) == Some(&0);
        if scope.apart && !out.is_empty() && was_first && !base.contains_key(&key) {
            out.push(Chunk::text("\n"));
        }
        out.extend(chunks);
    }
    out
}

/// One statement; `None` if it goes.
fn merge_part(
    scope: Scope<'_>,
    base: Option<&Part>,
    ours: Option<&Part>,
    theirs: Option<&Part>,
) -> Option<Vec<Chunk>> {
    match (base, ours, theirs) {
        (_, None, None) => None,
        (None, Some(only), None) | (None, None, Some(only)) => Some(whole(only)),
        (Some(base), Some(ours), None) => Some(kept_by_one(scope, base, ours, true)),
        (Some(base), None, Some(theirs)) => Some(kept_by_one(scope, base, theirs, false)),
        (base, Some(ours), Some(theirs)) => kept_by_both(scope, base, ours, theirs),
    }
}

/// A statement that one side removed. It goes if the other did not change its value, and what the other wrote above it
/// stays; of a list stays what the other added.
fn kept_by_one(scope: Scope<'_>, base: &Part, side: &Part, is_ours: bool) -> Vec<Chunk> {
    let is_same = says_the_same(&base.value, &side.value) && base.behind.trim() == side.behind.trim();
    let role = scope.kind.role(scope.table, side.path.last().map_or("", String::as_str));
    let left = if is_same { Some(None) } else { left_of_list(role, &base.value, &side.value) };
    match left {
        Some(None) => comments_added(&base.lead, &side.lead),
        Some(Some(value)) => whole(&Part { value, ..side.clone() }),
        None => {
            let (kept, gone) = (side.lead.clone() + &side.lines(), String::new());
            let (ours, theirs) = if is_ours { (kept, gone) } else { (gone, kept) };
            vec![Chunk::Conflict { ours, theirs }]
        }
    }
}

fn kept_by_both(scope: Scope<'_>, base: Option<&Part>, ours: &Part, theirs: &Part) -> Option<Vec<Chunk>> {
    if ours == theirs {
        return Some(whole(ours));
    }
    let mut chunks = merge_lead(base.map(|b| b.lead.as_str()), &ours.lead, &theirs.lead);
    let before = three(base.map(|b| &b.before), &ours.before, &theirs.before).unwrap_or(&ours.before);
    let behind = merge_behind(base.map(|b| b.behind.as_str()), &ours.behind, &theirs.behind);
    let role = scope.kind.role(scope.table, ours.path.last().map_or("", String::as_str));
    let value = merge_value(role, base.map(|b| b.value.as_str()), &ours.value, &theirs.value);
    match (value, behind) {
        (Value::Gone, _) if is_nothing(&chunks) => return None,
        (Value::Gone, _) => return Some(chunks),
        (Value::Text(value), Some(behind)) => chunks.push(Chunk::text([before, &value, behind].concat())),
        (Value::Chunks(value), Some(behind)) => {
            chunks.push(Chunk::text(before.as_str()));
            chunks.extend(value);
            chunks.push(Chunk::text(behind));
        }
        _ => chunks.push(Chunk::Conflict { ours: ours.lines(), theirs: theirs.lines() }),
    }
    Some(chunks)
}

fn whole(part: &Part) -> Vec<Chunk> {
    vec![Chunk::Text(part.lead.clone() + &part.lines())]
}

/// Blank lines and comments: what one side changed; comments that both changed, line by line.
pub(super) fn merge_lead(base: Option<&str>, ours: &str, theirs: &str) -> Vec<Chunk> {
    if let Some(lead) = three(base, ours, theirs) {
        return vec![Chunk::text(lead)];
    }
    let said = three(base.map(comments), comments(ours), comments(theirs));
    match said {
        Some(said) if said == comments(ours) => vec![Chunk::text(ours)],
        Some(_) => vec![Chunk::text(theirs)],
        None => {
            let chunks = by_lines(base.unwrap_or_default(), ours, theirs);
            // Blank lines alone are no reason for a conflict.
            let settled = chunks.into_iter().map(|chunk| match chunk {
                Chunk::Conflict { ours, theirs } if comments(&ours) == comments(&theirs) => Chunk::Text(ours),
                chunk => chunk,
            });
            settled.collect()
        }
    }
}

/// The rest of the line behind a value or a header.
pub(super) fn merge_behind<'a>(base: Option<&'a str>, ours: &'a str, theirs: &'a str) -> Option<&'a str> {
    three(base, ours, theirs).or_else(|| {
        let said = three(base.map(str::trim), ours.trim(), theirs.trim())?;
        Some(if said == ours.trim() { ours } else { theirs })
    })
}

/// What a side wrote above something that the other removed.
pub(super) fn comments_added(base: &str, side: &str) -> Vec<Chunk> {
    let old = comments(base);
    let is_new = |line: &&str| !line.trim().is_empty() && !old.contains(&line.trim());
    let new: String = side.split_inclusive('\n').filter(is_new).collect();
    if new.is_empty() { Vec::new() } else { vec![Chunk::Text(new)] }
}

/// The lines that are not blank.
pub(super) fn comments(lead: &str) -> Vec<&str> {
    lead.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// Whether nothing is left to decide.
pub(super) fn is_clean(chunks: &[Chunk]) -> bool {
    conflicts(chunks) == 0
}

/// Whether nothing at all is left.
pub(super) fn is_nothing(chunks: &[Chunk]) -> bool {
    is_clean(chunks) && favored(chunks, Favor::Ours).trim().is_empty()
}
