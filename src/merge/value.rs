//! Values: lists by element, prose by line, inline tables by key, anything else whole.

use super::chunk::{Chunk, Favor, by_lines, clean_lines, conflicts, favored, three};
use super::order::order;
use super::pairing::pairing;
use crate::format::{
    Item, Names, Role, items_of_value, key_of_path, list_of_items, pairs_of_value, prose, text_of_value,
};
use crate::model::natural_cmp;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

/// A merged value, as it is written.
pub(super) enum Value {
    /// Decided.
    Text(String),
    /// A text with conflicts in some of its lines.
    Chunks(Vec<Chunk>),
    /// An empty list: its key goes as well.
    Gone,
    /// Both sides changed it, and there is no part of it that they did not both change.
    Conflict,
}

/// Merges the values of one key.
pub(super) fn merge_value(role: Role, base: Option<&str>, ours: &str, theirs: &str) -> Value {
    if let Some(value) = three(base, ours, theirs).or_else(|| by_what_is_said(base, ours, theirs)) {
        return Value::Text(value.to_owned());
    }
    match role {
        Role::List { sorted, names } => merge_list(sorted, names, base, ours, theirs),
        Role::Tables { label } => merge_inline_tables(label, base, ours, theirs),
        Role::Other if ours.starts_with('{') => {
            merge_inline(base, ours, theirs).map_or(Value::Conflict, Value::Text)
        }
        Role::Other => merge_text(base, ours, theirs),
    }
}

/// What stays of a list that one side removed whole: what the other added. `Some(None)` if that is nothing, `None` if it
/// is no list.
#[expect(clippy::option_option, reason = "no list, nothing, or something")]
pub(super) fn left_of_list(role: Role, base: &str, side: &str) -> Option<Option<String>> {
    let Role::List { sorted, names } = role else { return None };
    match merge_list(sorted, names, Some(base), side, "[]") {
        Value::Text(text) => Some(Some(text)),
        Value::Gone => Some(None),
        _ => None,
    }
}

/// Whether two values in TOML are equal, their comments included, however they are written.
pub(super) fn says_the_same(a: &str, b: &str) -> bool {
    a == b || said(a).is_some_and(|value| said(b) == Some(value))
}

fn by_what_is_said<'a>(base: Option<&'a str>, ours: &'a str, theirs: &'a str) -> Option<&'a str> {
    let (o, t) = (said(ours)?, said(theirs)?);
    if o == t {
        return Some(ours);
    }
    let b = said(base?)?;
    if b == t { Some(ours) } else { (b == o).then_some(theirs) }
}

/// A value, and the comments on the elements of a list.
fn said(raw: &str) -> Option<(toml::Value, Vec<&str>)> {
    let mut table: toml::Table = toml::from_str(&format!("v = {raw}\n")).ok()?;
    let (items, tail) = items_of_value(raw).unwrap_or_default();
    let comments = items.iter().flat_map(|item| item.above.iter().chain(&item.behind)).chain(&tail);
    Some((table.remove("v")?, comments.copied().collect()))
}

/// What tells an element of a list from the others: what it names, and for what is there twice, which one it is.
type Key = (String, usize);

/// The elements of a list by what they name, in their order, and the comments behind the last.
struct Keyed<'a> {
    keys: Vec<Key>,
    items: HashMap<Key, Item<'a>>,
    tail: Vec<&'a str>,
}

fn keyed(names: Names, raw: &str) -> Option<Keyed<'_>> {
    let (items, tail) = items_of_value(raw)?;
    let (mut keys, mut by_key, mut times) = (Vec::new(), HashMap::new(), HashMap::new());
    for item in items {
        let name = names.identity(&text_of_value(item.raw)?);
        let time: &mut usize = times.entry(name.clone()).or_default();
        *time += 1;
        keys.push((name.clone(), *time));
        by_key.insert((name, *time), item);
    }
    Some(Keyed { keys, items: by_key, tail })
}

fn merge_list(sorted: bool, names: Names, base: Option<&str>, ours: &str, theirs: &str) -> Value {
    let sides = (keyed(names, base.unwrap_or("[]")), keyed(names, ours), keyed(names, theirs));
    let (Some(base), Some(ours), Some(theirs)) = sides else { return Value::Conflict };
    let keep = |key: &Key| match (ours.items.contains_key(key), theirs.items.contains_key(key)) {
        (true, true) => true,
        (false, false) => false,
        _ => !base.items.contains_key(key),
    };
    // One side removed an element of which the other says something new.
    let is_told_of = |side: &Keyed<'_>, other: &Keyed<'_>| {
        let removed = |key: &&Key| !other.items.contains_key(*key);
        side.keys.iter().filter(removed).any(|key| {
            base.items.get(key).is_some_and(|before| comments_of(before) != comments_of(&side.items[key]))
        })
    };
    if is_told_of(&ours, &theirs) || is_told_of(&theirs, &ours) {
        return Value::Conflict;
    }
    let rank = |a: &Key, b: &Key| if sorted { natural_cmp(&a.0, &b.0) } else { Ordering::Equal };
    let merged = order((&base.keys, &ours.keys, &theirs.keys), keep, rank, |key| key.0.clone());
    let mut items = Vec::new();
    for key in &merged.keys {
        items.extend(match (ours.items.get(key), theirs.items.get(key)) {
            (Some(ours), Some(theirs)) => Some(merge_item(base.items.get(key), ours, theirs)),
            (ours, theirs) => ours.or(theirs).cloned(),
        });
    }
    let Some(tail) = three(Some(base.tail), ours.tail, theirs.tail) else { return Value::Conflict };
    if items.is_empty() && tail.is_empty() { Value::Gone } else { Value::Text(list_of_items(&items, &tail)) }
}

/// The comments above an element and behind it.
fn comments_of<'a>(item: &Item<'a>) -> (Vec<&'a str>, Vec<&'a str>) {
    (item.above.clone(), item.behind.clone())
}

/// One element that both sides have: only its comments and the way it is written can differ. Comments have no meaning that
/// could conflict, so those of both sides stay.
fn merge_item<'a>(base: Option<&Item<'a>>, ours: &Item<'a>, theirs: &Item<'a>) -> Item<'a> {
    let both = |base: Option<&Vec<&'a str>>, ours: &Vec<&'a str>, theirs: &Vec<&'a str>| {
        three(base, ours, theirs).cloned().unwrap_or_else(|| {
            let more = theirs.iter().filter(|line| !ours.contains(line));
            ours.iter().chain(more).copied().collect()
        })
    };
    Item {
        above: both(base.map(|b| &b.above), &ours.above, &theirs.above),
        raw: three(base.map(|b| b.raw), ours.raw, theirs.raw).unwrap_or(ours.raw),
        behind: both(base.map(|b| &b.behind), &ours.behind, &theirs.behind),
    }
}

/// The item of that number.
fn numbered<'i, 'a>(ids: &[usize], items: &'i [Item<'a>], id: usize) -> Option<&'i Item<'a>> {
    ids.iter().position(|&other| other == id).map(|n| &items[n])
}

/// A checklist as a list of inline tables.
fn merge_inline_tables(label: &str, base: Option<&str>, ours: &str, theirs: &str) -> Value {
    let sides = (items_of_value(base.unwrap_or("[]")), items_of_value(ours), items_of_value(theirs));
    let (Some((base, tail)), Some((ours, our_tail)), Some((theirs, their_tail))) = sides else {
        return Value::Conflict;
    };
    let texts =
        |items: &[Item<'_>]| items.iter().map(|item| label_of(label, item.raw)).collect::<Vec<String>>();
    let (base_texts, our_texts, their_texts) = (texts(&base), texts(&ours), texts(&theirs));
    let ids = Ids::of(&base_texts, &our_texts, &their_texts);
    let mut raws: BTreeMap<usize, String> = BTreeMap::new();
    for &id in ids.ours.iter().chain(&ids.theirs) {
        let (b, o, t) = (
            numbered(&ids.base, &base, id),
            numbered(&ids.ours, &ours, id),
            numbered(&ids.theirs, &theirs, id),
        );
        let raw = match (b, o, t) {
            (b, Some(o), Some(t)) => match merge_inline(b.map(|b| b.raw), o.raw, t.raw) {
                Some(raw) => raw,
                None => return Value::Conflict,
            },
            (None, Some(only), None) | (None, None, Some(only)) => only.raw.to_owned(),
            (Some(b), Some(side), None) | (Some(b), None, Some(side))
                if says_the_same(b.raw, side.raw) && comments_of(b) == comments_of(side) =>
            {
                continue;
            }
            (_, None, None) => continue,
            _ => return Value::Conflict,
        };
        raws.insert(id, raw);
    }
    let mut merged: BTreeMap<usize, Item<'_>> = BTreeMap::new();
    for (id, raw) in &raws {
        let item = numbered(&ids.ours, &ours, *id).or_else(|| numbered(&ids.theirs, &theirs, *id));
        if let Some(item) = item {
            merged.insert(*id, Item { above: item.above.clone(), raw, behind: item.behind.clone() });
        }
    }
    let sequence = order(
        (&ids.base, &ids.ours, &ids.theirs),
        |id| merged.contains_key(id),
        |_, _| Ordering::Equal,
        |id| merged.get(id).map(|item| item.raw.to_owned()).unwrap_or_default(),
    );
    let Some(tail) = three(Some(tail), our_tail, their_tail) else { return Value::Conflict };
    if sequence.disputed {
        return Value::Conflict;
    }
    let items: Vec<Item<'_>> = sequence.keys.iter().map(|id| merged[id].clone()).collect();
    if items.is_empty() { Value::Gone } else { Value::Text(list_of_items(&items, &tail)) }
}

/// What the items of a checklist are called on each side: an item has one number wherever it stands.
pub(super) struct Ids {
    pub(super) base: Vec<usize>,
    pub(super) ours: Vec<usize>,
    pub(super) theirs: Vec<usize>,
}

impl Ids {
    /// Numbers items by their texts. What both sides add with one text is one item.
    pub(super) fn of(base: &[String], ours: &[String], theirs: &[String]) -> Self {
        let mut new: HashMap<(String, usize), usize> = HashMap::new();
        let mut numbers = |texts: &[String]| {
            let mut times: HashMap<String, usize> = HashMap::new();
            let mut ids = Vec::with_capacity(texts.len());
            for (text, pair) in texts.iter().zip(pairing(base, texts)) {
                ids.push(pair.unwrap_or_else(|| {
                    let time = times.entry(text.clone()).or_default();
                    *time += 1;
                    let next = base.len() + new.len();
                    *new.entry((text.clone(), *time)).or_insert(next)
                }));
            }
            ids
        };
        Self { ours: numbers(ours), theirs: numbers(theirs), base: (0..base.len()).collect() }
    }
}

fn label_of(label: &str, raw: &str) -> String {
    let pairs = pairs_of_value(raw).unwrap_or_default();
    let found = pairs.iter().find(|(path, _)| path.len() == 1 && path[0] == label);
    found.and_then(|(_, value)| text_of_value(value)).unwrap_or_else(|| raw.to_owned())
}

/// `{ a = 1, b = 2 }` by key.
fn merge_inline(base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
    if let Some(value) = three(base, ours, theirs).or_else(|| by_what_is_said(base, ours, theirs)) {
        return Some(value.to_owned());
    }
    let (base, ours, theirs) =
        (pairs_of_value(base.unwrap_or("{}"))?, pairs_of_value(ours)?, pairs_of_value(theirs)?);
    let find = |pairs: &[(Vec<String>, &str)], key: &Vec<String>| {
        pairs.iter().find(|(path, _)| path == key).map(|&(_, value)| value.to_owned())
    };
    let mut merged: BTreeMap<Vec<String>, String> = BTreeMap::new();
    for (key, _) in ours.iter().chain(&theirs) {
        let (b, o, t) = (find(&base, key), find(&ours, key), find(&theirs, key));
        let kept = match (o, t) {
            (Some(o), Some(t)) => Some(three(b, o, t)?),
            (o, t) => three(Some(b), o, t)?,
        };
        if let Some(value) = kept {
            merged.insert(key.clone(), value);
        }
    }
    let keys = |pairs: &[(Vec<String>, &str)]| pairs.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    let sequence = order(
        (&keys(&base), &keys(&ours), &keys(&theirs)),
        |key| merged.contains_key(key),
        |_, _| Ordering::Equal,
        |key| key.join("."),
    );
    let pairs = sequence.keys.iter().map(|key| format!("{} = {}", key_of_path(key), merged[key]));
    Some(format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", ")))
}

/// Texts over several lines by line, and anything else that is written over several lines.
fn merge_text(base: Option<&str>, ours: &str, theirs: &str) -> Value {
    let texts = (base.map(text_of_value), text_of_value(ours), text_of_value(theirs));
    let (None | Some(Some(_)), Some(our_text), Some(their_text)) = &texts else {
        let raw = |raw: &str| format!("{raw}\n");
        let merged = clean_lines(&raw(base.unwrap_or_default()), &raw(ours), &raw(theirs));
        return merged
            .map_or(Value::Conflict, |merged| Value::Text(merged.trim_end_matches('\n').to_owned()));
    };
    let is_long =
        |raw: &str, text: &str| (raw.starts_with("\"\"\"") || raw.starts_with("'''")) || text.contains('\n');
    if !is_long(ours, our_text) || !is_long(theirs, their_text) {
        return Value::Conflict;
    }
    let prose = merge_prose(texts.0.as_ref().and_then(Option::as_deref), our_text, their_text);
    if conflicts(&prose) > 0 {
        return Value::Chunks(prose);
    }
    // Where the lines as they are written come out the same, they are kept as they are written.
    let written =
        base.and_then(|base| clean_lines(&format!("{base}\n"), &format!("{ours}\n"), &format!("{theirs}\n")));
    let written = written.map(|text| text.trim_end_matches('\n').to_owned());
    let merged = favored(&prose, Favor::Ours);
    match written {
        Some(written) if says_the_same(&written, &merged) => Value::Text(written),
        _ => Value::Text(merged),
    }
}

/// What a text says, merged by line; `None` for a conflict. A final line ending is a change of its own.
pub(super) fn merged_lines(base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
    let chunks = merge_prose(base, ours, theirs);
    (conflicts(&chunks) == 0).then(|| text_of_value(&favored(&chunks, Favor::Ours))).flatten()
}

/// A text in TOML over several lines, by line.
fn merge_prose(base: Option<&str>, ours: &str, theirs: &str) -> Vec<Chunk> {
    let open = |text: &str| !text.ends_with('\n');
    let is_open = three(base.map(open), open(ours), open(theirs)).unwrap_or(false);
    let (base, ours, theirs) = (base.map_or_else(String::new, content), content(ours), content(theirs));
    let mut chunks = by_lines(&base, &ours, &theirs);
    let is_something = |chunk: &&mut Chunk| **chunk != Chunk::text("");
    if is_open && let Some(last) = chunks.iter_mut().rev().find(is_something) {
        let cut = |text: &mut String| text.truncate(text.strip_suffix('\n').map_or(text.len(), str::len));
        match last {
            Chunk::Text(text) => cut(text),
            Chunk::Conflict { ours, theirs } => {
                cut(ours);
                cut(theirs);
            }
        }
    }
    chunks.insert(0, Chunk::text("\"\"\"\n"));
    chunks.push(Chunk::text("\"\"\""));
    chunks
}

/// The lines of a text as TOML writes them, each with its ending.
fn content(text: &str) -> String {
    let whole = if text.ends_with('\n') { prose(text) } else { prose(&format!("{text}\n")) };
    whole.strip_prefix("\"\"\"\n").and_then(|rest| rest.strip_suffix("\"\"\"")).unwrap_or_default().to_owned()
}
