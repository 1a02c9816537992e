//! Tables: those with a name by it, those of a list by what tells its items apart.

use super::chunk::{Chunk, Favor, favored};
use super::order::order;
use super::pairing::is_alike;
use super::part::{
    Scope, Three, comments, comments_added, is_nothing, merge_behind, merge_lead, merge_parts,
};
use super::value::Ids;
use crate::format::{FileKind, Role, Table};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What a table is called on all sides: the name in its header, and for one of a list the number of the item.
type Key = (Vec<String>, Option<usize>);

/// The tables of a file, or those that belong to an item of a list.
pub(super) fn merge_tables(kind: FileKind, sides: &Three<'_, [Table]>) -> Vec<Chunk> {
    let lists = Lists::of(kind, sides);
    let base = lists.keyed(sides.base, |ids| &ids.base);
    let ours = lists.keyed(sides.ours, |ids| &ids.ours);
    let theirs = lists.keyed(sides.theirs, |ids| &ids.theirs);
    let index = |keyed: &[Key]| keyed.iter().cloned().zip(0..).collect::<HashMap<Key, usize>>();
    let (in_base, in_ours, in_theirs) = (index(&base), index(&ours), index(&theirs));
    let mut merged: HashMap<Key, Vec<Chunk>> = HashMap::new();
    for key in ours.iter().chain(&theirs) {
        if !merged.contains_key(key) {
            let b = in_base.get(key).map(|&n| &sides.base[n]);
            let o = in_ours.get(key).map(|&n| &sides.ours[n]);
            let t = in_theirs.get(key).map(|&n| &sides.theirs[n]);
            merged.insert(key.clone(), merge_table(kind, b, o, t));
        }
    }
    let rank = |a: &Key, b: &Key| kind.rank(&[], &a.0[0]).cmp(&kind.rank(&[], &b.0[0]));
    // The lesser of both, whichever side is ours.
    let text = |key: &Key| {
        let ours = in_ours.get(key).map(|&n| sides.ours[n].lines());
        let theirs = in_theirs.get(key).map(|&n| sides.theirs[n].lines());
        ours.into_iter().chain(theirs).min().unwrap_or_default()
    };
    let keep = |key: &Key| merged.get(key).is_some_and(|chunks| !chunks.is_empty());
    let (keys, disputed) = sequence(&base, &ours, &theirs, &keep, &text, &rank);
    let chunks = |keys: &[Key]| keys.iter().flat_map(|key| merged[key].iter().cloned()).collect::<Vec<_>>();
    if disputed {
        let (other, _) = sequence(&base, &theirs, &ours, &keep, &text, &rank);
        return vec![Chunk::Conflict {
            ours: favored(&chunks(&keys), Favor::Ours),
            theirs: favored(&chunks(&other), Favor::Theirs),
        }];
    }
    chunks(&keys)
}

/// The order of all tables, and whether that of the items of a list is disputed. Where the tables stand to each other means
/// nothing, so the items of each list are put into an order of their own, at the places that they have among the others.
fn sequence(
    base: &[Key],
    ours: &[Key],
    theirs: &[Key],
    keep: &dyn Fn(&Key) -> bool,
    text: &dyn Fn(&Key) -> String,
    rank: &dyn Fn(&Key, &Key) -> Ordering,
) -> (Vec<Key>, bool) {
    let mut keys = order((base, ours, theirs), keep, rank, text).keys;
    let mut disputed = false;
    let lists: BTreeSet<Vec<String>> = keys.iter().filter(|k| k.1.is_some()).map(|k| k.0.clone()).collect();
    for name in lists {
        let is_item = |key: &&Key| key.1.is_some() && key.0 == name;
        let items = |keys: &[Key]| keys.iter().filter(is_item).cloned().collect::<Vec<Key>>();
        let alone = order((&items(base), &items(ours), &items(theirs)), keep, rank, text);
        disputed |= alone.disputed;
        let mut next = alone.keys.into_iter();
        for key in keys.iter_mut().filter(|key| is_item(&&**key)) {
            *key = next.next().unwrap_or_else(|| key.clone());
        }
    }
    (keys, disputed)
}

/// The numbers of the items of each list.
struct Lists(BTreeMap<Vec<String>, Ids>);

impl Lists {
    fn of(kind: FileKind, sides: &Three<'_, [Table]>) -> Self {
        let all = sides.base.iter().chain(sides.ours).chain(sides.theirs);
        let names: HashSet<&Vec<String>> = all.filter(|t| t.array).map(|t| &t.path).collect();
        let lists = names.into_iter().map(|name| {
            let labels = |tables: &[Table]| -> Vec<String> {
                let items = tables.iter().filter(|t| t.array && t.path == *name);
                items.map(|table| label(kind, table)).collect()
            };
            (name.clone(), Ids::of(&labels(sides.base), &labels(sides.ours), &labels(sides.theirs)))
        });
        Self(lists.collect())
    }

    fn keyed(&self, tables: &[Table], side: impl Fn(&Ids) -> &Vec<usize>) -> Vec<Key> {
        let mut seen: HashMap<&Vec<String>, usize> = HashMap::new();
        let mut keyed = Vec::with_capacity(tables.len());
        for table in tables {
            let number = self.0.get(&table.path).filter(|_| table.array).and_then(|ids| {
                let nth = seen.entry(&table.path).or_default();
                *nth += 1;
                side(ids).get(*nth - 1).copied()
            });
            keyed.push((table.path.clone(), number));
        }
        keyed
    }
}

/// What tells an item of a list from the others.
fn label(kind: FileKind, table: &Table) -> String {
    let (name, above) = table.path.split_last().map_or(("", &[][..]), |(last, above)| (last.as_str(), above));
    let text = match kind.role(above, name) {
        Role::Tables { label } => table.text_of(label),
        _ => None,
    };
    text.unwrap_or_else(|| table.lines())
}

fn merge_table(
    kind: FileKind,
    base: Option<&Table>,
    ours: Option<&Table>,
    theirs: Option<&Table>,
) -> Vec<Chunk> {
    match (base, ours, theirs) {
        (_, None, None) => Vec::new(),
        (None, Some(only), None) | (None, None, Some(only)) => whole(only),
        (Some(base), Some(ours), None) if base.array => removed(base, ours, true),
        (Some(base), None, Some(theirs)) if base.array => removed(base, theirs, false),
        (Some(base), Some(ours), None) => both(kind, Some(base), ours, &emptied(ours)),
        (Some(base), None, Some(theirs)) => both(kind, Some(base), &emptied(theirs), theirs),
        (_, Some(ours), Some(theirs)) if ours == theirs => whole(ours),
        (Some(base), Some(ours), Some(theirs)) if is_another_ticked(kind, base, ours, theirs) => {
            vec![Chunk::Conflict { ours: text(ours), theirs: text(theirs) }]
        }
        (base, Some(ours), Some(theirs)) => both(kind, base, ours, theirs),
    }
}

/// An item that one side removed: gone if the other left it as it was.
fn removed(base: &Table, side: &Table, is_ours: bool) -> Vec<Chunk> {
    let same = |a: &Table, b: &Table| {
        comments(&a.lead) == comments(&b.lead) && comments(&a.lines()) == comments(&b.lines())
    };
    if same(base, side) {
        return Vec::new();
    }
    let (kept, gone) = (text(side), String::new());
    let (ours, theirs) = if is_ours { (kept, gone) } else { (gone, kept) };
    vec![Chunk::Conflict { ours, theirs }]
}

/// Whether one side put another item in the place of the one that the other completed: nothing says that the new one is
/// completed as well.
fn is_another_ticked(kind: FileKind, base: &Table, ours: &Table, theirs: &Table) -> bool {
    let text = |table: &Table| label(kind, table);
    let status = |table: &Table| table.text_of("status");
    let replaced = |side: &Table| text(side) != text(base) && !is_alike(&text(base), &text(side));
    base.array
        && ((replaced(ours) && status(theirs) != status(base))
            || (replaced(theirs) && status(ours) != status(base)))
}

fn both(kind: FileKind, base: Option<&Table>, ours: &Table, theirs: &Table) -> Vec<Chunk> {
    let empty = emptied(ours);
    let before = base.unwrap_or(&empty);
    let parts = Three { base: &before.parts[..], ours: &ours.parts[..], theirs: &theirs.parts[..] };
    let below = Three { base: &before.below[..], ours: &ours.below[..], theirs: &theirs.below[..] };
    let apart = ours.path == ["fields"];
    let mut body = merge_parts(Scope { kind, table: &ours.path, apart }, &parts);
    body.extend(merge_tables(kind, &below));
    let is_removed = |table: &Table| table.header.is_empty();
    if (is_removed(ours) || is_removed(theirs)) && is_nothing(&body) {
        let side = if is_removed(ours) { theirs } else { ours };
        return comments_added(base.map_or("", |base| &base.lead), &side.lead);
    }
    let header = match (is_removed(ours), is_removed(theirs)) {
        (true, _) => Some(theirs.header.as_str()),
        (_, true) => Some(ours.header.as_str()),
        _ => merge_behind(base.map(|b| b.header.as_str()), &ours.header, &theirs.header),
    };
    let Some(header) = header else {
        return vec![Chunk::Conflict { ours: text(ours), theirs: text(theirs) }];
    };
    let mut chunks = merge_lead(base.map(|b| b.lead.as_str()), &ours.lead, &theirs.lead);
    chunks.push(Chunk::text(header));
    chunks.extend(body);
    chunks
}

/// The table as it is where it was removed: a name without anything.
fn emptied(table: &Table) -> Table {
    Table { header: String::new(), parts: Vec::new(), below: Vec::new(), ..table.clone() }
}

fn whole(table: &Table) -> Vec<Chunk> {
    vec![Chunk::Text(text(table))]
}

fn text(table: &Table) -> String {
    table.lead.clone() + &table.lines()
}
